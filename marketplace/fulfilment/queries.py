"""What people at a point need to know about a parcel."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Sum

from marketplace.money import ZERO, split
from marketplace.order.models import Order

from .models import Fulfilment


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
