"""The tills of a place: who reports sales, and what they reported that nobody could record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.roles import moves_goods
from marketplace.tills import actions, tasks
from marketplace.tills.models import Till

from ..deeds import attempt, complaints
from ..doors import door
from ..forms import TillForm
from ..pages import paged, show
from ..queries import places


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Devices with their last contact, and parked events."""
    page, pager = paged(request, places.parked(request.user))
    parked = [(event, places.why_parked(event)) for event in page.object_list]
    context = {"tills": places.tills(request.user), "parked": parked, "pager": pager, "form": TillForm()}
    return show(request, "tills", context | {"places": places.mine(request.user)})


@require_POST
@door(moves_goods)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer itself shows the token, once: no address leads to it again."""
    place, form = get_object_or_404(places.mine(request.user), pk=pk), TillForm(request.POST)
    if form.is_valid():
        till, token = actions.make_till(location=place, name=form.cleaned_data["name"], by=request.user)
        return show(request, "till_token", {"till": till, "token": token})
    complaints(request, form)
    return redirect("desk:tills")


@require_POST
@door(moves_goods)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The token opens nothing any more. Files and tills that are asked have none."""
    till = get_object_or_404(places.tills(request.user).filter(kind=Till.Kind.DEVICE), pk=pk)
    attempt(request, lambda: actions.revoke(till=till, by=request.user, at=timezone.now()), _("The till is shut out."))
    return redirect("desk:tills")


@require_POST
@door(moves_goods)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """What could not be recorded is tried again, because its reason is gone."""
    event = get_object_or_404(places.parked(request.user), pk=pk)
    facts = {"event": event, "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.replay(**facts), _("It is tried again."))
    tasks.ring_the_bell()
    return redirect("desk:tills")
