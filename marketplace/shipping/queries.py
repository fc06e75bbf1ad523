"""What a parcel to a province costs, and how long it takes, by the tariff table."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Q

from .models import TariffStep
from .tariff import Step, fee_of


@dataclass(frozen=True)
class Fee:
    """Delivery of one weight to one province, VAT included."""

    amount: Decimal
    days: int
    zone: str


def fee(province_id: int, grams: int) -> Fee | None:
    """None where the tariff names no zone for the province, nor one for elsewhere, nor any step."""
    serves = Q(zone__provinces=province_id) | Q(zone__elsewhere=True)
    found = TariffStep.objects.filter(serves).select_related("zone").order_by("zone__elsewhere", "zone_id").distinct()
    for zone, rows in groupby(found, key=lambda step: step.zone):
        steps = [Step(row.up_to_grams, row.price, row.extra) for row in rows]
        return Fee(fee_of(steps, grams), zone.days, zone.label)
    return None
