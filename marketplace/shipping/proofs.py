"""What must hold of the tariff."""

from collections.abc import Iterator
from datetime import datetime

from .models import Tariff, Zone


def every_tariff_has_a_price(at: datetime) -> Iterator[str]:
    for tariff in Tariff.objects.filter(steps=None).select_related("carrier", "zone"):
        yield f"{tariff}: no step, so nobody can say what it costs"


def a_province_lies_in_one_zone(at: datetime) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for zone, province in Zone.objects.exclude(provinces=None).values_list("name", "provinces__name"):
        found.setdefault(province, []).append(zone)
    for province, zones in found.items():
        if len(zones) > 1:
            yield f"{province} lies in {' and '.join(sorted(zones))}"


RULES = (every_tariff_has_a_price, a_province_lies_in_one_zone)
