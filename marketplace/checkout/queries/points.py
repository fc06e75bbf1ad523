"""Sales points where an order may be collected, and whether its goods are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.locations.hours import opening
from marketplace.locations.models import Location
from marketplace.people.phones import spoken
from marketplace.stock import queries as stock


@dataclass(frozen=True)
class Point:
    """`value` and `selected` are those of a radio button; `missing` names the goods that are not there."""

    name: str
    url: str
    address: str
    phone: str
    hours: list[str]
    pickup: bool
    demonstration: bool
    value: int = 0
    selected: bool = False
    missing: list[str] = field(default_factory=list)


class NotAtPoint(Refused):
    """Known before the order; whoever is quicker meanwhile is met by the hold."""

    sentence = _("%(place)s does not have enough now: %(titles)s. Choose another point, or delivery.")
    code = "not_at_point"


def point_of(place: Location, **more: Any) -> Point:
    """A place whose commune and hours are here."""
    return Point(
        name=place.name, url=reverse("shop:point", args=[place.slug]) if place.kind == place.Kind.SALES_POINT else "",
        address=", ".join(part for part in (place.street, place.commune.name if place.commune else "") if part),
        phone=spoken(place.phone) if place.phone else "", hours=[f"{days}: {hours}" for days, hours in opening(place.hours.all())],
        pickup=place.offers_pickup, demonstration=place.demonstration, **more,
    )  # fmt: skip


def points_for(lines: Iterable[Any], chosen: str) -> list[Point]:
    """Every pickup point, with what of these basket lines it does not have. Three queries."""
    wanted = list(lines)
    there = stock.spread([line.product_id for line in wanted])
    places = Location.objects.open_for_pickup().select_related("commune").prefetch_related("hours")
    return [
        point_of(place, value=place.pk, selected=str(place.pk) == chosen, missing=_missing(wanted, there, place.pk))
        for place in places
    ]


def refuse_missing(lines: Iterable[Any], place: Location) -> None:
    """The point has everything of these basket lines. One query."""
    wanted = list(lines)
    missing = _missing(wanted, stock.spread([line.product_id for line in wanted]), place.pk)
    if missing:
        raise NotAtPoint(place=place.name, titles=", ".join(missing))


def _missing(wanted: list[Any], there: Mapping[int, Mapping[int, int]], place: int) -> list[str]:
    return [line.product.title for line in wanted if there[line.product_id].get(place, 0) < line.quantity]
