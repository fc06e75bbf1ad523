"""How often what is left of an order earns an offer that it was given. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marketplace.money import ZERO

PIECES, VALUE, KINDS_OF_GOODS = "Count", "Value", "Coverage"  # as offers name their conditions


@dataclass(frozen=True)
class Bought:
    """A line as sold: of what, each for how much before any offer, and how many of its pieces are left."""

    product: Any
    price: Decimal
    ordered: int
    left: int


@dataclass(frozen=True)
class Bargain:
    """An offer as an order was given it: so often, so much in all, of each line its share; none of a line: off the delivery.

    `kind`, `least` and `counted` (lines) are its condition; without a kind nobody knows any more what it was.
    """

    name: str
    times: int
    amount: Decimal
    shares: Mapping[int, Decimal]
    kind: str = ""
    least: Decimal = ZERO
    counted: frozenset[int] = frozenset()

    def lost_without(self, wanted: Mapping[int, int], bought: Mapping[int, Bought]) -> bool:
        """What stays earns the offer less often, and would keep more of it than that."""
        after = {pk: one.left - wanted.get(pk, 0) for pk, one in bought.items()}
        was, will = self._has(bought), self._earned(after, bought)
        if not any(wanted.values()) or (self.kind and will >= was):
            return False
        kept = sum((share * after[pk] / bought[pk].ordered for pk, share in self.shares.items()), ZERO)
        return not self.shares or kept * self.times > self.amount * will

    def _has(self, bought: Mapping[int, Bought]) -> int:
        """How often it is earned now: as sold, as long as all is there, even where the condition has been made stricter since."""
        whole = all(one.left == one.ordered for one in bought.values())
        return self.times if whole else self._earned({pk: one.left for pk, one in bought.items()}, bought)

    def _earned(self, left: Mapping[int, int], bought: Mapping[int, Bought]) -> int:
        there = [(bought[pk], left[pk]) for pk in self.counted]
        return min(self.times, earned(self.kind, self.least, there))


def earned(kind: str, least: Decimal, there: list[tuple[Bought, int]]) -> int:
    """How often the condition is met by so many pieces of each: each piece counts once."""
    if least <= 0:
        return 0
    if kind == PIECES:
        return int(sum(pieces for _one, pieces in there) // least)
    if kind == VALUE:
        return int(sum((one.price * pieces for one, pieces in there), ZERO) // least)
    return _sets(there, least) if kind == KINDS_OF_GOODS else 0


def _sets(there: list[tuple[Bought, int]], least: Decimal) -> int:
    """How many sets of so many different goods can be made."""
    of = Counter[Any]()
    for one, pieces in there:
        of[one.product] += pieces
    sets = 0
    while sum(min(pieces, sets + 1) for pieces in of.values()) >= least * (sets + 1):
        sets += 1
    return sets
