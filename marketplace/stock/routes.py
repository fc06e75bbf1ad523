"""What the router is asked, and what it answers."""

from dataclasses import dataclass
from datetime import date, timedelta

NEVER = date.max.toordinal()  # a lot without a date goes last
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Want:
    """So many units of a product for an order line."""

    line_id: int
    product_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the goods go: to a (latitude, longitude), or `gathered_at` a location, to be collected or sent on from there.

    They arrive on that day at the earliest. `days`: how long a parcel is under way to the shopper, where one is sent.
    """

    gathered_at: int | None = None
    point: Point | None = None
    arrives_on: date | None = None
    days: int | None = None

    @property
    def sent_on(self) -> timedelta:
        """After all is gathered, until the shopper has it."""
        return timedelta(self.days or 0) if self.gathered_at else timedelta()


@dataclass(frozen=True, slots=True)
class Supply:
    """Units of a lot that a place may promise."""

    balance_id: int
    location_id: int
    product_id: int
    available: int
    best_before: date | None = None
    good_until: date | None = None  # the last day on which it may reach the shopper
    stays: bool = False  # too delicate to be brought from there to another place

    @property
    def expiry(self) -> int:
        return self.best_before.toordinal() if self.best_before else NEVER

    def may_arrive(self, on: date | None) -> bool:
        return on is None or self.good_until is None or on <= self.good_until


@dataclass(frozen=True, slots=True)
class Place:
    """Where a location lies, how many units it already has to hand out, and when what it sends now is there."""

    location_id: int
    point: Point | None = None
    busy: int = 0
    there_on: date | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """Units of a balance for an order line."""

    balance_id: int
    location_id: int
    line_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one location gives to an order: (line, quantity) pairs, why this location, and when that arrives.

    Where goods are gathered, places that bring what is lacking are `sources`, and the last of it is there on that day.
    """

    location_id: int
    reason: str
    lines: tuple[tuple[int, int], ...]
    sources: tuple[int, ...] = ()
    there_on: date | None = None


@dataclass(frozen=True, slots=True)
class Route:
    parcels: list[Parcel]
    takings: list[Taking]


class NotEnough(Exception):
    """All places together have too little of a product."""

    def __init__(self, product_id: int, wanted: int, available: int) -> None:
        super().__init__(product_id, wanted, available)
        self.product_id, self.wanted, self.available = product_id, wanted, available
