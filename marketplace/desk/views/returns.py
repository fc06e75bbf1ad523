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

from ..deeds import attempt, complaints
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
    """One return: what, why, photographs, and the next step."""
    page = returns.page(_return(request, pk))
    forms = {"answer_form": AnswerForm(), "decline_form": DeclineForm(), "judge_form": JudgeForm(lines=page.lines)}
    return show(request, "return", {"page": page, "asked": page.asked} | forms)


@require_POST
@door(moves_goods)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The goods come back, or need not."""
    form = AnswerForm(request.POST)
    if form.is_valid() and form.cleaned_data["way"] == Return.Way.KEEP:
        said = {"answer": form.cleaned_data["answer"]}
        return _done(request, pk, actions.forgo_return, _("The buyer keeps the goods and has the money back."), said)
    said = form.cleaned_data if form.is_valid() else {}
    return _done(request, pk, actions.await_return, _("The buyer is told how to send them back."), said, form)


@require_POST
@door(moves_goods)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    form = DeclineForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    return _done(request, pk, actions.decline_return, _("The buyer is told why."), said, form)


@require_POST
@door(moves_goods)
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """What has come is judged, once."""
    form = JudgeForm(request.POST, lines=list(_return(request, pk).lines.select_related("line")))
    said = {"judged": form.judged()} if form.is_valid() else {}
    return _done(request, pk, actions.take_in_return, _("It is on the books, and the money goes back."), said, form)


@require_POST
@door(moves_goods)
def pay_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The buyer stands at the counter and gets the money out of its drawer."""
    return _done(
        request, pk, actions.pay_out_return, _("Noted. The buyer gets it in writing; the next cash-up counts it."), {}
    )


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


def _done(
    request: HttpRequest, pk: int, deed: Callable[..., object], said: str, facts: dict[str, Any], form: Any = None
) -> HttpResponse:
    """One step of the return, with what its small form says; then its page again."""
    about = {"asked": _return(request, pk), "by": request.user, "at": timezone.now()}
    if form is None or form.is_valid():
        attempt(request, lambda: deed(**about, **facts), said)
    else:
        complaints(request, form)
    return redirect("desk:return", pk)


def _return(request: HttpRequest, pk: int) -> Return:
    return get_object_or_404(returns.mine(request.user), pk=pk)
