"""A text on any telephone: no diacritics, at most two parts, the link whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.notices import gsm

TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=500)
LINK = st.text(alphabet="abcdefghijABCDEFGHIJ0123456789-_/:.", min_size=1, max_size=120)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Đơn hàng AG123 đã sẵn sàng, 125.000\u00a0₫", "Don hang AG123 da san sang, 125.000 d"),
        ("“Khô cá lóc”  2 × 500 g – 4★…", '"Kho ca loc" 2 x 500 g - 4*...'),
        ("茶 & mắm", "? & mam"),
    ],
)
def test_vietnamese_is_read_without_marks(text: str, said: str) -> None:
    assert gsm.plain(text) == said


@pytest.mark.parametrize(("signs", "parts"), [(0, 1), (160, 1), (161, 2), (306, 2), (307, 3)])
def test_parts_are_those_of_the_network(signs: int, parts: int) -> None:
    assert gsm.segments("a" * signs) == parts


def test_some_signs_count_twice() -> None:
    assert gsm.length("[~]") == 6 and gsm.segments("€" * 81) == 2


@given(TEXT)
def test_every_sign_is_one_that_networks_carry(text: str) -> None:
    assert set(gsm.plain(text)) <= gsm.BASIC | gsm.TWICE
    assert gsm.plain(gsm.plain(text)) == gsm.plain(text)


@given(TEXT, LINK)
def test_whatever_is_said_fits_into_two_parts_and_keeps_its_link(words: str, link: str) -> None:
    text = gsm.fit(words, link)
    assert gsm.segments(text) <= gsm.MOST and text.endswith(link)
    cut = text.removesuffix(link).rstrip()
    assert gsm.plain(words).rstrip() == cut or cut.endswith(gsm.DOTS)
