"""How an order would be served now: the router over the books as they stand. Nothing is locked, nothing is promised."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.functional import SimpleLazyObject

from marketplace.locations.models import Location

from ..routing import Destination, NotEnough, Place, Route, Supply, Want, route
from ..standing import Terms, settled
from .pickups import around
from .promising import busyness, point_of, standing


@dataclass(frozen=True, slots=True)
class Plan:
    """Wants that go one way, what may serve them, and the route that was found best."""

    wants: Sequence[Want]
    destination: Destination
    found: Sequence[Supply]
    terms: Terms
    places: Mapping[int, Place]
    route: Route

    @property
    def everywhere(self) -> set[int]:
        """Places that might give something."""
        return {supply.location_id for supply in self.found}

    @property
    def chosen(self) -> set[int]:
        """Places that give something."""
        return {taking.location_id for taking in self.route.takings}

    @property
    def product_ids(self) -> set[int]:
        return {want.product_id for want in self.wants}

    def of_lines(self, line_ids: Mapping[int, int]) -> "Plan":
        """The same for lines that have other numbers now."""
        return replace(self, wants=[replace(want, line_id=line_ids[want.line_id]) for want in self.wants])


def plan(wants: Sequence[Want], destination: Destination, *, at: datetime) -> Plan:
    """Refused with `NotEnough` where all places together have too little. A query, and another where there is a choice."""
    here = destination.gathered_at
    product_ids = sorted({want.product_id for want in wants})
    rows, terms = standing(product_ids, at=at, ships=True, points=[here] if here else [])
    found = settled(rows, terms)
    places: Any = SimpleLazyObject(lambda: around(wants, found, destination, at=at))  # asked where there is a choice
    return Plan(wants, destination, found, terms, places, route(wants, found, places, destination))


def gather(fast: Plan, points: Iterable[Location], *, at: datetime) -> dict[int, Plan]:
    """The same goods brought together at each of these places, from where one parcel leaves; where it can be. One query."""
    places, found = busyness(fast.everywhere, bring_at=at), {}
    for point in points:
        to = replace(fast.destination, gathered_at=point.pk, point=point_of(point))
        with suppress(NotEnough):
            way = route(fast.wants, fast.found, places, to)
            found[point.pk] = replace(fast, destination=to, places=places, route=way)
    return found
