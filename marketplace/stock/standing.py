"""What of a place's books may be promised to an order. Pure: rows in, supplies out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from .routing import Supply


class Standing(NamedTuple):
    """A lot at a place, as the books have it. One past its date or frozen serves nobody, but what it owes is owed."""

    balance_id: int
    location_id: int
    product_id: int
    on_hand: int
    promised: int
    best_before: date | None
    serves: bool = True


@dataclass(frozen=True)
class Terms:
    """What a place keeps back of a product (or, under None, of every other), and how long goods must keep on arrival.

    `stays`: what of which place may not be brought to another, for the way is too long or too warm for it.
    """

    reserves: Mapping[tuple[int, int | None], tuple[int, int]] = field(default_factory=dict)  # pieces, percent
    days: Mapping[int, int] = field(default_factory=dict)
    stays: Collection[tuple[int, int]] = frozenset()

    def kept_back(self, location: int, product: int, on_hand: int) -> int:
        """The safety stock or the counter's part of what is there, whichever is more."""
        if not self.reserves:
            return 0
        pieces, percent = self.reserves.get((location, product)) or self.reserves.get((location, None)) or (0, 0)
        return max(pieces, -(-percent * max(0, on_hand) // 100))


def settled(rows: Iterable[Standing], terms: Terms) -> list[Supply]:
    """What each lot may promise. Debts and reserves are taken off the lots that expire last; nothing is below zero.

    A debt is what a lot has promised or sold beyond what it has: the others of the product at the same place owe it.
    """
    spots: dict[tuple[int, int], list[Standing]] = defaultdict(list)
    for row in rows:
        spots[row.location_id, row.product_id].append(row)
    return [supply for lots in spots.values() for supply in _of_spot(lots, terms)]


def _of_spot(lots: list[Standing], terms: Terms) -> list[Supply]:
    _, location, product, *_ = lots[0]
    owed = sum(max(0, one.promised - one.on_hand) for one in lots)
    owed += terms.kept_back(location, product, sum(one.on_hand for one in lots if one.serves))
    days, stays, left = terms.days.get(product, 0), (location, product) in terms.stays, []
    last_first = sorted(lots, key=_expiring, reverse=True) if len(lots) > 1 else lots
    for one in last_first:
        units = max(0, one.on_hand - one.promised) if one.serves else 0
        paid = min(owed, units)
        owed -= paid
        good_until = one.best_before - timedelta(days) if one.best_before and days else one.best_before
        left.append(Supply(one.balance_id, location, product, units - paid, one.best_before, good_until, stays))
    return left[::-1]


def _expiring(one: Standing) -> tuple[date, int]:
    return one.best_before or date.max, one.balance_id
