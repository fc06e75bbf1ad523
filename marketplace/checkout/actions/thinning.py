"""Pieces that the buyer, the place or the office takes off an order before anybody picks them; the rest goes on."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.fulfilment.thinning import Content, thinned
from marketplace.order import actions as orders
from marketplace.order.models import Line, Order
from marketplace.stock import actions as stock
from marketplace.stock.queries import kept_for

from .. import notices
from ..queries.bargains import bargains_of
from .cancelling import TooLate, undo
from .conditions import refuse_cheaper
from .leaving_out import emptied
from .settling import take_transfers
from .squaring import square

RUNNING = (Order.Status.AWAITING_PAYMENT, Order.Status.CONFIRMED)
Units = dict[tuple[int, int], int]  # of a line, at a place or in a parcel


class NothingToCancel(Refused):
    sentence = _("Please say how many pieces are to be taken off.")
    code = "cancel_nothing"


class TooManyToCancel(Refused):
    """The others are being packed, on their way, or looked for."""

    sentence = _("Of “%(title)s” %(left)s pieces can still be taken off, not %(wanted)s. Please call the sales point.")
    code = "cancel_too_many"


@transaction.atomic
def cancel_pieces(
    *, order: Order, pieces: Mapping[int, int], by: Any, reason: str, at: datetime, parcel: Fulfilment | None = None
) -> None:
    """So many pieces of each line will not come; what was paid for them is due back. Vouchers stay used.

    Out of the parcel named, or out of those that leave the fewest. An order of which nothing is left is cancelled.
    The shopper keeps no price with fewer pieces than it was given for.
    """
    locked = orders.lock(order.pk)
    if locked.status not in RUNNING:
        raise TooLate(status=locked.status_label)
    wanted = {line: units for line, units in pieces.items() if units}
    lines = Line.objects.filter(order=locked).select_related("box", "stockrecord", "product").in_bulk()
    if not wanted or min(wanted.values()) < 0 or not set(wanted) <= set(lines):
        raise NothingToCancel
    kept = kept_for(locked.pk)
    parcels = _open(locked, parcel)
    out = thinned([_content(one, kept) for one in parcels], wanted)
    _refuse_more(lines, wanted, out)
    if all(wanted.get(pk, 0) == line.left_quantity for pk, line in lines.items()):
        undo(order=locked, reason=reason, by=by, at=at)
        return
    if reason == Order.Because.SHOPPER:
        there = list(lines.values())
        refuse_cheaper(bargains=bargains_of(locked, there), lines=there, wanted=wanted)
    _take_off(locked, {one.pk: one for one in parcels}, out, kept, {"by": by, "reason": reason}, at)


def _open(order: Order, parcel: Fulfilment | None) -> list[Fulfilment]:
    rows = Fulfilment.objects.filter(order=order, status=Fulfilment.Status.OPEN).with_goods()
    rows = rows.filter(pk=parcel.pk) if parcel else rows
    return list(rows.order_by("pk"))


def _content(parcel: Fulfilment, kept: Mapping[tuple[int, int], int]) -> Content:
    """Free is what is held for it: pieces that are missing are asked about elsewhere, those that travel have left."""
    holds = {part.line_id: part.quantity for part in parcel.lines.all()}
    there: Counter[int] = Counter()
    for (line, place), units in kept.items():
        there[line] += units if parcel.gathers or place == parcel.location_id else 0
    short = ShortLine.objects.waiting().filter(fulfilment=parcel).values_list("line").annotate(units=Sum("quantity"))
    lost = dict(short)
    return Content(parcel.pk, holds, {pk: min(n - lost.get(pk, 0), there[pk]) for pk, n in holds.items()})


def _refuse_more(lines: Mapping[int, Line], wanted: Mapping[int, int], out: Units) -> None:
    for pk, units in wanted.items():
        left = sum(gone for (_parcel, line), gone in out.items() if line == pk)
        if left < units:
            raise TooManyToCancel(title=lines[pk].title, left=left, wanted=units)


def _take_off(
    order: Order, parcels: Mapping[int, Fulfilment], out: Units, kept: Mapping[tuple[int, int], int],
    facts: dict[str, Any], at: datetime,
) -> None:  # fmt: skip
    """The locked order, its parcels and its promises are so much smaller; the money is squared."""
    before, freed, left = order.due, Counter[tuple[int, int]](), Counter(dict(kept))
    for (parcel_id, line), units in sorted(out.items()):
        parcel = parcels[parcel_id]
        orders.take_off(order=order, line_id=line, quantity=units, **facts)
        fulfilments.shortages.take_off(fulfilment=parcel, line_id=line, quantity=units, at=at)
        if parcel.status == Fulfilment.Status.CANCELLED:
            emptied(order=order, parcel=parcel, because=_because(facts["reason"]))
        places = _places(parcel, line, units, left)
        freed, left = freed + places, left - places
    stock.free(order_id=order.pk, units=freed, at=at)
    _square(order, before, out, facts, at)


def _because(reason: str) -> str:
    """Why the parcel does not come; what a person wrote stands in the order's story, and in the letter."""
    return reason if reason in Order.Because.values else Order.Because.OFFICE


def _places(parcel: Fulfilment, line: int, units: int, left: Counter[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """Where they lie: of what is gathered first what others would have had to bring, from whoever would have brought least."""
    if not parcel.gathers:
        return Counter({(line, parcel.location_id): units})
    found: Counter[tuple[int, int]] = Counter()
    there = [(place == parcel.location_id, n, place) for (pk, place), n in left.items() if pk == line]
    for _own, there_is, place in sorted(there):
        found[line, place] = gone = min(units, there_is)
        units -= gone
    return +found


def _square(order: Order, before: Decimal, out: Units, facts: dict[str, Any], at: datetime) -> None:
    taken = Line.objects.filter(order=order).aggregate(all=Sum("cancelled_quantity"))["all"]
    square(order=order, key=str(taken), at=at, reason="fewer")  # the number only grows: each time another key
    gone: Counter[int] = Counter()
    for (_parcel, line), units in out.items():
        gone[line] += units
    notices.pieces_cancelled(order, gone, before - order.due, facts["reason"], occasion=str(taken))
    take_transfers(order=order, at=at)  # what has come may be enough now
    if order.status == Order.Status.CONFIRMED:
        fulfilments.complete_if_done(order=order)
