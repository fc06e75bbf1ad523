"""What a piece costs in a box: whole đồng that come to the price of the box, whatever is inside."""

from decimal import Decimal
from math import gcd

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.boxes.pricing import Piece, singly, step, unit_prices
from marketplace.money import unit_shares

PIECES = st.lists(
    st.builds(Piece, st.integers(500, 3_000_000).map(Decimal), st.integers(1, 99)), min_size=1, max_size=8
)


@given(PIECES, st.floats(0.5, 1))
def test_the_shares_of_a_box_add_up_to_the_dong(pieces: list[Piece], share: float) -> None:
    own = Decimal(int(singly(pieces) * Decimal(share)) // step(pieces) * step(pieces))
    assume(own > 0)
    found = unit_prices(own, pieces)
    assert sum(price * piece.quantity for price, piece in zip(found, pieces, strict=True)) == own
    assert all(price == int(price) and price > 0 for price in found)


@given(PIECES)
def test_nobodys_share_strays_from_its_proportion(pieces: list[Piece]) -> None:
    """By no more đồng than there are pieces to divide them over."""
    own = singly(pieces) * 8 // 10 // step(pieces) * step(pieces)
    for price, piece in zip(unit_prices(own, pieces), pieces, strict=True):
        exact = own * piece.price / singly(pieces)
        assert abs(price - exact) <= sum(one.quantity for one in pieces)


@given(PIECES, st.integers(0, 10_000))
def test_a_box_is_never_dearer_than_its_content(pieces: list[Piece], more: int) -> None:
    assert unit_prices(singly(pieces) + more, pieces) == [piece.price for piece in pieces]
    assert unit_prices(None, pieces) == [piece.price for piece in pieces]


@given(PIECES, st.integers(1, 10**7))
def test_what_no_whole_prices_come_to_is_said(pieces: list[Piece], amount: int) -> None:
    assume(amount % gcd(*(piece.quantity for piece in pieces)))
    with pytest.raises(ValueError, match="whole unit prices"):
        unit_shares(Decimal(amount), [piece.price for piece in pieces], [piece.quantity for piece in pieces])


def test_three_and_three_and_a_carton() -> None:
    """500,000 for 3 × 90,000, 3 × 80,000 and a carton of 20,000: the carton takes what three do not divide."""
    pieces = [Piece(Decimal(90_000), 3), Piece(Decimal(80_000), 3), Piece(Decimal(20_000), 1)]
    found = unit_prices(Decimal(500_000), pieces)
    assert found == [84_907, 75_471, 18_866]
    assert 3 * found[0] + 3 * found[1] + found[2] == 500_000
