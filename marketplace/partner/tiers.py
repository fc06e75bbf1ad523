"""What a piece costs when many are bought: from so many pieces on another unit price. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

MOST_TIERS = 5


class Tier(NamedTuple):
    """From so many pieces on, each costs so much."""

    from_quantity: int
    price: Decimal


def tiers_of(rows: Iterable[Sequence[int]]) -> tuple[Tier, ...]:
    """As a price record keeps them."""
    return tuple(Tier(quantity, Decimal(price)) for quantity, price in rows)


def unit_price(price: Decimal, tiers: Iterable[Tier], quantity: int) -> Decimal:
    """What each of so many pieces costs."""
    return min((tier.price for tier in tiers if tier.from_quantity <= quantity), default=price)


def next_tier(tiers: Iterable[Tier], quantity: int) -> Tier | None:
    """The nearest for which some pieces are lacking."""
    return min((tier for tier in tiers if tier.from_quantity > quantity), default=None)


def least_for(price: Decimal, tiers: Iterable[Tier], *, quantity: int, sold: Decimal) -> int:
    """The fewest pieces that cost no more each than so many do, or than they were sold for."""
    steps = [Tier(1, price), *tiers]
    most = max(sold, unit_price(price, steps, quantity))
    return min(tier.from_quantity for tier in steps if tier.price <= most)


def fall(price: Decimal, tiers: Iterable[Tier]) -> bool:
    """Each for more pieces than the one before, and cheaper than it; the first cheaper than a single piece."""
    steps = [Tier(1, price), *tiers]
    return all(a.from_quantity < b.from_quantity and a.price > b.price > 0 for a, b in pairwise(steps))
