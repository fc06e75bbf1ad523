"""Vietnamese tax codes (mã số thuế): ten digits, of which the last is a check digit; a branch adds three more."""

import re

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
SHAPE = re.compile(r"(\d{10})(?:-?(\d{3}))?", re.ASCII)


def normal(written: str) -> str | None:
    """`0100109106` or `0100109106-001`, however it was spaced; None where it is no tax code."""
    found = SHAPE.fullmatch(re.sub(r"[\s.]", "", written))
    if not found or check_digit(found[1][:9]) != found[1][9]:
        return None
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def check_digit(nine: str) -> str:
    """Of the first nine digits; `X` where the rule gives ten, which no tax code ends in."""
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True)) % 11
    return "X" if rest == 0 else str(10 - rest)
