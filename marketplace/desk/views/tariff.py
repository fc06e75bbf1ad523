"""The delivery tariff: zone by zone, each with its steps."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.roles import is_office
from marketplace.shipping import actions
from marketplace.shipping.models import Zone

from ..deeds import attempt
from ..doors import door
from ..forms import StepFormSet, ZoneForm
from ..pages import show
from ..queries import tariff


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    zones = Zone.objects.prefetch_related("steps", "provinces").order_by("elsewhere", "name")
    return show(request, "tariff", {"zones": zones})


@door(is_office)
def zone(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A zone as it is, or a new one, with its steps to change."""
    zone = get_object_or_404(Zone, pk=pk) if pk else Zone()
    form = ZoneForm(request.POST or None, instance=zone)
    steps = StepFormSet(request.POST or None, initial=tariff.steps(zone))
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        facts = {"zone": form.instance, "provinces": form.cleaned_data["provinces"], "steps": steps.facts()}
        deed = partial(actions.save_zone, by=request.user, **facts)
        if attempt(request, deed, _("The tariff applies from the next basket on."), form):
            return redirect("desk:tariff")
    return show(request, "zone", {"zone": zone, "form": form, "steps": steps})


@require_POST
@door(is_office)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    zone = get_object_or_404(Zone, pk=pk)
    attempt(request, lambda: actions.remove_zone(zone=zone, by=request.user), _("The zone is removed."))
    return redirect("desk:tariff")
