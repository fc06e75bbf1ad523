"""Whole amounts in words, as receipts and invoices say them: `Một trăm hai mươi nghìn đồng`."""

from collections.abc import Iterator
from decimal import Decimal

VI_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
VI_GROUPS = ("", "nghìn", "triệu")
EN_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
EN_GROUPS = ("", "thousand", "million", "billion", "trillion", "quadrillion")
BILLION = 10**9


def dong_in_words(amount: Decimal | int, language: str) -> str:
    """A sentence's worth: with its first letter large, and the currency."""
    number = int(amount)
    words = english(abs(number)) if language == "en" else vietnamese(abs(number))
    if number < 0:
        words = f"minus {words}" if language == "en" else f"âm {words}"
    return f"{words[0].upper()}{words[1:]} đồng"


def vietnamese(number: int) -> str:
    """As it is read aloud in the South: `lẻ` before a lone unit; billions count from one again."""
    return " ".join(_vietnamese(number, False)) or VI_DIGITS[0]


def _vietnamese(number: int, behind: bool) -> Iterator[str]:
    """`behind`: larger groups were said already, so empty hundreds are said, too."""
    if number >= BILLION:
        yield from _vietnamese(number // BILLION, behind)
        yield "tỷ"
        number, behind = number % BILLION, True
    for power in (2, 1, 0):
        group = number // 1000**power % 1000
        if group:
            yield from _vi_group(group, behind)
            yield from (VI_GROUPS[power],) if power else ()
            behind = True


def _vi_group(group: int, behind: bool) -> Iterator[str]:
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    if hundreds or behind:
        yield from (VI_DIGITS[hundreds], "trăm")
        if not tens and units:
            yield "lẻ"
    if tens:
        yield from ("mười",) if tens == 1 else (VI_DIGITS[tens], "mươi")
    if units:
        yield "mốt" if units == 1 and tens > 1 else "lăm" if units == 5 and tens else VI_DIGITS[units]


def english(number: int) -> str:
    """Below a quintillion, which no order costs."""
    return " ".join(_english(number)) or EN_SMALL[0]


def _english(number: int) -> Iterator[str]:
    for power in range(len(EN_GROUPS) - 1, -1, -1):
        group = number // 1000**power % 1000
        if group:
            yield from _en_group(group)
            yield from (EN_GROUPS[power],) if power else ()


def _en_group(group: int) -> Iterator[str]:
    if group >= 100:
        yield from (EN_SMALL[group // 100], "hundred")
    rest = group % 100
    if rest >= 20:
        yield EN_TENS[rest // 10] + (f"-{EN_SMALL[rest % 10]}" if rest % 10 else "")
    elif rest:
        yield EN_SMALL[rest]
