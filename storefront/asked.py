"""What an address asks of a list. Never wrong: a filter that says nothing is no filter, for addresses are written by hand too."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict

MOST = 20  # values of one filter
LONGEST = 120  # letters of a search
LAST_PAGE = 1000
STARS = (5, 4, 3)


@dataclass(frozen=True)
class Asked:
    words: str
    stars: tuple[int, ...]
    groups: tuple[int, ...]
    communes: tuple[int, ...]
    points: tuple[int, ...]
    lowest: Decimal | None
    highest: Decimal | None
    in_stock: bool
    sort: str
    page: int


def asked(address: QueryDict) -> Asked:
    """Read from the part of an address behind the question mark."""
    return Asked(
        words=address.get("q", "").replace("\0", "").strip()[:LONGEST],
        stars=tuple(n for n in numbers(address, "stars") if n in STARS),
        groups=numbers(address, "group"),
        communes=numbers(address, "commune"),
        points=numbers(address, "point"),
        lowest=dong(address.get("min", "")),
        highest=dong(address.get("max", "")),
        in_stock=bool(address.get("in_stock")),
        sort=address.get("sort", ""),
        page=min(max(next(iter(numbers(address, "page")), 1), 1), LAST_PAGE),
    )


def numbers(address: QueryDict, name: str) -> tuple[int, ...]:
    """Whole numbers that a database could know."""
    return tuple(
        int(text) for text in address.getlist(name)[:MOST] if text.isascii() and text.isdigit() and len(text) < 19
    )


def dong(text: str) -> Decimal | None:
    """An amount as people write it: "120.000", "120000 ₫"."""
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    return Decimal(digits) if 0 < len(digits) <= 12 else None
