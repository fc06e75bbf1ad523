"""Sales points where an order may be collected, and whether its goods are there."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.locations.hours import opening
from marketplace.locations.models import Location
from marketplace.locations.promise import spoken as spoken_promise
from marketplace.people.phones import spoken
from marketplace.stock import queries as stock
from marketplace.stock.routing import Want


@dataclass(frozen=True)
class Point:
    """`value` and `selected` are those of a radio button; `missing` names goods that cannot be had there,
    `stays` those of them that are elsewhere and may not be brought.
    """

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
    stays: list[str] = field(default_factory=list)
    promise: str = ""


class NotAtPoint(Refused):
    """Known before the order; whoever is quicker meanwhile is met by the hold."""

    sentence = _("%(place)s does not have enough now: %(titles)s. Choose another point, or delivery.")
    code = "not_at_point"


class NotBrought(Refused):
    """Others have it, and may not send it there."""

    sentence = _("%(titles)s cannot be brought to %(place)s: the way is too long or too warm for it. Choose a point that has it, or delivery.")  # fmt: skip
    code = "not_brought"


class ReadyLater(Refused):
    """The day chosen is too early."""

    sentence = _("At %(place)s your order is %(ready)s at the earliest. Choose that day or a later one.")
    code = "ready_later"


def point_of(place: Location, **more: Any) -> Point:
    """A place whose commune and hours are here."""
    return Point(
        name=place.name, url=reverse("shop:point", args=[place.slug]) if place.kind == place.Kind.SALES_POINT else "",
        address=", ".join(part for part in (place.street, place.commune.name if place.commune else "") if part),
        phone=spoken(place.phone) if place.phone else "", hours=[f"{days}: {hours}" for days, hours in opening(place.hours.all())],
        pickup=place.offers_pickup, demonstration=place.demonstration, **more,
    )  # fmt: skip


def points_for(lines: Iterable[Any], chosen: str, *, at: datetime) -> list[Point]:
    """Every pickup point, with when these basket lines can be collected there, or what of them cannot. Few queries."""
    wanted = list(lines)
    places = list(Location.objects.open_for_pickup().select_related("commune").prefetch_related("hours"))
    found = stock.outlooks(_wants(wanted), places, at=at)
    return [
        point_of(
            place, value=place.pk, selected=str(place.pk) == chosen, missing=_titles(wanted, found[place.pk].missing),
            stays=_titles(wanted, found[place.pk].stays), promise=found[place.pk].spoken(at),
        )
        for place in places
    ]  # fmt: skip


def refuse_unready(lines: Iterable[Any], place: Location, collect_on: date | None, *, at: datetime) -> None:
    """The point has everything of these basket lines, or gets it, by the day the shopper chose."""
    wanted = list(lines)
    found = stock.outlooks(_wants(wanted), [place], at=at)[place.pk]
    if found.stays:
        raise NotBrought(place=place.name, titles=", ".join(_titles(wanted, found.stays)))
    if found.missing:
        raise NotAtPoint(place=place.name, titles=", ".join(_titles(wanted, found.missing)))
    refuse_early(place, found.ready_at, collect_on, at)


def refuse_early(place: Location, ready: datetime | None, collect_on: date | None, at: datetime) -> None:
    """Nobody comes for goods that are not there yet."""
    if ready and collect_on and collect_on < timezone.localdate(ready):
        raise ReadyLater(place=place.name, ready=spoken_promise(ready, at=at))


def _wants(lines: Iterable[Any]) -> list[Want]:
    return [Want(number, line.product_id, line.quantity) for number, line in enumerate(lines)]


def _titles(lines: Iterable[Any], products: Container[int]) -> list[str]:
    return list(dict.fromkeys(line.product.title for line in lines if line.product_id in products))
