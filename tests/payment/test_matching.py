"""Which orders a transfer pays: a pure function, with the same answer for the same words."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from marketplace.payment.banking.matching import Due, match
from marketplace.payment.banking.told import Told, keys
from tests.make import NOW

DUES = {"A": Due(1, Decimal(100)), "B": Due(2, Decimal(50)), "P": Due(3, Decimal(0))}


def test_one_that_is_named_gets_all() -> None:
    for amount in (1, 100, 101):
        assert match(["A"], Decimal(amount), DUES) == [(1, Decimal(amount))]
    assert match(["P"], Decimal(7), DUES) == [(3, Decimal(7))]
    assert match(["X", "A"], Decimal(7), DUES) == [(1, Decimal(7))]


def test_several_get_what_they_lack_when_it_adds_up() -> None:
    assert match(["B", "A"], Decimal(150), DUES) == [(2, Decimal(50)), (1, Decimal(100))]
    assert match(["P", "A"], Decimal(100), DUES) == [(1, Decimal(100))]


def test_what_does_not_add_up_is_for_people() -> None:
    assert match([], Decimal(100), DUES) == match(["X"], Decimal(100), DUES) == []
    assert match(["A", "B"], Decimal(149), DUES) == match(["A", "P"], Decimal(101), DUES) == []


@given(names=st.lists(st.sampled_from("ABPX"), unique=True), amount=st.integers(1, 400).map(Decimal))
def test_all_of_it_or_nothing(names: list[str], amount: Decimal) -> None:
    parts = match(names, amount, DUES)
    assert sum(part for _pk, part in parts) == (amount if parts else 0)
    assert len({pk for pk, _part in parts}) == len(parts) and all(part > 0 for _pk, part in parts)
    assert match(names, amount, DUES) == parts


TOLD = st.builds(
    Told, happened_at=st.just(NOW), amount=st.sampled_from([1, 2]), text=st.sampled_from("ab"),
    bank_id=st.sampled_from(["", "", "7"]), balance=st.sampled_from([None, 5]),
)  # fmt: skip


@given(told=st.lists(TOLD, max_size=8))
def test_lines_without_a_number_are_told_apart_by_what_they_say_and_how_often(told: list[Told]) -> None:
    made = keys(told)
    assert made == keys(told) and all(len(key) <= 100 for key in made)
    plain = [key for one, key in zip(told, made, strict=True) if not one.bank_id]
    assert len(set(plain)) == len(plain)
    assert {key for one, key in zip(told, made, strict=True) if one.bank_id} <= {"id:7"}
