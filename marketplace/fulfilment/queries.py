"""What people at a point need to know about a parcel."""

from collections.abc import Sequence
from decimal import Decimal

from marketplace.money import ZERO, split
from marketplace.order.models import Order

from .models import Fulfilment


def cash_due(fulfilment: Fulfilment) -> Decimal:
    """What is to be taken from the buyer when these goods change hands; nothing when the order is paid by card.

    The order's total, delivery and discounts included, is divided over its parcels by the value of their goods.
    """
    order = fulfilment.order
    if order.payment_method == Order.Method.CARD or order.paid_at:
        return ZERO
    parcels = list(Fulfilment.objects.filter(order=order).order_by("pk").prefetch_related("lines__line"))
    shares = split(order.total_incl_tax, [_value(parcel) for parcel in parcels])
    return next(share for parcel, share in zip(parcels, shares, strict=True) if parcel.pk == fulfilment.pk)


def _value(parcel: Fulfilment) -> Decimal:
    return sum(((part.line.unit_price_incl_tax or ZERO) * part.quantity for part in parcel.lines.all()), ZERO)


def uncollected(today: object, limit: int = 100) -> Sequence[int]:
    """Orders that waited at their point longer than they could."""
    late = Fulfilment.objects.filter(status=Fulfilment.Status.READY, collect_by__lt=today)
    return list(late.order_by("collect_by").values_list("order_id", flat=True)[:limit])
