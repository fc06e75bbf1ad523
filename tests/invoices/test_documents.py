"""What divides an order's price over its sellers always adds up."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.invoices.documents import DELIVERY, Row, lowered, shares
from marketplace.money import ZERO

DONG = st.integers(0, 10**8).map(Decimal)
GOODS = st.dictionaries(st.integers(1, 99), st.integers(1, 10**8).map(Decimal), min_size=1, max_size=6)


@given(GOODS, DONG)
def test_goods_and_shares_are_what_is_due(goods: dict[int, Decimal], due: Decimal) -> None:
    rest = shares(goods, due)
    assert sum(goods.values()) + sum(rest.values()) == due
    assert all(part == part // 1 for part in rest.values())


@st.composite
def kept(draw: st.DrawFn) -> tuple[dict[int, list[Row]], dict[int, Row], dict[int, Row]]:
    """Invoices of some sellers over some lines and their delivery; what of the lines is kept then, and later."""
    said: dict[int, list[Row]] = {}
    first, later = {}, {}
    for number, seller in enumerate(draw(st.lists(st.integers(1, 4), min_size=1, max_size=6)), 1):
        pieces, price = draw(st.integers(1, 5)), Decimal(draw(st.integers(1, 10**6)))
        left, rest = draw(st.integers(0, pieces)), 0
        rest = draw(st.integers(0, left))
        first[number] = Row("x", left, price * left, vat=price * left // 11, line=number)
        later[number] = Row("x", rest, price * rest, vat=price * rest // 11, line=number)
        if left:
            said.setdefault(seller, []).append(first[number])
    return said, first, later


@given(kept(), st.integers(0, 10**5), st.integers(0, 10**5))
def test_lowered_the_invoices_say_what_it_costs_and_no_seller_less_than_nothing(
    drawn: tuple[dict[int, list[Row]], dict[int, Row], dict[int, Row]], fee: int, back: int
) -> None:
    said, first, later = drawn
    assume(said)
    goods = {seller: sum((row.amount for row in rows), ZERO) for seller, rows in said.items()}
    before = sum((row.amount for row in first.values()), ZERO) + fee
    for seller, part in shares(goods, before).items():
        said[seller].append(Row(DELIVERY, 1, part))
    due = sum((row.amount for row in later.values()), ZERO) + max(fee - back, 0)
    lower = lowered(said, later, due)
    left = {seller: [*rows, *lower.get(seller, [])] for seller, rows in said.items()}
    assert sum(row.amount for rows in left.values() for row in rows) == due
    assert sum(row.vat for rows in left.values() for row in rows) == sum(row.vat for row in later.values())
    assert all(sum(row.amount for row in rows) >= 0 for rows in left.values())
    assert all(sum(row.amount for row in rows) < 0 for rows in lower.values())
    assert lowered(left, later, due) == {}
