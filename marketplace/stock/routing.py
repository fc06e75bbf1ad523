"""Which place and which lots serve an order. Pure: rows in, a decision with its reason out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marketplace.places.distance import kilometres

NEVER = date.max.toordinal()  # a lot without a date goes last
FAR = 100_000  # kilometres, to a place without coordinates
PAIRS_COMPARED = 16

Point = tuple[float, float]
Shelves = dict[int, dict[int, list["Supply"]]]  # location → product → what stands there


class Reason(TextChoices):
    """Why this place: kept with the parcel (its value) and shown to people (its label)."""

    PICKUP = "pickup", _("The shopper collects here")
    ONLY = "only", _("The only place that has everything")
    EXPIRES = "expires", _("Has the lots that expire first")
    NEAREST = "nearest", _("The nearest place that has everything")
    LEAST_BUSY = "least-busy", _("The least busy of equally near places")
    EQUAL = "equal", _("One of several equally good places")
    FEWEST = ("fewest", _("No single place has everything; this makes the fewest parcels"))


@dataclass(frozen=True, slots=True)
class Want:
    """So many units of a product for an order line."""

    line_id: int
    product_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the goods go: collected at a location, or sent to a (latitude, longitude)."""

    pickup_location_id: int | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """Units of a lot that a place may promise."""

    balance_id: int
    location_id: int
    product_id: int
    available: int
    best_before: date | None = None

    @property
    def expiry(self) -> int:
        return self.best_before.toordinal() if self.best_before else NEVER


@dataclass(frozen=True, slots=True)
class Place:
    """Where a location lies, and how many units it already has to hand out."""

    location_id: int
    point: Point | None = None
    busy: int = 0


