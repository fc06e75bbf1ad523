"""The words by which money finds its purpose in a bank's text. Touches no database.

A reference is a prefix, characters without 0 O 1 I L (so that none begins with a zero that somebody could drop), and a check
character by ISO 7064 MOD 37,36. Banks change case, drop spaces and hyphens and put words of their own around it.
"""

import re

from marketplace.folding import fold
from marketplace.order.numbers import LETTERS

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BODY, LONGEST = 8, 19
PAYOUT = "HT"  # hoàn tiền


def order_reference(number: str) -> str:
    """`AG-7K3M9Q2X` → `AG7K3M9Q2X` and its check character."""
    return _checked(re.sub(r"[^0-9A-Z]", "", number.upper()))


def payout_reference(pk: int) -> str:
    """Of the money given back under that number: always the same, always as long."""
    body = ""
    for _place in range(BODY):
        pk, sign = divmod(pk, len(LETTERS))
        body = LETTERS[sign] + body
    return _checked(PAYOUT + body)


def payout_number(reference: str) -> int:
    """The other way round."""
    number = 0
    for sign in reference[len(PAYOUT) : -1]:
        number = number * len(LETTERS) + LETTERS.index(sign)
    return number


def references_in(text: str, prefix: str) -> list[str]:
    """Every reference with that prefix and a right check character that the text holds, in its order, each once."""
    squeezed = re.sub(r"[^0-9A-Z]", "", fold(text).upper())
    start = re.escape(re.sub(r"[^0-9A-Z]", "", prefix.upper()))
    found = re.findall(rf"(?=({start}[{LETTERS}]{{{BODY}}}[0-9A-Z]))", squeezed)
    return list(dict.fromkeys(one for one in found if check_character(one[:-1]) == one[-1]))


def check_character(body: str) -> str:
    """ISO 7064 MOD 37,36: notices every wrong character, and nearly all that have changed places."""
    rest = 36
    for sign in body:
        rest = (rest + SIGNS.index(sign)) % 36 or 36
        rest = rest * 2 % 37
    return SIGNS[(37 - rest) % 36]


def _checked(body: str) -> str:
    made = body + check_character(body)
    if len(made) > LONGEST:
        raise ValueError(f"{made} is longer than {LONGEST} characters")
    return made
