"""Amounts in words: known ones, and every one is heard as the number that it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.in_words import EN_GROUPS, EN_SMALL, EN_TENS, VI_DIGITS, dong_in_words, english, vietnamese

AMOUNTS = st.integers(0, 10**17)


@pytest.mark.parametrize(("number", "words"), [
    (0, "không"), (5, "năm"), (10, "mười"), (11, "mười một"), (15, "mười lăm"), (21, "hai mươi mốt"), (24, "hai mươi bốn"),
    (55, "năm mươi lăm"), (100, "một trăm"), (101, "một trăm lẻ một"), (105, "một trăm lẻ năm"), (110, "một trăm mười"),
    (1_000, "một nghìn"), (1_005, "một nghìn không trăm lẻ năm"), (1_050, "một nghìn không trăm năm mươi"),
    (120_000, "một trăm hai mươi nghìn"), (1_000_001, "một triệu không trăm lẻ một"),
    (2_345_678, "hai triệu ba trăm bốn mươi lăm nghìn sáu trăm bảy mươi tám"), (10**9, "một tỷ"),
    (10**9 + 1, "một tỷ không trăm lẻ một"), (3 * 10**12 + 10**9, "ba nghìn không trăm lẻ một tỷ"), (10**18, "một tỷ tỷ"),
])  # fmt: skip
def test_vietnamese(number: int, words: str) -> None:
    assert vietnamese(number) == words


@pytest.mark.parametrize(("number", "words"), [
    (0, "zero"), (13, "thirteen"), (40, "forty"), (99, "ninety-nine"), (100, "one hundred"), (105, "one hundred five"),
    (120_000, "one hundred twenty thousand"), (1_000_001, "one million one"), (10**9, "one billion"),
])  # fmt: skip
def test_english(number: int, words: str) -> None:
    assert english(number) == words


def test_a_sentence() -> None:
    assert dong_in_words(120_000, "vi") == "Một trăm hai mươi nghìn đồng"
    assert dong_in_words(120_000, "en") == "One hundred twenty thousand đồng"
    assert dong_in_words(-5, "vi") == "Âm năm đồng" and dong_in_words(-5, "en") == "Minus five đồng"
    assert dong_in_words(0, "vi") == "Không đồng"


def heard_in_vietnamese(words: str) -> int:
    """Read from the left, as a cashier would."""
    digits = {word: number for number, word in enumerate(VI_DIGITS)} | {"mốt": 1, "lăm": 5, "mười": 10}
    billions = group = thousands = last = 0
    for word in words.split():
        if word == "trăm":
            group, last = group + last * 100, 0
        elif word == "mươi":
            group, last = group + last * 10, 0
        elif word in ("nghìn", "triệu"):
            thousands, group, last = thousands + (group + last) * (1000 if word == "nghìn" else 10**6), 0, 0
        elif word == "tỷ":
            billions, thousands, group, last = (billions + thousands + group + last) * 10**9, 0, 0, 0
        elif word != "lẻ":
            group, last = group + last, digits[word]
    return billions + thousands + group + last


def heard_in_english(words: str) -> int:
    known = {word: number for number, word in enumerate(EN_SMALL)}
    known |= {word: number * 10 for number, word in enumerate(EN_TENS) if word}
    total = group = 0
    for word in words.replace("-", " ").split():
        if word == "hundred":
            group *= 100
        elif word in EN_GROUPS:
            total, group = total + group * 1000 ** EN_GROUPS.index(word), 0
        else:
            group += known[word]
    return total + group


@given(AMOUNTS)
def test_what_is_said_is_what_is_heard(number: int) -> None:
    assert heard_in_vietnamese(vietnamese(number)) == number
    assert heard_in_english(english(number)) == number


@given(AMOUNTS)
def test_no_gap_is_said(number: int) -> None:
    for words in (vietnamese(number), english(number)):
        assert words == words.strip() and "  " not in words
