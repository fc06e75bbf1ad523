"""What people at a point need to know about a parcel."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from marketplace.money import ZERO, split
from marketplace.order.models import Order

from .models import Fulfilment

REMEMBERED = timedelta(days=365)


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


def refusals(phone: str, at: datetime) -> int:
    """Parcels with cash to pay that whoever has this number did not take within a year."""
    rows = Fulfilment.objects.filter(failure__in=Fulfilment.BUYERS, finished_at__gt=at - REMEMBERED)
    return rows.filter(order__phone=phone, order__payment_method=Order.Method.COD).count()


def barred_places(order_id: int) -> set[int]:
    """Places whose parcel for the order is closed already: nothing can be added to it."""
    return set(Fulfilment.objects.filter(order_id=order_id).begun().values_list("location_id", flat=True))
