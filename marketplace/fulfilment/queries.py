"""What people need to know about a parcel: what is to pay for it, and what of it may be given back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import ngettext

from marketplace.money import ZERO, split
from marketplace.order.models import Order

from .models import Fulfilment, FulfilmentLine, Return, ReturnLine

HAD = (Fulfilment.Status.COLLECTED, Fulfilment.Status.DELIVERED)
STANDING = (*Return.OPEN, Return.Status.SETTLED)


def cash_due(fulfilment: Fulfilment) -> Decimal:
    """What is to be taken from the buyer when these goods change hands; nothing when the order is paid by card.

    What is still to pay, delivery and discounts included, is divided by the value of their goods over the parcels that
    the buyer does not have yet.
    """
    order = fulfilment.order
    if order.payment_method == Order.Method.CARD or order.paid_at:
        return ZERO
    rows = Fulfilment.objects.filter(order=order).exclude(status__in=HAD)
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


@dataclass(frozen=True)
class Returnable:
    """What of a parcel's line the buyer may still give back, and until which day: for a fault, or for a change of mind."""

    part: FulfilmentLine
    left: int
    fault_until: date
    unwanted_until: date | None  # None: this is never taken back for a change of mind

    def may(self, reason: str, today: date) -> bool:
        until = self.unwanted_until if reason == Return.Reason.UNWANTED else self.fault_until
        return self.left > 0 and until is not None and today <= until

    def open_on(self, today: date) -> bool:
        return self.may(Return.Reason.DAMAGED, today) or self.may(Return.Reason.UNWANTED, today)


def returnable(fulfilment: Fulfilment) -> list[Returnable]:
    """Line by line, of a parcel that the buyer has; else nothing. Two queries."""
    if fulfilment.status not in HAD or fulfilment.finished_at is None:
        return []
    given: Counter[int] = Counter()
    for one in ReturnLine.objects.filter(asked__fulfilment=fulfilment, asked__status__in=STANDING).select_related(
        "asked"
    ):
        given[one.line_id] += one.came if one.asked.status == Return.Status.SETTLED else one.quantity
    parts = fulfilment.lines.select_related("line").order_by("pk")
    return [_returnable(part, part.quantity - given[part.line_id], fulfilment) for part in parts]


def _returnable(part: FulfilmentLine, left: int, fulfilment: Fulfilment) -> Returnable:
    had_on, place = timezone.localdate(fulfilment.finished_at), fulfilment.location
    days = min(settings.RETURN_PERISHABLE_DAYS, place.days_to_return) if part.line.perishable else place.days_to_return
    until = had_on + timedelta(days=days)
    return Returnable(part, left, until, until if place.takes_unwanted and not part.line.perishable else None)


def perishable_terms() -> str:
    """Why such goods are not taken back for a change of mind, and how long their faults may be told; for pages."""
    days = settings.RETURN_PERISHABLE_DAYS
    said = ngettext(
        "Perishable goods cannot be returned for a change of mind. Tell us of a fault within %(n)s day of receiving them.",
        "Perishable goods cannot be returned for a change of mind. Tell us of a fault within %(n)s days of receiving them.",
        days,
    )
    return said % {"n": days}
