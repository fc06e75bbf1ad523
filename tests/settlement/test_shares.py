"""Whatever is sold, and whatever comes back, adds up to the đồng."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.money import first_pieces, split
from marketplace.settlement.shares import Percents, Shares, brought_back, gross_of_pieces, shared

DONG = st.integers(0, 10**10).map(Decimal)
PERCENT = st.decimals(0, 100, places=2)
SMALL = st.decimals(0, 10, places=2)
PERCENTS = st.builds(Percents, PERCENT, SMALL, SMALL)


def pieces(draw: Any, of: int) -> list[int]:
    """The pieces of a line in the parcels that brought them, or in the bags that came back."""
    cuts = sorted(draw(st.lists(st.integers(0, of), max_size=5)))
    return [b - a for a, b in zip([0, *cuts], [*cuts, of], strict=True) if b > a]


@given(DONG, st.integers(1, 200), st.data())
def test_the_first_pieces_cost_what_an_equal_split_says(amount: Decimal, of: int, data: Any) -> None:
    n = data.draw(st.integers(0, of))
    assert first_pieces(amount, n, of) == sum(split(amount, [1] * of)[:n], Decimal(0))


@given(DONG, PERCENTS)
def test_a_sale_is_divided_without_rest(gross: Decimal, percents: Percents) -> None:
    one = shared(gross, percents)
    assert one.gross == one.commission + one.vat + one.pit + one.net
    for part, percent in ((one.commission, percents.commission), (one.vat, percents.vat), (one.pit, percents.pit)):
        assert part == int(part) and abs(part - gross * percent / 100) <= Decimal("0.5")
    assert shared(-gross, percents) == -one


@given(DONG, st.integers(1, 60), PERCENTS, st.data())
def test_the_parcels_of_a_line_cost_the_line(price: Decimal, of: int, percents: Percents, data: Any) -> None:
    before, sold = 0, []
    for n in pieces(data.draw, of):
        sold.append(shared(gross_of_pieces(price, n, of=of, before=before), percents))
        before += n
    assert sum((one.gross for one in sold), Decimal(0)) == price
    assert all(one.gross == one.commission + one.vat + one.pit + one.net for one in sold)


@given(DONG, st.integers(1, 60), PERCENTS, st.data())
def test_what_comes_back_bag_by_bag_undoes_the_sale(price: Decimal, of: int, percents: Percents, data: Any) -> None:
    sold, before, left = shared(price, percents), 0, Shares()
    for n in pieces(data.draw, of):
        back = brought_back(sold, n, of=of, before=before)
        assert back.gross == back.commission + back.vat + back.pit + back.net and back.gross <= 0
        left = Shares(
            left.gross + back.gross, left.commission + back.commission, left.vat + back.vat, left.pit + back.pit
        )
        before += n
    assert left == -sold


@pytest.mark.parametrize(("gross", "percents", "parts"), [
    (120_000, (15, 1, "0.5"), (18_000, 1_200, 600, 100_200)),
    (99_999, ("12.5", 1, "0.5"), (12_500, 1_000, 500, 85_999)),
    (1, (50, 0, 0), (1, 0, 0, 0)),
    (-45_501, (10, 1, "0.5"), (-4_550, -455, -228, -40_268)),
])  # fmt: skip
def test_examples(gross: int, percents: tuple[Any, ...], parts: tuple[int, ...]) -> None:
    one = shared(Decimal(gross), Percents(*map(Decimal, percents)))
    assert (one.commission, one.vat, one.pit, one.net) == parts
