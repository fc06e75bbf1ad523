"""A place is counted while it trades."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.roles import moves_goods
from marketplace.stock import queries as stock
from marketplace.stock.actions import counting

from ..deeds import attempt
from ..doors import door
from ..forms import FoundForm, SheetForm
from ..pages import paged, show
from ..queries import moving, places


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Counts of the own places; the way to begin one."""
    page, pager = paged(request, moving.counts(request.user))
    context = {"rows": page.object_list, "pager": pager, "places": places.mine(request.user)}
    return show(request, "counts", context)


@require_POST
@door(moves_goods)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """The books of the place as they are now are kept, to be compared."""
    place, made = get_object_or_404(places.mine(request.user), pk=pk), []  # type: ignore[var-annotated]
    if attempt(request, lambda: made.append(counting.start(location=place, **_by(request)))):
        return redirect("desk:sheet", made[0].pk)
    return redirect("desk:counts")


@door(moves_goods)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The list to walk along the shelves with; entries are kept whenever they are sent."""
    return _sheet(request, get_object_or_404(moving.counts(request.user), pk=pk))


def _sheet(request: HttpRequest, count: Any, **bound: Any) -> HttpResponse:
    lines, context = stock.count_lines(count), {}
    if count.status == "open":
        found = FoundForm(products=places.products_for(count.location))
        forms = {"form": SheetForm(lines=lines), "found_form": found} | bound
        context = forms | {"tills": moving.silent_tills(count)}
    return show(request, "sheet", {"count": count, "lines": lines} | context)


@require_POST
@door(moves_goods)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found so far."""
    count = get_object_or_404(moving.counts(request.user), pk=pk)
    form = SheetForm(request.POST, lines=stock.count_lines(count))
    if not form.is_valid():
        return _sheet(request, count, form=form)
    facts = _by(request) | {"count": count, "found": form.pieces()}
    attempt(request, lambda: counting.enter(**facts), _("Kept. The books change when the count is closed."))
    return redirect("desk:sheet", pk)


@require_POST
@door(moves_goods)
def found(request: HttpRequest, pk: int) -> HttpResponse:
    """Something that was not on the list."""
    count = get_object_or_404(moving.counts(request.user), pk=pk)
    form = FoundForm(request.POST, products=places.products_for(count.location))
    if not form.is_valid():
        return _sheet(request, count, found_form=form)
    attempt(request, lambda: counting.enter_found(count=count, **form.cleaned_data, **_by(request)), _("Kept."))
    return redirect("desk:sheet", pk)


@require_POST
@door(moves_goods)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The books follow the count."""
    return _end(request, pk, counting.close, _("The count is on the books."))


@require_POST
@door(moves_goods)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """The count ends, the books stay as they are."""
    return _end(request, pk, counting.drop, _("Dropped; the books are as they were."))


def _end(request: HttpRequest, pk: int, deed: Any, said: str) -> HttpResponse:
    count = get_object_or_404(moving.counts(request.user), pk=pk)
    attempt(request, lambda: deed(count=count, **_by(request)), said)
    return redirect("desk:sheet", pk)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "at": timezone.now()}
