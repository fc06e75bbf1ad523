"""Cash: what is to be counted by point and day or comes from a carrier, and what was counted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.cash import actions
from marketplace.cash.queries import of_carrier, of_point
from marketplace.roles import is_office, moves_goods

from ..cash_forms import CashUpForm
from ..deeds import attempt
from ..doors import door
from ..pages import paged, show, words
from ..queries import cash, places


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """What waits, and the cash-ups so far; `?differing` shows those that differ."""
    differing = "differing" in request.GET
    page, pager = paged(request, cash.closed(request.user, differing=differing))
    context = {"cash": cash.waiting(request.user), "rows": page.object_list, "pager": pager, "differing": differing}
    return show(request, "cash", context)


@door(moves_goods)
def point(request: HttpRequest, pk: int) -> HttpResponse:
    """The drawer of a point, of one day."""
    place, day = get_object_or_404(places.mine(request.user), pk=pk), cash.asked_day(request.GET.get("day", ""))
    return _page(request, list(of_point(place, day)), location=place, carrier="", day=day)


@door(is_office)
def carrier(request: HttpRequest) -> HttpResponse:
    """What a carrier took at doors and now hands over."""
    name = words(request)
    return _page(request, list(of_carrier(name)), location=None, carrier=name, day=timezone.localdate())


def _page(request: HttpRequest, rows: list[Any], **pile: Any) -> HttpResponse:
    form = CashUpForm(request.POST or None, rows=rows)
    made = _closed(request, form, pile) if request.method == "POST" and form.is_valid() else None
    if made:
        return redirect("desk:cash-up", made.pk)
    return show(request, "cash_up", pile | {"form": form, "rows": rows})


def _closed(request: HttpRequest, form: CashUpForm, pile: dict[str, Any]) -> Any:
    facts, made = pile | form.facts() | {"by": request.user, "at": timezone.now()}, []
    attempt(request, lambda: made.append(actions.close(**facts)), _("Counted and closed."), form)
    return made[0] if made else None


@door(moves_goods)
def counted(request: HttpRequest, pk: int) -> HttpResponse:
    """A cash-up with its payments."""
    found = get_object_or_404(cash.closed(request.user, differing=False), pk=pk)
    entries = found.entries.select_related("transaction__source__order").order_by("transaction_id")
    return show(request, "cash_counted", {"cash_up": found, "entries": entries})
