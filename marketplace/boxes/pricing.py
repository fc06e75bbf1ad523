"""What each piece in a box costs: whole đồng, in proportion to what the pieces cost singly, together what the box costs. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import gcd
from typing import NamedTuple

from marketplace.money import ZERO, unit_shares


class Piece(NamedTuple):
    """Of one product: what a piece costs singly, and how many are in the box."""

    price: Decimal
    quantity: int


def singly(pieces: Iterable[Piece]) -> Decimal:
    """What the content costs without the box."""
    return sum((piece.price * piece.quantity for piece in pieces), ZERO)


def step(pieces: Iterable[Piece]) -> int:
    """A price can be divided in whole đồng if it is a multiple of this."""
    return gcd(*(piece.quantity for piece in pieces))


def unit_prices(own: Decimal | None, pieces: Sequence[Piece]) -> list[Decimal]:
    """Of each product in the box. Without an own price, or when the makers ask less by now, what they ask.

    Of a draft whose price does not divide, the nearest below that does.
    """
    if own is None or own >= singly(pieces):
        return [piece.price for piece in pieces]
    return unit_shares(
        own - own % step(pieces), [piece.price for piece in pieces], [piece.quantity for piece in pieces]
    )