@dataclass(frozen=True, slots=True)
class Taking:
    """Units of a balance for an order line."""

    balance_id: int
    location_id: int
    line_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one location gives to an order: (line, quantity) pairs, and why this location."""

    location_id: int
    reason: str
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Route:
    parcels: list[Parcel]
    takings: list[Taking]


class NotEnough(Exception):
    """All places together have too little of a product."""

    def __init__(self, product_id: int, wanted: int, available: int) -> None:
        super().__init__(product_id, wanted, available)
        self.product_id, self.wanted, self.available = product_id, wanted, available


def route(
    wants: Sequence[Want], supplies: Iterable[Supply], places: Mapping[int, Place], destination: Destination
) -> Route:
    """Fewest parcels, then the lots that expire first, then the nearest place, then the least busy."""
    demand: Counter[int] = Counter()
    for want in wants:
        demand[want.product_id] += want.quantity
    shelves = _shelves(supplies, demand, destination)
    _refuse_too_little(demand, shelves)
    ranked = sorted(
        (_rank(chosen, demand, shelves, places, destination), chosen)
        for chosen in _fewest(demand, shelves, places, destination)
    )
    chosen = ranked[0][1]
    takings = _share_out(wants, _picked(chosen, demand, shelves))
    reason = Reason.PICKUP if destination.pickup_location_id else _reason([rank for rank, _ in ranked], chosen)
    return Route(_parcels(takings, reason), takings)


def _shelves(supplies: Iterable[Supply], demand: Counter[int], destination: Destination) -> Shelves:
    """What may serve the order, the lot that expires first in front."""
    shelves: Shelves = defaultdict(lambda: defaultdict(list))
    for supply in sorted(supplies, key=_first_to_expire):
        may_serve = destination.pickup_location_id in (None, supply.location_id)
        if may_serve and supply.available > 0 and supply.product_id in demand:
            shelves[supply.location_id][supply.product_id].append(supply)
    return shelves


def _first_to_expire(supply: Supply) -> tuple[date, int]:
    return supply.best_before or date.max, supply.balance_id


def _cover(demand: Counter[int], shelf: dict[int, list[Supply]]) -> list[int]:
    """How much of each wanted product a place can give, never more than is wanted."""
    return [min(wanted, sum(s.available for s in shelf.get(product, ()))) for product, wanted in demand.items()]


def _refuse_too_little(demand: Counter[int], shelves: Shelves) -> None:
    for product, wanted in demand.items():
        there = sum(s.available for shelf in shelves.values() for s in shelf.get(product, ()))
        if there < wanted:
            raise NotEnough(product, wanted, there)


def _fewest(
    demand: Counter[int], shelves: Shelves, places: Mapping[int, Place], destination: Destination
) -> list[tuple[int, ...]]:
    """Sets of places that can serve everything, as few in each as can be: exact for one and two, greedy beyond."""
    wanted = list(demand.values())
    covers = {location: _cover(demand, shelf) for location, shelf in shelves.items()}
    alone: list[tuple[int, ...]] = [(location,) for location, cover in covers.items() if cover == wanted]
    if alone:
        return alone
    pairs = _pairs(wanted, covers)
    if pairs:
        near = {location: _distance((location,), places, destination) for location in covers}
        soon = {location: sum(lots[0].expiry for lots in shelf.values()) for location, shelf in shelves.items()}
        pairs.sort(key=lambda pair: (soon[pair[0]] + soon[pair[1]], near[pair[0]] + near[pair[1]]))
        return [tuple(sorted(pair)) for pair in pairs[:PAIRS_COMPARED]]
    return [_greedy(wanted, covers, lambda location: _distance((location,), places, destination))]


def _pairs(wanted: list[int], covers: dict[int, list[int]]) -> list[tuple[int, int]]:
    """Every two places that together have everything. The fullest come first, so the search ends early."""
    total = sum(wanted)
    fullest = sorted(((sum(cover), location) for location, cover in covers.items()), reverse=True)
    pairs = []
    for i, (units, a) in enumerate(fullest):
        for others, b in fullest[i + 1 :]:
            if units + others < total:
                break
            if all(x + y >= w for x, y, w in zip(covers[a], covers[b], wanted, strict=True)):
                pairs.append((a, b))
    return pairs


def _greedy(wanted: list[int], covers: dict[int, list[int]], distance) -> tuple[int, ...]:  # type: ignore[no-untyped-def]
    """Takes the place that brings most of what is missing, again and again, then drops who is not needed."""
    missing, chosen = list(wanted), []
    while any(missing):
        left = [location for location in covers if location not in chosen]
        gain = {x: sum(min(m, c) for m, c in zip(missing, covers[x], strict=True)) for x in left}
        best = min(left, key=lambda x: (-gain[x], distance(x), x))
        chosen.append(best)
        missing = [max(0, m - c) for m, c in zip(missing, covers[best], strict=True)]
    for location in list(chosen):
        rest = [covers[x] for x in chosen if x != location]
        if rest and all(sum(column) >= w for column, w in zip(zip(*rest, strict=True), wanted, strict=True)):
            chosen.remove(location)
    return tuple(sorted(chosen))


def _rank(
    chosen: tuple[int, ...],
    demand: Counter[int],
    shelves: Shelves,
    places: Mapping[int, Place],
    destination: Destination,
) -> tuple[int, int, int]:
    expiry = sum(supply.expiry * quantity for supply, quantity in _picked(chosen, demand, shelves))
    busy = sum(places[location].busy for location in chosen if location in places)
    return expiry, _distance(chosen, places, destination), busy


def _distance(chosen: tuple[int, ...], places: Mapping[int, Place], destination: Destination) -> int:
    """Whole kilometres, so that places equally near are told apart by how busy they are."""
    if destination.point is None:
        return 0
    points = [places[location].point if location in places else None for location in chosen]
    return sum(round(kilometres(point, destination.point)) if point else FAR for point in points)


def _picked(chosen: tuple[int, ...], demand: Counter[int], shelves: Shelves) -> list[tuple[Supply, int]]:
    """From the chosen places, for each product, the lots that expire first."""
    picked = []
    for product, missing in demand.items():
        lots = [s for location in chosen for s in shelves[location].get(product, ())]
        for supply in lots if len(chosen) == 1 else sorted(lots, key=_first_to_expire):
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


def _parcels(takings: list[Taking], reason: str) -> list[Parcel]:
    by_place: dict[int, Counter[int]] = defaultdict(Counter)
    for taking in takings:
        by_place[taking.location_id][taking.line_id] += taking.quantity
    return [Parcel(location, str(reason), tuple(lines.items())) for location, lines in sorted(by_place.items())]


def _reason(ranks: list[tuple[int, int, int]], chosen: tuple[int, ...]) -> Reason:
    """The first thing in which the chosen place is better than the next best."""
    if len(chosen) > 1:
        return Reason.FEWEST
    if len(ranks) == 1:
        return Reason.ONLY
    for better, best, next_best in zip((Reason.EXPIRES, Reason.NEAREST, Reason.LEAST_BUSY), *ranks[:2], strict=True):
        if best != next_best:
            return better
    return Reason.EQUAL
