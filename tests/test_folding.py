"""One fold for the whole project: what it must do to Vietnamese."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.folding import fold, same


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đường thốt nốt", "duong thot not"),
        ("ĐƯỜNG THỐT NỐT", "duong thot not"),
        ("  Mắm\u00a0cá\t linh \n", "mam ca linh"),
        ("Đặc khu Phú Quốc", "dac khu phu quoc"),
        ("Lò mò Pđăm (Khô bò)", "lo mo pdam (kho bo)"),
        ("Sữa ong chúa Ỷ Tý", "sua ong chua y ty"),
        ("", ""),
    ],
)
def test_marks_case_and_white_space_go(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_both_ways_of_writing_a_letter_fold_alike() -> None:
    text = "Rượu thốt nốt Tịnh Biên"
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hộ kinh doanh Anas", "HỘ KINH DOANH  ANAS"), ("Khánh Hòa", "Khánh Hoà"), ("thủy sản", "thuỷ sản")],
)
def test_one_name_written_two_ways(one: str, other: str) -> None:
    assert same(one) == same(other)
    assert same(unicodedata.normalize("NFD", one)) == same(other)


@pytest.mark.parametrize(("one", "other"), [("Minh Thiện", "Minh Thiên"), ("Mắm sặc", "Mắm sắc"), ("Bơ", "Bo")])
def test_names_that_differ_by_a_mark_are_two(one: str, other: str) -> None:
    assert same(one) != same(other)
