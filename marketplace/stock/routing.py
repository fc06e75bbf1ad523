"""Which place and which lots serve an order. Pure: rows in, a decision with its reason out."""

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from marketplace.places.distance import kilometres

from .coverage import fewest
from .gathering import Stay, together_on
from .reasons import Reason
from .routes import NEVER, Destination, NotEnough, Parcel, Place, Route, Supply, Taking, Want

__all__ = ["Destination", "NotEnough", "Parcel", "Place", "Route", "Supply", "Taking", "Want", "route"]
FAR = 100_000  # kilometres, to a place without coordinates


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

    What is gathered comes from its place; only what that lacks is chosen so from the others.
    """
    demand: Counter[int] = Counter()
    for want in wants:
        demand[want.product_id] += want.quantity
    shelves = _shelves(supplies, demand, places, destination)
    place = destination.gathered_at
    if place is not None:
        takings = _share_out(wants, _gathered(demand, supplies, shelves, places, destination))
        return Route([_parcel_of_place(place, takings, places, destination)], takings)
    _refuse_too_little(demand, shelves)
    picked, reason = _served(demand, shelves, places, destination)
    takings = _share_out(wants, picked)
    return Route(_parcels(takings, reason, places), takings)


def _gathered(
    demand: Counter[int], supplies: Sequence[Supply], shelves: Shelves, places: Mapping[int, Place], to: Destination
) -> list[tuple[Supply, int]]:
    """From places that are quick enough for the day asked, else from any, if all keeps until the last is there.

    What does not is gathered for the first day on which there is enough, without those who would be later.
    """
    if to.arrives_on is None:
        _refuse_too_little(demand, shelves)
        return _collected(demand, shelves, places, to)
    late = {x.location_id for x in places.values() if x.there_on and x.there_on + to.sent_on > to.arrives_on}
    on_time = {x: shelf for x, shelf in shelves.items() if x == to.gathered_at or x not in late}
    if _lacking(demand, on_time) is None:
        return _collected(demand, on_time, places, to)
    if _lacking(demand, shelves) is None:
        picked = _collected(demand, shelves, places, to)
        last = _last_day({supply.location_id for supply, _ in picked} - {to.gathered_at}, places)
        if all(supply.may_arrive(last and last + to.sent_on) for supply, _ in picked):
            return picked
    later = replace(to, arrives_on=_first_day(demand, shelves, places, to))
    return _gathered(demand, supplies, _shelves(supplies, demand, places, later), places, later)


def _last_day(sources: Iterable[int], places: Mapping[int, Place]) -> date | None:
    """When all that these bring is there."""
    days = [places[source].there_on for source in sources if source in places]
    return max((day for day in days if day), default=None)


def _first_day(demand: Counter[int], shelves: Shelves, places: Mapping[int, Place], to: Destination) -> date:
    """On which the shopper can have enough of everything from the place where it is gathered."""
    asked = to.arrives_on or date.min
    since = {x.location_id: max(asked, x.there_on + to.sent_on if x.there_on else asked) for x in places.values()}
    stays = [
        Stay(product, supply.available, asked if x == to.gathered_at else since.get(x, asked), supply.good_until)
        for x, shelf in shelves.items() for product, lots in shelf.lots.items() for supply in lots
    ]  # fmt: skip
    day, there = together_on(demand, stays)
    if day is None:
        product, units = next(iter(there.items()))
        raise NotEnough(product, demand[product], units)
    return day


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
        if supply.stays and here is not None and location != here:
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


def _lacking(demand: Counter[int], shelves: Shelves) -> tuple[int, int, int] | None:
    """A product of which all together have too little: wanted, and there."""
    for product, wanted in demand.items():
        there = sum(shelf.units.get(product, 0) for shelf in shelves.values())
        if there < wanted:
            return product, wanted, there
    return None


def _refuse_too_little(demand: Counter[int], shelves: Shelves) -> None:
    if lacking := _lacking(demand, shelves):
        raise NotEnough(*lacking)


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


def _collected(
    demand: Counter[int], shelves: Shelves, places: Mapping[int, Place], destination: Destination
) -> list[tuple[Supply, int]]:
    """All that the place has itself, and the rest from other places."""
    place = destination.gathered_at
    picked = _picked((place,), demand, shelves) if place is not None and place in shelves else []
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
    reason = (Reason.BROUGHT if sources else Reason.PICKUP) if to.days is None else Reason.GATHERED
    return Parcel(place, str(reason), tuple(lines.items()), sources, _last_day(sources, places))


def _reason(best: tuple[int, int, int], next_best: tuple[int, int, int]) -> Reason:
    """The first thing in which the chosen place is better than the next best."""
    for better, mine, other in zip((Reason.EXPIRES, Reason.NEAREST, Reason.LEAST_BUSY), best, next_best, strict=True):
        if mine != other:
            return better
    return Reason.EQUAL
