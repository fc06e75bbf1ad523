"""The tills of the own places: how each does, and what they reported that nobody could record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from marketplace.roles import is_office, moves_goods
from marketplace.tills import actions, tasks
from marketplace.tills.models import Till

from ..deeds import attempt
from ..doors import door
from ..forms import TillForm
from ..pages import paged, show
from ..queries import places, tills


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Every till with how it does; with ?look only those that somebody should look at."""
    return _tills(request, TillForm(places=places.mine(request.user)))


def _tills(request: HttpRequest, form: TillForm) -> HttpResponse:
    page, pager = paged(request, places.parked(request.user))
    parked = [(event, places.why_parked(event)) for event in page.object_list]
    look, office = "look" in request.GET, is_office(request.user)
    context = {"overview": tills.overview(request.user, at=timezone.now(), look=look), "look": look, "office": office}
    return show(request, "tills", context | {"parked": parked, "pager": pager, "form": form})


@require_POST
@door(moves_goods)
def new(request: HttpRequest) -> HttpResponse:
    """The answer itself shows the token, once: no address leads to it again."""
    form = TillForm(request.POST, places=places.mine(request.user))
    if form.is_valid():
        facts = {"location": form.cleaned_data["place"], "name": form.cleaned_data["name"]}
        till, token = actions.make_till(**facts, by=request.user)
        return show(request, "till_token", {"till": till, "token": token})
    return _tills(request, form)


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


@require_POST
@door(moves_goods)
def replay_alike(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for every event of the own tills that met the reason of this one."""
    event = get_object_or_404(places.parked(request.user), pk=pk)
    mine = places.tills(request.user).values_list("pk", flat=True)
    again = actions.replay_alike(event=event, till_ids=mine, by=request.user, at=timezone.now())
    said = ngettext("%(n)s event is tried again.", "%(n)s events are tried again.", again)
    messages.success(request, said % {"n": again})
    tasks.ring_the_bell()
    return redirect("desk:tills")
