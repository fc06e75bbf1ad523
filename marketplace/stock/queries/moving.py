"""Goods between places, and places being counted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count as Number
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from ..models import Count, CountLine, Hold, Movement, Transfer, TransferLine
from .books import balances

Places = Collection[int] | QuerySet[Any] | None  # their numbers, or a query for them; None: all


@dataclass(frozen=True)
class Free:
    """A lot of which a place may send units elsewhere."""

    lot_id: int
    title: str
    code: str
    best_before: date | None
    units: int


def transfers(location_ids: Places = None) -> QuerySet[Transfer]:
    """Those that leave or reach these places (or all), newest first, with the pieces of each and what is still to come."""
    rows = Transfer.objects.select_related("source", "target").order_by("-pk")
    if location_ids is not None:
        rows = rows.filter(Q(source__in=location_ids) | Q(target__in=location_ids))
    coming = Sum(F("lines__quantity") - F("lines__arrived") - F("lines__missing"), default=0)
    return rows.annotate(pieces=Sum("lines__quantity", default=0), to_come=coming)


def told_lists(order_id: int) -> list[Transfer]:
    """What is to be sent for an order that nothing holds up any more: its sources know these lists. Two queries."""
    settled = Hold.objects.active().filter(order_id=order_id, balance__location=OuterRef("source"), expires_at=None)
    rows = Transfer.objects.filter(Exists(settled), order_id=order_id, status=Transfer.Status.DRAFT)
    return list(rows.select_related("source", "target").prefetch_related("lines").order_by("pk"))


def lines_of(transfer: Transfer) -> list[TransferLine]:
    """What is on the list, with product and lot."""
    return list(transfer.lines.select_related("lot__product").order_by("lot__product__title", "lot__code", "pk"))


def transfer_line(transfer: Transfer, pk: int) -> TransferLine | None:
    return transfer.lines.filter(pk=pk).select_related("transfer").first()


def free_to_send(location_id: int) -> list[Free]:
    """Lots of which the place has more than it promised. One query."""
    rows = [row for row in balances(location_ids=[location_id]) if row.available > 0]
    return [Free(row.lot_id, row.title, row.lot, row.best_before, row.available) for row in rows]


def counts(location_ids: Places = None) -> QuerySet[Count]:
    """Those of these places (or all), newest first, with how many lots were counted and how many were off."""
    rows = Count.objects.select_related("location", "opened_by").order_by("-pk")
    rows = rows.filter(location__in=location_ids) if location_ids is not None else rows
    counted = Number("lines", filter=Q(lines__counted__isnull=False))
    off = Number("lines", filter=~Q(lines__variance=0) & Q(lines__variance__isnull=False))
    return rows.annotate(lots=Number("lines"), counted=counted, off=off)


def count_lines(count: Count) -> list[CountLine]:
    """The sheet, by product and lot; of an open count with the variance as it would be booked now."""
    rows = count.lines.select_related("balance__lot__product", "counted_by")
    lines = list(rows.order_by("balance__lot__product__title", "balance__lot__best_before", "pk"))
    looked = [line for line in lines if line.counted is not None] if count.status == Count.Status.OPEN else []
    moved = moved_before_the_look(looked)
    for line in looked:
        line.variance = (line.counted or 0) - (line.snapshot + moved.get(line.pk, 0))
    return lines


def moved_before_the_look(lines: Iterable[CountLine]) -> dict[int, int]:
    """Units that came and went between the snapshot and the look, by line.

    By when they happened, not when they were told: a till that was offline reports its sales late. What another
    count has set right since the snapshot is not set right again, whenever that was.
    """
    known = {line.pk: line.last_movement for line in lines}
    first = min(known.values(), default=0)  # the database need not look farther back than this
    since = Q(balance__movements__pk__gt=first) & Q(balance__movements__pk__gt=F("last_movement"))
    before = Q(balance__movements__kind=Movement.Kind.COUNTED) | Q(balance__movements__happened_at__lte=F("counted_at"))
    rows = CountLine.objects.filter(since & before, pk__in=known)
    return dict(rows.values_list("pk").annotate(moved=Sum("balance__movements__quantity")))
