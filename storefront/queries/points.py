"""Sales points as a visitor sees them."""

from dataclasses import dataclass

from django.urls import reverse

from marketplace.locations.hours import opening
from marketplace.locations.models import Location


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
