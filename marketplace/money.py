"""Đồng in, đồng out. Amounts are whole `Decimal`s; the đồng has no smaller coin."""

from collections import deque
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import gcd

ZERO = Decimal(0)


def whole(amount: Decimal | int) -> Decimal:
    """Rounds to whole đồng, halves up."""
    return Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def whole_discount(amount: Decimal, currency: str | None = None) -> Decimal:
    """How Oscar's offers round."""
    return whole(amount)


def dong(amount: Decimal | int) -> str:
    """`120.000 ₫`, the way prices are written in Vietnam, whatever the reader's language."""
    return f"{int(whole(amount)):,}".replace(",", ".") + "\u00a0₫"


def split(amount: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Divides whole đồng by weights so that the parts add up to the whole.

    Largest remainders get the đồng that rounding down leaves. Equal parts when all weights are zero.
    """
    total = sum(weights, ZERO) or Decimal(len(weights))
    shares = list(weights) if any(weights) else [1] * len(weights)
    exact = [amount * share / total for share in shares]
    parts = [part // 1 for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: int(amount - sum(parts, ZERO))]:
        parts[i] += 1
    return parts


def unit_shares(amount: Decimal, prices: Sequence[Decimal], pieces: Sequence[int]) -> list[Decimal]:
    """Whole unit prices in proportion to `prices`, so many pieces of each together costing `amount`.

    Rounded down first; the đồng left are given, and where they do not fit otherwise taken, in the fewest steps.
    """
    if int(amount) % gcd(*pieces):
        raise ValueError("no whole unit prices add up to this amount")
    total = sum((price * number for price, number in zip(prices, pieces, strict=True)), ZERO)
    units = [amount * price // total for price in prices]
    left = amount - sum((unit * number for unit, number in zip(units, pieces, strict=True)), ZERO)
    for index, step in _steps(int(left), pieces):
        units[index] += step
    return units


def _steps(left: int, pieces: Sequence[int]) -> list[tuple[int, int]]:
    """The fewest changes of a unit price by one đồng that come to what is left."""
    found: dict[int, list[tuple[int, int]]] = {left: []}
    queue, most = deque([left]), max(pieces)
    while queue and 0 not in found:
        now = queue.popleft()
        for index, number in enumerate(pieces):
            for step in (1, -1):
                then = now - step * number
                if -most <= then <= left + most and then not in found:
                    found[then] = [*found[now], (index, step)]
                    queue.append(then)
    return found[0]


def first_pieces(amount: Decimal, pieces: int, of: int) -> Decimal:
    """The first so many of all the pieces that cost whole đồng together: as an equal split gives them, at once."""
    each, left = divmod(int(amount), of)
    return Decimal(each * pieces + min(pieces, left))


def included_tax(amount: Decimal, percent: Decimal | int) -> Decimal:
    """The tax inside a price that includes it, in whole đồng."""
    return whole(amount - amount / (1 + Decimal(percent) / 100))
