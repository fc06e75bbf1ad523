"""What people at a point and carriers need to know about a parcel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from marketplace.money import ZERO, split
from marketplace.order.models import Order
from marketplace.people.phones import spoken
from marketplace.shipping.queries import load_of, quote
from marketplace.shipping.tariff import Load

from .models import Fulfilment


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


def barred_places(order_id: int) -> set[int]:
    """Places whose parcel for the order is closed already: nothing can be added to it."""
    return set(Fulfilment.objects.filter(order_id=order_id).begun().values_list("location_id", flat=True))


def load(fulfilment: Fulfilment) -> Load:
    """Weight and volume of the parcel, and what its goods ask of the journey."""
    parts = fulfilment.lines.select_related("line__product")
    return load_of((part.line.product, part.quantity) for part in parts if part.line.product)


def likely_carrier(fulfilment: Fulfilment) -> str:
    """Who takes least for the parcel by the tariff of the order's day; empty where nobody may bring it."""
    door = fulfilment.order.shipping_address
    if door is None or door.commune is None:
        return ""
    on = timezone.localdate(fulfilment.order.date_placed)
    found = quote(door.commune.province_id, [load(fulfilment)], on=on)
    return found.carrier if found else ""


def kilograms(grams: int) -> str:
    """`1,5`, as weights are written in Vietnam."""
    return f"{grams / 1000:.1f}".replace(".", ",")


@dataclass(frozen=True)
class Receiver:
    name: str
    phone: str
    address: str


def receiver(fulfilment: Fulfilment) -> Receiver:
    """As a label, a slip and a manifest say it."""
    order, door = fulfilment.order, fulfilment.order.shipping_address
    parts = (door.line1, door.line4, door.state) if door else ()
    phone = spoken(order.phone) if order.phone else ""
    return Receiver(order.contact_name, phone, ", ".join(part for part in parts if part))


@dataclass(frozen=True)
class HandOver:
    """What a place gave to a carrier on one day."""

    day: date
    location_id: int
    location: str
    carrier_id: int
    carrier: str
    parcels: int
    grams: int
    cash: Decimal

    @property
    def kilograms(self) -> str:
        return kilograms(self.grams)

    @property
    def iso(self) -> str:
        return self.day.isoformat()


def hand_overs(parcels: QuerySet[Fulfilment]) -> Any:
    """Of these parcels: by day, place and carrier, the newest first."""
    handed = parcels.filter(by_carrier__isnull=False, shipped_at__isnull=False).order_by()
    names = ("day", "location_id", "location__name", "by_carrier_id", "by_carrier__name")
    rows = handed.annotate(day=TruncDate("shipped_at")).values(*names)
    sums = {"parcels": Count("pk"), "weight": Sum("grams"), "cash": Sum("cash_told")}
    return rows.annotate(**sums).order_by("-day", "location__name", "by_carrier__name")


def hand_over_of(row: dict[str, Any]) -> HandOver:
    return HandOver(
        row["day"], row["location_id"], row["location__name"], row["by_carrier_id"], row["by_carrier__name"],
        row["parcels"], row["weight"], row["cash"],
    )  # fmt: skip


def handed(parcels: QuerySet[Fulfilment], *, location_id: int, carrier_id: int, day: date) -> list[Fulfilment]:
    """Of these parcels what the place gave to the carrier on that day, with all that a manifest says of them."""
    zone = timezone.get_current_timezone()
    begins, ends = datetime.combine(day, time.min, zone), datetime.combine(day, time.max, zone)
    rows = parcels.filter(location=location_id, by_carrier=carrier_id, shipped_at__range=(begins, ends))
    related = ("order__shipping_address__commune__province", "location__commune", "by_carrier")
    return list(rows.select_related(*related).order_by("shipped_at", "pk"))
