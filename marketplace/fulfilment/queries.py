"""What people at a point need to know about a parcel."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum

from marketplace.money import ZERO, split
from marketplace.order.models import Order

from .models import Fulfilment, ShortLine


def cash_due(fulfilment: Fulfilment) -> Decimal:
    """What is to be taken from the buyer when these goods change hands; nothing when the order is paid by card.

    What is still to pay, delivery and discounts included, is divided by the value of their goods over the parcels that
    the buyer does not have yet.
    """
    order = fulfilment.order
    if order.payment_method == Order.Method.CARD or order.paid_at:
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


def unfetched(today: date, at: datetime, *, pk: int | None = None, limit: int = 100) -> Sequence[int]:
    """Parcels that wait for at least half a day, whose last day is today or tomorrow, and of which nobody was reminded."""
    rows = Fulfilment.objects.filter(
        status=Fulfilment.Status.READY, collect_by__range=(today, today + timedelta(days=1)),
        ready_at__lte=at - timedelta(hours=12), reminded_at=None, order__status=Order.Status.CONFIRMED,
    )  # fmt: skip
    return list((rows.filter(pk=pk) if pk else rows).order_by("collect_by", "pk").values_list("pk", flat=True)[:limit])


def late(since: datetime, *, pk: int | None = None, limit: int = 100) -> Sequence[int]:
    """Pickups that were promised for then and are not ready; a day is over at its end. Of missing pieces is told by itself."""
    not_ready = (Fulfilment.Status.OPEN, Fulfilment.Status.PICKING, Fulfilment.Status.PACKED)
    asked = ShortLine.objects.waiting().order_by().filter(fulfilment=OuterRef("pk"))
    today = Q(promised_at__time=time.min, promised_at__gt=since - timedelta(days=1))
    rows = Fulfilment.objects.with_goods().filter(
        ~today, ~Exists(asked), method=Fulfilment.Method.PICKUP, status__in=not_ready, promised_at__lte=since, delay_told_at=None,
        order__status=Order.Status.CONFIRMED,
    )  # fmt: skip
    return list((rows.filter(pk=pk) if pk else rows).order_by("promised_at", "pk").values_list("pk", flat=True)[:limit])


def barred_places(order_id: int) -> set[int]:
    """Places whose parcel for the order is closed already: nothing can be added to it."""
    return set(Fulfilment.objects.filter(order_id=order_id).begun().values_list("location_id", flat=True))
