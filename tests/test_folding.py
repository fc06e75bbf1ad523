"""One fold for the whole project: what it must do to Vietnamese."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.folding import fold


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
