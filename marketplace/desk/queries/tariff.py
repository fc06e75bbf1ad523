"""The tariff as its pages and forms show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.shipping.models import FreeDelivery, Tariff, Zone
from marketplace.shipping.queries import tariffs_in_force


@dataclass(frozen=True)
class Table:
    """A carrier's tariff; `coming`: it has not begun."""

    tariff: Tariff
    coming: bool


@dataclass(frozen=True)
class ZoneTables:
    zone: Zone
    tables: Sequence[Table]


def zones(on: date) -> list[ZoneTables]:
    """Every zone with what is in force and what will be. Four queries."""
    found: dict[int, list[Table]] = {}
    for tariff in tariffs_in_force(on):
        found.setdefault(tariff.zone_id, []).append(Table(tariff, tariff.valid_from > on))
    rows = Zone.objects.prefetch_related("provinces").order_by("elsewhere", "name")
    return [ZoneTables(zone, found.get(zone.pk, [])) for zone in rows]


def free(on: date) -> list[FreeDelivery]:
    """In force or still to come."""
    rows = FreeDelivery.objects.select_related("zone").order_by("valid_from", "least")
    return [one for one in rows if one.valid_until is None or one.valid_until >= on]


def steps(tariff: Tariff | None) -> list[dict[str, Any]]:
    """The steps of a tariff, the lightest first; a new one has none."""
    rows = tariff.steps.values("up_to_grams", "price", "extra") if tariff else ()
    return [dict(row) for row in rows]


def beginning(tariff: Tariff | None, on: date) -> dict[str, Any]:
    """What the form of a tariff begins with: one in force is followed by another from tomorrow on."""
    if tariff is None:
        return {"valid_from": on}
    day = tariff.valid_from if tariff.valid_from > on else on + timedelta(days=1)
    return {"carrier": tariff.carrier_id, "hours": tariff.hours, "valid_from": day}
