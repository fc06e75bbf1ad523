"""Where a lot is, and who has bought of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum

from ..models import Balance, Hold, Lot, Movement, Shortage, TransferLine


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
    given_back = moves.filter(kind=Movement.Kind.RETURNED, cause__startswith="return:")
    for key, units in given_back.values_list("key", "quantity"):
        issued[int(key.split(":")[1])] -= units
    issued = {hold: units for hold, units in issued.items() if units > 0}
    orders: dict[int, int] = {}
    for pk, order_id in Hold.objects.filter(pk__in=issued).order_by("pk").values_list("pk", "order_id"):
        orders[order_id] = orders.get(order_id, 0) + issued[pk]
    sold = moves.filter(kind=Movement.Kind.SOLD).select_related("balance__location")
    return Buyers(orders, list(sold.order_by("-happened_at")))


def frozen_promises() -> list[Hold]:
    """What orders still wait for of recalled lots, because nobody has found others yet."""
    rows = Hold.objects.active().filter(balance__lot__frozen_at__isnull=False)
    return list(rows.select_related("balance__lot__product", "balance__location").order_by("order_id", "pk"))


def held_of(lot_id: int, location_id: int) -> Q:
    return Q(balance__lot=lot_id, balance__location=location_id)


def bound_on_the_way(lot_id: int, location_id: int | None = None) -> QuerySet[TransferLine]:
    """What of the lot travels for orders (to this point): on arrival it would be promised to them."""
    rows = TransferLine.objects.filter(lot=lot_id, order_line_id__isnull=False, transfer__status__in=["sent", "partly"])
    rows = rows.filter(transfer__target=location_id) if location_id else rows
    return rows.filter(quantity__gt=F("arrived") + F("missing")).select_related("transfer").order_by("pk")


def orders(lot_id: int, location_id: int, *, at: datetime) -> set[int]:
    """Those that wait for units of the recalled lot there, or on their way there, or have them on a list from there."""
    alive = Q(expires_at=None) | Q(expires_at__gt=at)
    held = Hold.objects.active().filter(held_of(lot_id, location_id), alive)
    lists = TransferLine.objects.filter(lot=lot_id, transfer__source=location_id, transfer__status="draft")
    coming = bound_on_the_way(lot_id, location_id).values_list("transfer__order_id", flat=True)
    listed = lists.filter(order_line_id__isnull=False).values_list("transfer__order_id", flat=True)
    found = set(held.order_by().values_list("order_id", flat=True))
    return found | {pk for pk in (*coming, *listed) if pk}


def served_there(lot: Lot, location_id: int) -> dict[int, dict[int, int]]:
    """Orders whose units of the lot gave way, the moment it was recalled, to others there: pieces by order line."""
    found: dict[int, dict[int, int]] = {}
    moved = Hold.objects.filter(held_of(lot.pk, location_id), released_at=lot.frozen_at).order_by("pk")
    for order, line, units in moved.values_list("order_id", "order_line_id", "quantity"):
        lines = found.setdefault(order, {})
        lines[line] = lines.get(line, 0) + units
    return found


def unattended(at: datetime) -> list[tuple[int, int, str, int]]:
    """Units of recalled lots that are still meant for orders, and nobody looks for others: order, place, lot, pieces."""
    known = set(Shortage.objects.filter(closed_at=None).values_list("balance__location_id", "balance__lot__product_id"))
    lines = TransferLine.objects.filter(lot__frozen_at__isnull=False, order_line_id__isnull=False)
    coming = lines.filter(transfer__status__in=["sent", "partly"], quantity__gt=F("arrived") + F("missing"))
    meant = [
        (hold.order_id, hold.balance.location_id, hold.balance.lot, hold.quantity)
        for hold in frozen_promises() if hold.expires_at is None or hold.expires_at > at
    ] + [
        (line.transfer.order_id or 0, line.transfer.target_id, line.lot, line.on_its_way)
        for line in coming.select_related("transfer", "lot").order_by("pk")
    ]  # fmt: skip
    return [(o, place, lot.code, n) for o, place, lot, n in meant if (place, lot.product_id) not in known]
