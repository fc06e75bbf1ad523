"""Units promised to orders that come on a later day than their lots keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from ..models import Hold, TransferLine

LOT = ("product_id", "best_before", "product__arrival_days")


@dataclass(frozen=True)
class Outlived:
    """Units of a lot for an order, kept at a place or sent there, and the last day on which they might reach its shopper."""

    order_id: int
    lot_id: int
    product_id: int
    location_id: int
    good_until: date


def outlived(days: Mapping[int, date]) -> list[Outlived]:
    """What does not keep until the days on which these lines of orders reach their shoppers. Two queries."""
    lines = {"order_line_id__in": list(days)}
    held = Hold.objects.active().filter(**lines, balance__lot__best_before__isnull=False).order_by("pk")
    left = TransferLine.objects.filter(**lines, lot__best_before__isnull=False, transfer__status__in=["sent", "partly"])
    left = left.filter(quantity__gt=F("arrived") + F("missing")).order_by("pk")
    where = ("order_line_id", "order_id", "balance__lot_id", "balance__location_id")
    there = ("order_line_id", "transfer__order_id", "lot_id", "transfer__target_id")
    found: dict[Outlived, None] = {}
    for line, order, lot, place, product, best_before, keeps in (
        *held.values_list(*where, *(f"balance__lot__{name}" for name in LOT)),
        *left.values_list(*there, *(f"lot__{name}" for name in LOT)),
    ):
        good_until = best_before - timedelta(keeps or 0)
        if good_until < days[line]:
            found[Outlived(order, lot, product, place, good_until)] = None
    return list(found)
