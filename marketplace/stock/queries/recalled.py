"""Where a lot is, and who has bought of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum

from ..models import Balance, Hold, Lot, Movement, TransferLine


@dataclass(frozen=True)
class Buyers:
    """Who has units of a lot: pieces by order, and sales at tills, whose buyers nobody knows by name."""

    orders: Mapping[int, int]
    till_sales: list[Movement]


def lots(product_ids: Iterable[int] | None = None, *, text: str = "") -> QuerySet[Lot]:
    """Of these products (or all), by lot code or product; recalled ones first, then the newest."""
    rows = Lot.objects.filter(unknown=False).select_related("product")
    rows = rows.filter(product__in=list(product_ids)) if product_ids is not None else rows
    rows = rows.filter(Q(code__icontains=text) | Q(product__title__icontains=text)) if text else rows
    here = Sum("balances__on_hand", default=0)
    return rows.annotate(here=here).order_by(F("frozen_at").desc(nulls_last=True), "-pk")


def travelling(lot: Lot) -> list[TransferLine]:
    """Units of the lot between two places."""
    rows = TransferLine.objects.filter(lot=lot, transfer__status__in=["sent", "partly"])
    return [x for x in rows.select_related("transfer__source", "transfer__target").order_by("pk") if x.on_its_way]


def where(lot: Lot) -> list[Balance]:
    """The lot's balances, place by place, with what is promised there."""
    rows = lot.balances.exclude(on_hand=0, held=0).select_related("location")
    return list(rows.order_by("location__name"))


def buyers(lot: Lot) -> Buyers:
    """Orders whose goods left from this lot and did not come back, and what tills sold of it."""
    moves = Movement.objects.filter(balance__lot=lot).order_by("pk")
    issued: dict[int, int] = {}
    for key, units in moves.filter(kind=Movement.Kind.ISSUED).values_list("key", "quantity"):
        hold = int(key.split(":")[1])
        issued[hold] = issued.get(hold, 0) - units
    back = Movement.objects.filter(kind=Movement.Kind.RETURNED, key__in=[f"returned:{pk}:0" for pk in issued])
    for key in back.values_list("key", flat=True):
        issued.pop(int(key.split(":")[1]))
    orders: dict[int, int] = {}
    for pk, order_id in Hold.objects.filter(pk__in=issued).order_by("pk").values_list("pk", "order_id"):
        orders[order_id] = orders.get(order_id, 0) + issued[pk]
    sold = moves.filter(kind=Movement.Kind.SOLD).select_related("balance__location")
    return Buyers(orders, list(sold.order_by("-happened_at")))


def frozen_promises() -> list[Hold]:
    """Orders that wait for units of a recalled lot, because their place has no others."""
    rows = Hold.objects.active().filter(balance__lot__frozen_at__isnull=False)
    return list(rows.select_related("balance__lot__product", "balance__location").order_by("order_id", "pk"))
