"""What buyers are still to pay when goods change hands."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from marketplace.money import ZERO, split
from marketplace.order.models import Order

from ..models import Fulfilment, FulfilmentLine

Status = Fulfilment.Status


def cash_due(fulfilment: Fulfilment) -> Decimal:
    """What is to be taken from the buyer when these goods change hands; nothing when the order is paid first.

    Of a parcel that has left what was told then: it stands on its label, and will be asked for. The rest is divided by
    what the other parcels cost that the buyer does not have yet, goods and fee.
    """
    order = fulfilment.order
    if not order.in_cash:
        return ZERO
    if fulfilment.status in Fulfilment.TOLD:
        return fulfilment.cash_told
    if order.paid_at:
        return ZERO
    given = (*Fulfilment.WITH_BUYER, *Fulfilment.TOLD, Status.CANCELLED)
    rows = Fulfilment.objects.filter(order=order).exclude(status__in=given)
    parcels = list(rows.order_by("pk").prefetch_related("lines__line"))
    rest = max(order.due - _came(order) - cash_told(order), ZERO)
    shares = split(rest, [value(parcel.lines.all()) + parcel.fee for parcel in parcels])
    return next((share for parcel, share in zip(parcels, shares, strict=True) if parcel.pk == fulfilment.pk), ZERO)


def cash_told(order: Order) -> Decimal:
    """What the order's parcels that are outside are to bring; one that was not taken at first may be yet."""
    outside = Fulfilment.objects.filter(order=order, status__in=Fulfilment.TOLD)
    told: Decimal = outside.aggregate(all=Sum("cash_told", default=ZERO))["all"]
    return told


def _came(order: Order) -> Decimal:
    """What the buyer has paid of it, less what goes back."""
    came: Decimal = order.sources.aggregate(all=Sum("amount_debited", default=ZERO))["all"]
    back: Decimal = order.sources.aggregate(all=Sum("refunds__amount", default=ZERO))["all"]
    return came - back


def value(parts: Iterable[FulfilmentLine]) -> Decimal:
    """What the goods of a parcel cost, discounts taken off."""
    return sum((part.line.line_price_incl_tax * part.quantity / part.line.quantity for part in parts), ZERO)
