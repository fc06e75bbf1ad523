"""The delivery tariff: zones, what each carrier takes there from which day on, and from which sum on it is free."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.roles import is_office
from marketplace.shipping import actions
from marketplace.shipping.models import FreeDelivery, Tariff, Zone

from ..carrier_forms import FreeForm, TariffForm
from ..deeds import attempt
from ..doors import door
from ..forms import StepFormSet, ZoneForm
from ..pages import show
from ..queries import tariff


@door(is_office)
def index(request: HttpRequest) -> HttpResponse:
    return _index(request, FreeForm())


def _index(request: HttpRequest, form: FreeForm) -> HttpResponse:
    today = timezone.localdate()
    return show(request, "tariff", {"zones": tariff.zones(today), "free": tariff.free(today), "form": form})


@door(is_office)
def zone(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A zone as it is, or a new one."""
    zone = get_object_or_404(Zone, pk=pk) if pk else Zone()
    form = ZoneForm(request.POST or None, instance=zone)
    if request.method == "POST" and form.is_valid():
        facts = {"zone": form.instance, "provinces": form.cleaned_data["provinces"], "by": request.user}
        if attempt(request, lambda: actions.save_zone(**facts), _("The zone is saved."), form):
            return redirect("desk:tariff")
    return show(request, "zone", {"zone": zone, "form": form})


@require_POST
@door(is_office)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    zone = get_object_or_404(Zone, pk=pk)
    attempt(request, lambda: actions.remove_zone(zone=zone, by=request.user), _("The zone is removed."))
    return redirect("desk:tariff")


@door(is_office)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A carrier's first tariff to the zone."""
    return _table(request, get_object_or_404(Zone, pk=pk), None)


@door(is_office)
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """One that is to come is changed; one in force is followed by another."""
    found = get_object_or_404(Tariff.objects.select_related("zone", "carrier"), pk=pk)
    return _table(request, found.zone, found)


def _table(request: HttpRequest, zone: Zone, known: Tariff | None) -> HttpResponse:
    today = timezone.localdate()
    form = TariffForm(request.POST or None, initial=tariff.beginning(known, today))
    steps = StepFormSet(request.POST or None, initial=tariff.steps(known))
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        facts = {"zone": zone, "steps": steps.facts(), "by": request.user, "at": timezone.now()}
        deed = partial(actions.save_tariff, **facts, **form.cleaned_data)
        if attempt(request, deed, _("The tariff is saved. Orders placed keep their fee."), form):
            return redirect("desk:tariff")
    coming = known is not None and known.valid_from > today
    return show(request, "tariff_table", {"zone": zone, "known": known, "coming": coming, "form": form, "steps": steps})


@require_POST
@door(is_office)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"tariff": get_object_or_404(Tariff, pk=pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.drop_tariff(**facts), _("It will not begin."))
    return redirect("desk:tariff")


@require_POST
@door(is_office)
def free(request: HttpRequest) -> HttpResponse:
    form = FreeForm(request.POST)
    if not form.is_valid():
        return _index(request, form)
    attempt(
        request, lambda: actions.save_free(free=form.instance, by=request.user), _("Shoppers are told from its day on.")
    )
    return redirect("desk:tariff")


@require_POST
@door(is_office)
def free_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(FreeDelivery, pk=pk)
    attempt(request, lambda: actions.remove_free(free=found, by=request.user), _("It counts no more."))
    return redirect("desk:tariff")
