"""What people at a point need to know about a parcel."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Sum
from django.utils import timezone

from marketplace.locations.promise import ready_at
from marketplace.money import ZERO, split
from marketplace.order.models import Line, Order
from marketplace.stock.queries import Awaited, awaited

from .models import Fulfilment, ShortLine


def cash_due(fulfilment: Fulfilment) -> Decimal:
    """What is to be taken from the buyer when these goods change hands; nothing when the order is paid first.

    What is still to pay, delivery and discounts included, is divided by the value of their goods over the parcels that
    the buyer does not have yet.
    """
    order = fulfilment.order
    if not order.in_cash or order.paid_at:
        return ZERO
    given = (Fulfilment.Status.COLLECTED, Fulfilment.Status.DELIVERED)
    rows = Fulfilment.objects.filter(order=order).exclude(status__in=given)
    parcels = list(rows.order_by("pk").prefetch_related("lines__line"))
    shares = split(order.due - _came(order), [_value(parcel) for parcel in parcels])
    return next((share for parcel, share in zip(parcels, shares, strict=True) if parcel.pk == fulfilment.pk), ZERO)


def _came(order: Order) -> Decimal:
    """What the buyer has paid of it, less what goes back."""
    came: Decimal = order.sources.aggregate(all=Sum("amount_debited", default=ZERO))["all"]
    back: Decimal = order.sources.aggregate(all=Sum("refunds__amount", default=ZERO))["all"]
    return came - back


def _value(parcel: Fulfilment) -> Decimal:
    """What its goods cost, discounts taken off."""
    return sum(
        (part.line.line_price_incl_tax * part.quantity / part.line.quantity for part in parcel.lines.all()), ZERO
    )


def uncollected(today: object, limit: int = 100) -> Sequence[int]:
    """Orders that waited at their point longer than they could."""
    late = Fulfilment.objects.filter(status=Fulfilment.Status.READY, collect_by__lt=today)
    return list(late.order_by("collect_by").values_list("order_id", flat=True)[:limit])


def barred_places(order_id: int) -> set[int]:
    """Places whose parcel for the order is closed already: nothing can be added to it."""
    return set(Fulfilment.objects.filter(order_id=order_id).begun().values_list("location_id", flat=True))


def ready_with(pickup: Fulfilment, coming: Sequence[Awaited], at: datetime, *, later: bool = False) -> datetime | None:
    """When it can be collected: the point packs it as soon as all of this is there; `later`: not today. Its hours are asked."""
    days = [one.there_on for one in coming] + ([timezone.localdate(at) + timedelta(1)] if later else [])
    place, there_on = pickup.location, max(days, default=None)
    return ready_at(place.hours.all(), place.prep_hours, at=at, there_on=there_on)


def breaks(pickup: Fulfilment, coming: Sequence[Awaited], at: datetime) -> bool:
    """Were all of it there now, it would still be too late for the day that was promised."""
    ready, promised = ready_with(pickup, coming, at), pickup.promised_at
    return bool(coming and ready and promised and timezone.localdate(ready) > timezone.localdate(promised))


def late_pickups(at: datetime) -> list[int]:
    """Orders whose goods come on a later day than their lists, or their promises, say. Four queries."""
    coming: dict[int, list[Awaited]] = defaultdict(list)
    for one in awaited(at=at):
        coming[one.transfer.order_id or 0].append(one)
    rows = Fulfilment.objects.work().filter(order__in=coming, method=Fulfilment.Method.PICKUP)
    rows = rows.filter(status=Fulfilment.Status.OPEN).select_related("location").prefetch_related("location__hours")
    return [x.order_id for x in rows.order_by("pk") if _is_late(x, coming[x.order_id], at)]


def _is_late(pickup: Fulfilment, coming: Sequence[Awaited], at: datetime) -> bool:
    return any(one.there_on != one.transfer.expected_on for one in coming) or breaks(pickup, coming, at)


def picked_before(moment: datetime, location_id: int, order_ids: Iterable[int]) -> set[int]:
    """Of these orders those whose goods stood picked at the place then, and have not been handed over."""
    begun = (Fulfilment.Status.PICKING, Fulfilment.Status.PACKED, Fulfilment.Status.READY)
    rows = Fulfilment.objects.filter(order__in=list(order_ids), location=location_id, status__in=begun)
    return set(rows.filter(picking_at__lte=moment).values_list("order_id", flat=True))


def is_the_rest(short: ShortLine) -> bool:
    """The order has no other piece: without these it ends."""
    lines = Line.objects.filter(order=short.fulfilment.order_id)
    left: int = lines.aggregate(all=Sum(F("quantity") - F("cancelled_quantity"), default=0))["all"]
    return left == short.quantity
