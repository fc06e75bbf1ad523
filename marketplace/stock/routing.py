"""Which place and which lots serve an order. Pure: rows in, a decision with its reason out."""

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain

from marketplace.places.distance import kilometres

from .coverage import fewest
from .reasons import Reason

NEVER = date.max.toordinal()  # a lot without a date goes last
FAR = 100_000  # kilometres, to a place without coordinates
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


@dataclass(slots=True)
class _Shelf:
    """What stands at a place of the goods wanted: its lots, the first to expire in front, and their units together."""

    lots: dict[int, list[Supply]] = field(default_factory=lambda: defaultdict(list))
    units: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def first(self, product: int) -> int:
        """When the first of its lots expires."""
        return self.lots[product][0].expiry if product in self.lots else NEVER


Shelves = Mapping[int, _Shelf]


def route(
    wants: Sequence[Want], supplies: Sequence[Supply], places: Mapping[int, Place], destination: Destination
) -> Route:
    """Fewest parcels, then the lots that expire first, then the nearest place, then the least busy.

    What is gathered comes from its place; only what that lacks is chosen so from the others, and all of it must still
    keep when the last is there.
    """
    demand: Counter[int] = Counter()
    for want in wants:
        demand[want.product_id] += want.quantity
    shelves = _shelves(supplies, demand, places, destination)
    _refuse_too_little(demand, shelves)
    place = destination.gathered_at
    if place is None:
        picked, reason = _served(demand, shelves, places, destination)
        takings = _share_out(wants, picked)
        return Route(_parcels(takings, reason, places), takings)
    takings = _share_out(wants, _gathered(place, demand, shelves, places, destination))
    parcel = _parcel_of_place(place, takings, places, destination)
    arrives_on = parcel.there_on + destination.sent_on if parcel.there_on else None
    if arrives_on and destination.arrives_on and arrives_on > destination.arrives_on:
        return route(wants, supplies, places, replace(destination, arrives_on=arrives_on))
    return Route([parcel], takings)


def _shelves(
    supplies: Iterable[Supply], demand: Counter[int], places: Mapping[int, Place], destination: Destination
) -> dict[int, _Shelf]:
    """What may serve the order: there, wanted, and good for long enough when it arrives."""
    here, earliest = destination.gathered_at, destination.arrives_on or date.min
    there = {x.location_id: x.there_on for x in places.values() if x.there_on and x.location_id != here}
    arrival = {location: max(day + destination.sent_on, earliest) for location, day in there.items()}
    shelves: dict[int, _Shelf] = defaultdict(_Shelf)
    for supply in supplies:
        location, product = supply.location_id, supply.product_id
        if supply.available <= 0 or product not in demand:
            continue
        if supply.good_until and not supply.may_arrive(arrival.get(location, destination.arrives_on)):
            continue
        shelf = shelves[location]
        lots = shelf.lots[product]
        if lots and _first_to_expire(supply) < _first_to_expire(lots[-1]):
            insort(lots, supply, key=_first_to_expire)
        else:
            lots.append(supply)
        shelf.units[product] += supply.available
    return shelves


def _first_to_expire(supply: Supply) -> tuple[date, int]:
    return supply.best_before or date.max, supply.balance_id


def _refuse_too_little(demand: Counter[int], shelves: Shelves) -> None:
    for product, wanted in demand.items():
        there = sum(shelf.units.get(product, 0) for shelf in shelves.values())
        if there < wanted:
            raise NotEnough(product, wanted, there)


def _served(
    demand: Counter[int], shelves: Shelves, places: Mapping[int, Place], destination: Destination
) -> tuple[list[tuple[Supply, int]], Reason]:
    """What is taken from the best places, and why from these."""
    candidates = _candidates(demand, shelves, lambda location: _distance((location,), places, destination))
    if len(candidates) == 1:
        [chosen] = candidates
        return _picked(chosen, demand, shelves), Reason.FEWEST if len(chosen) > 1 else Reason.ONLY
    ranked = sorted((_rank(chosen, demand, shelves, places, destination), chosen) for chosen in candidates)
    best, chosen = ranked[0]
    reason = _reason(best, ranked[1][0]) if len(chosen) == 1 else Reason.FEWEST
    return _picked(chosen, demand, shelves), reason


