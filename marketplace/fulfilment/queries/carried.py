"""What carriers bring: what a parcel weighs, who may bring it, and what each was given on a day."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from marketplace.shipping.queries import Quote, Rates, load_of, rates
from marketplace.shipping.tariff import Load

from ..models import Fulfilment, FulfilmentLine

IN_PARCELS = Prefetch("lines", FulfilmentLine.objects.select_related("line__product").order_by("line_id"))


def load(fulfilment: Fulfilment) -> Load:
    """Weight and volume of the parcel, and what its goods ask of the journey. One query, none of a parcel read with IN_PARCELS."""
    read = "lines" in getattr(fulfilment, "_prefetched_objects_cache", ())
    parts = fulfilment.lines.all() if read else fulfilment.lines.select_related("line__product")
    return load_of((part.line.product, part.quantity) for part in parts if part.line.product)


def likely_carrier(fulfilment: Fulfilment) -> str:
    """Who takes least for the parcel by the tariff of the order's day and is quick enough; empty where nobody may bring it."""
    to, on = fulfilment.order.shipping_address, timezone.localdate(fulfilment.order.date_placed)
    if to is None or to.commune is None:
        return ""
    likely = quick_quote(rates(to.commune.province_id, on=on), fulfilment)
    return likely.carriers[0] if likely else ""


def quick_quote(there: Rates, fulfilment: Fulfilment) -> Quote | None:
    """By a carrier as quick as the one whose fee was paid, where there still is one."""
    parcel = load(fulfilment)
    return there.quote([parcel], within=fulfilment.travel_days) or there.quote([parcel])


def kilograms(grams: int) -> str:
    """`1,5`, as weights are written in Vietnam."""
    return f"{grams / 1000:.1f}".replace(".", ",")


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
