"""Sales points as a visitor sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from django.urls import reverse
from django.utils import formats
from django.utils.dates import WEEKDAYS

from marketplace.locations.models import Location, OpeningHours


@dataclass(frozen=True)
class Point:
    id: int
    name: str
    url: str
    address: str
    phone: str
    week: list[tuple[str, str]]  # days, and their hours
    pickup: bool
    demonstration: bool

    @property
    def hours(self) -> list[str]:
        """The week as lines."""
        return [f"{days}: {hours}" for days, hours in self.week]


def points(limit: int | None = None) -> list[Point]:
    """Active sales points with their opening hours, by name. Two queries."""
    found = Location.objects.sales_points().select_related("commune").prefetch_related("hours").order_by("name", "pk")
    return [point_of(location) for location in found[:limit]]


def point_of(location: Location) -> Point:
    commune = location.commune
    return Point(
        id=location.pk,
        name=location.name,
        url=reverse("shop:point", args=[location.slug]),
        address=", ".join(part for part in (location.street, commune and commune.name) if part),
        phone=location.phone,
        week=opening(location.hours.all()),
        pickup=location.offers_pickup,
        demonstration=location.demonstration,
    )


def opening(hours: Iterable[OpeningHours]) -> list[tuple[str, str]]:
    """The week in few lines: days that follow each other with the same hours are one line."""
    week: dict[int, list[str]] = {}
    for row in hours:
        week.setdefault(row.weekday, []).append(f"{_clock(row.opens)}–{_clock(row.closes)}")
    days = [(day, ", ".join(week[day])) for day in sorted(week)]
    runs = [list(run) for _key, run in groupby(enumerate(days), lambda item: (item[1][0] - item[0], item[1][1]))]
    return [(_days(run[0][1][0], run[-1][1][0]), run[0][1][1]) for run in runs]


def _clock(moment: time) -> str:
    return formats.time_format(moment, "H:i")


def _days(first: int, last: int) -> str:
    return str(WEEKDAYS[first]) if first == last else f"{WEEKDAYS[first]} – {WEEKDAYS[last]}"
