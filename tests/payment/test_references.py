"""References survive what banks do to a text, and nothing else is taken for one."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.order.numbers import LETTERS
from marketplace.payment.references import (
    SIGNS,
    check_character,
    order_reference,
    payout_number,
    payout_reference,
    references_in,
)

NUMBERS = st.text(alphabet=LETTERS, min_size=8, max_size=8).map(lambda body: f"AG-{body}")
NOISE = st.text(alphabet="abcxyz .,;:/-_đơnhàngthanhtoán\n\t0123456789", max_size=30)


@given(number=NUMBERS)
def test_it_is_short_plain_and_always_as_long(number: str) -> None:
    made = order_reference(number)
    assert re.fullmatch(r"[A-Z0-9]{11}", made) and made.startswith(number.replace("-", ""))


@given(number=NUMBERS, before=NOISE, after=NOISE, gap=st.sampled_from(["", " ", "-", " - ", "\n", "."]),
       cut=st.integers(1, 10), lower=st.booleans())  # fmt: skip
def test_it_is_found_again_in_mangled_text(
    number: str, before: str, after: str, gap: str, cut: int, lower: bool
) -> None:
    made = order_reference(number)
    told = f"{before} {made[:cut]}{gap}{made[cut:]} {after}"
    assert made in references_in(told.lower() if lower else told, "AG")


@given(number=NUMBERS, sign=st.sampled_from(SIGNS))
def test_a_wrong_check_character_is_no_reference(number: str, sign: str) -> None:
    made = order_reference(number)
    assume(sign != made[-1])
    assert references_in(f"chuyen tien {made[:-1]}{sign}", "AG") == []


@given(number=NUMBERS, at=st.integers(2, 9), sign=st.sampled_from(LETTERS))
def test_one_wrong_character_is_noticed(number: str, at: int, sign: str) -> None:
    made = order_reference(number)
    assume(sign != made[at])
    assert references_in(made[:at] + sign + made[at + 1 :], "AG") == []


@given(text=st.text(max_size=60))
def test_whatever_is_found_has_a_right_check_character(text: str) -> None:
    for found in references_in(text, "AG"):
        assert check_character(found[:-1]) == found[-1]


@given(first=NUMBERS, second=NUMBERS)
def test_several_in_their_order_each_once(first: str, second: str) -> None:
    assume(first != second)
    one, two = order_reference(first), order_reference(second)
    found = references_in(f"{one} va {two} ({one})", "AG")
    assert [name for name in found if name in (one, two)] == [one, two]


def test_the_check_character_is_that_of_iso_7064() -> None:
    assert check_character("A12425GABC1234002") == "M"  # ISO/IEC 7064, 37,36: the example of ISO 15459


@given(first=st.integers(1, 31**8 - 1), second=st.integers(1, 31**8 - 1))
def test_payouts_have_references_of_their_own(first: int, second: int) -> None:
    made = payout_reference(first)
    assert references_in(f"CK {made}", "HT") == [made] and payout_number(made) == first
    assert (made == payout_reference(second)) == (first == second)
    assert references_in(made, "AG") == []


def test_too_long_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="19"):
        order_reference("MOT-TIEN-TO-QUA-DAI-23456789")