def _gathered(
    place: int, demand: Counter[int], shelves: Shelves, places: Mapping[int, Place], destination: Destination
) -> list[tuple[Supply, int]]:
    """All that the place has itself, and the rest from other places."""
    picked = _picked((place,), demand, shelves) if place in shelves else []
    lacking = Counter(demand)
    for supply, quantity in picked:
        lacking[supply.product_id] -= quantity
    if lacking := +lacking:
        others = {location: shelf for location, shelf in shelves.items() if location != place}
        picked += _served(lacking, others, places, destination)[0]
    return picked


def _candidates(demand: Counter[int], shelves: Shelves, distance: Callable[[int], int]) -> list[tuple[int, ...]]:
    """The smallest sets of places that have everything. Of many pairs those whose lots expire first, then the near."""

    def score(location: int) -> int:
        return (sum(shelves[location].first(product) for product in demand) << 20) + distance(location)

    covers = {x: [min(w, shelf.units.get(p, 0)) for p, w in demand.items()] for x, shelf in sorted(shelves.items())}
    return fewest(list(demand.values()), covers, score=score, distance=distance)


def _rank(
    chosen: tuple[int, ...], demand: Counter[int], shelves: Shelves, places: Mapping[int, Place], to: Destination
) -> tuple[int, int, int]:
    expiry = sum(supply.expiry * quantity for supply, quantity in _picked(chosen, demand, shelves))
    busy = sum(places[location].busy for location in chosen if location in places)
    return expiry, _distance(chosen, places, to), busy


def _distance(chosen: tuple[int, ...], places: Mapping[int, Place], destination: Destination) -> int:
    """Whole kilometres, so that places equally near are told apart by how busy they are."""
    if destination.point is None:
        return 0
    points = [places[location].point if location in places else None for location in chosen]
    return sum(round(kilometres(point, destination.point)) if point else FAR for point in points)


def _picked(chosen: tuple[int, ...], demand: Counter[int], shelves: Shelves) -> list[tuple[Supply, int]]:
    """From the chosen places, for each product, the lots that expire first, as far as they go."""
    picked = []
    for product, missing in demand.items():
        shares = [shelves[location].lots[product] for location in chosen if product in shelves[location].lots]
        for supply in shares[0] if len(shares) == 1 else sorted(chain(*shares), key=_first_to_expire):
            quantity = min(missing, supply.available)
            picked.append((supply, quantity))
            missing -= quantity
            if not missing:
                break
    return picked


def _share_out(wants: Sequence[Want], picked: list[tuple[Supply, int]]) -> list[Taking]:
    """Gives the picked units to the lines in their order; one product may stand on several lines."""
    left: dict[int, list[list]] = defaultdict(list)  # type: ignore[type-arg]
    for supply, quantity in picked:
        left[supply.product_id].append([supply, quantity])
    takings = []
    for want in wants:
        missing = want.quantity
        for entry in left[want.product_id]:
            supply, quantity = entry[0], min(missing, entry[1])
            if quantity:
                takings.append(Taking(supply.balance_id, supply.location_id, want.line_id, quantity))
                entry[1] -= quantity
                missing -= quantity
    return takings


def _parcels(takings: list[Taking], reason: str, places: Mapping[int, Place]) -> list[Parcel]:
    by_place: dict[int, Counter[int]] = defaultdict(Counter)
    for taking in takings:
        by_place[taking.location_id][taking.line_id] += taking.quantity
    days = {pk: places[pk].there_on if pk in places else None for pk in by_place}
    return [Parcel(pk, str(reason), tuple(lines.items()), (), days[pk]) for pk, lines in sorted(by_place.items())]


def _parcel_of_place(place: int, takings: list[Taking], places: Mapping[int, Place], to: Destination) -> Parcel:
    """One for everything, wherever it stands now."""
    lines: Counter[int] = Counter()
    for taking in takings:
        lines[taking.line_id] += taking.quantity
    sources = tuple(sorted({taking.location_id for taking in takings} - {place}))
    days = [places[source].there_on for source in sources if source in places]
    reason = (Reason.BROUGHT if sources else Reason.PICKUP) if to.days is None else Reason.GATHERED
    return Parcel(place, str(reason), tuple(lines.items()), sources, max((day for day in days if day), default=None))


def _reason(best: tuple[int, int, int], next_best: tuple[int, int, int]) -> Reason:
    """The first thing in which the chosen place is better than the next best."""
    for better, mine, other in zip((Reason.EXPIRES, Reason.NEAREST, Reason.LEAST_BUSY), best, next_best, strict=True):
        if mine != other:
            return better
    return Reason.EQUAL
