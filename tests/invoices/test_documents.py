"""What divides an order's price over its sellers always adds up."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.invoices.documents import shares, taken_back

DONG = st.integers(0, 10**8).map(Decimal)
GOODS = st.dictionaries(st.integers(1, 99), st.integers(1, 10**8).map(Decimal), min_size=1, max_size=6)


@given(GOODS, DONG)
def test_goods_and_shares_are_what_is_due(goods: dict[int, Decimal], due: Decimal) -> None:
    rest = shares(goods, due)
    assert sum(goods.values()) + sum(rest.values()) == due
    assert all(part == part // 1 for part in rest.values())


@given(GOODS, st.data())
def test_nobody_takes_back_more_than_was_invoiced(left: dict[int, Decimal], data: st.DataObject) -> None:
    amount = Decimal(data.draw(st.integers(1, int(sum(left.values())))))
    now = {seller: Decimal(data.draw(st.integers(0, int(most)))) for seller, most in left.items()}
    parts = taken_back(amount, left, now)
    assert sum(parts.values()) == amount
    assert all(0 < part <= left[seller] for seller, part in parts.items())


@given(GOODS, st.data())
def test_whose_goods_went_back_takes_it_back(left: dict[int, Decimal], data: st.DataObject) -> None:
    assume(len(left) > 1)
    who = data.draw(st.sampled_from(sorted(left)))
    gone = Decimal(data.draw(st.integers(1, int(left[who]))))
    assert taken_back(gone, left, left | {who: left[who] - gone}) == {who: gone}
