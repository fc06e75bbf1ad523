"""On which day goods from many places are all together at one, and still good. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple


class Stay(NamedTuple):
    """Units that can be there from one day to another, or for good."""

    product_id: int
    units: int
    since: date
    until: date | None


def together_on(wanted: Mapping[int, int], stays: Iterable[Stay]) -> tuple[date | None, dict[int, int]]:
    """The first day on which there is enough of everything, and nothing; or no day, and how much there is of what is lacking.

    That is what lacks on every day, at its most; where nothing does, what lacks on the day on which the least is missing.
    """
    comes: dict[date, list[Stay]] = defaultdict(list)
    for stay in stays:
        if stay.until is None or stay.since <= stay.until:
            comes[stay.since].append(stay)
    there: list[Stay] = []
    most: Counter[int] = Counter()
    fewest_missing, best = sum(wanted.values()), Counter[int]()
    for day in sorted(comes):
        there = [stay for stay in there if stay.until is None or day <= stay.until] + comes[day]
        units: Counter[int] = Counter()
        for stay in there:
            units[stay.product_id] += stay.units
        missing = sum(max(0, pieces - units[product]) for product, pieces in wanted.items())
        if not missing:
            return day, {}
        most |= units
        if missing < fewest_missing:
            fewest_missing, best = missing, units
    never = {product: most[product] for product, pieces in wanted.items() if most[product] < pieces}
    return None, never or {product: best[product] for product, pieces in wanted.items() if best[product] < pieces}
