"""Goods that buyers give back: answered, looked at once, and paid back."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.pictures import sent
from marketplace.checkout import actions
from marketplace.checkout.payback import payback
from marketplace.checkout.queries.returned import paid_out
from marketplace.fulfilment.models import Return, ReturnPhoto
from marketplace.locations.actions import set_policy
from marketplace.locations.models import Location
from marketplace.roles import is_office, moves_goods

from ..deeds import attempt, perform
from ..doors import door
from ..pages import paged, show
from ..queries import places, returns
from ..return_forms import AnswerForm, DeclineForm, JudgeForm, PolicyForm


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Returns of the own places, by how far they are."""
    chosen = request.GET.get("status", "")
    page, pager = paged(request, returns.listed(request.user, chosen))
    lists = {"tabs": returns.tabs(request.user, chosen), "places": places.mine(request.user)}
    return show(request, "returns", {"rows": page.object_list, "pager": pager} | lists)


@door(moves_goods)
def asked(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, **bound: Any) -> HttpResponse:
    """One return: what, why, photographs, the next step, and what was typed in vain."""
    page = returns.page(_return(request, pk))
    forms = {"answer_form": AnswerForm(), "decline_form": DeclineForm(), "judge_form": JudgeForm(lines=page.lines)}
    return show(request, "return", {"page": page, "asked": page.asked} | forms | bound)


@require_POST
@door(moves_goods)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The goods come back, or need not."""
    keeps, away = _("The buyer keeps the goods and has the money back."), _("The buyer is told how to send them back.")
    said = keeps if request.POST.get("way") == Return.Way.KEEP else away
    return _done(request, pk, _accept, said, answer_form=AnswerForm(request.POST))


def _accept(*, way: str, **facts: Any) -> None:
    if way == Return.Way.KEEP:
        actions.forgo_return(**facts)
    else:
        actions.await_return(way=way, **facts)


@require_POST
@door(moves_goods)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request, pk, actions.decline_return, _("The buyer is told why."), decline_form=DeclineForm(request.POST)
    )


@require_POST
@door(moves_goods)
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """What has come is judged, once."""
    form = JudgeForm(request.POST, lines=list(_return(request, pk).lines.select_related("line")))
    said = _("It is on the books, and the money goes back.")
    return _done(request, pk, actions.take_in_return, said, judge_form=form)


@require_POST
@door(moves_goods)
def pay_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The buyer stands at the counter and gets the money out of its drawer."""
    said = _("Noted. The buyer gets it in writing; the next cash-up counts it.")
    return _done(request, pk, actions.pay_out_return, said)


@door(moves_goods)
def payback_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """To sign, of what the drawer paid back."""
    asked = _return(request, pk)
    paid = paid_out(asked)
    if paid is None:
        raise Http404
    return HttpResponse(payback(asked, paid), content_type="application/pdf")


@door(moves_goods)
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who judge it."""
    found = get_object_or_404(ReturnPhoto, pk=pk, asked__in=returns.mine(request.user))
    return sent(found.image.name)


@door(is_office)
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """How long a place takes goods back, and whether without a fault."""
    place = get_object_or_404(Location, pk=pk)
    form = PolicyForm(request.POST or None, instance=place)
    if request.method == "POST" and form.is_valid():
        attempt(request, lambda: set_policy(place=place, by=request.user, **form.cleaned_data), _("Saved."))
        return redirect("desk:returns")
    return show(request, "return_policy", {"form": form, "place": place})


def _done(request: HttpRequest, pk: int, deed: Callable[..., object], said: str, **bound: Any) -> HttpResponse:
    """One step of the return, with what its small form says; then its page again."""
    form, found = next(iter(bound.values()), None), _return(request, pk)
    if perform(request, deed, said, form, asked=found, by=request.user, at=timezone.now()) or form is None:
        return redirect("desk:return", pk)
    return _page(request, pk, **bound)


def _return(request: HttpRequest, pk: int) -> Return:
    return get_object_or_404(returns.mine(request.user), pk=pk)
