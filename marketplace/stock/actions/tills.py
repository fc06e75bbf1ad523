"""What a till tells, many events in one book: a bad one is refused by name and leaves no trace, the rest go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.errors import Refused

from . import goods, sales
from .goods import Counted
from .ledger import Book
from .sales import Sold, WrongQuantity


@dataclass(frozen=True, slots=True)
class Sale:
    """Goods that left over the counter."""

    key: str
    at: datetime
    lines: Sequence[Sold]

    @property
    def first_keys(self) -> list[str]:
        return [f"{self.key}:0"]

    def _words(self, book: Book, location_id: int, facts: dict[str, Any]) -> dict[str, Any]:
        facts = facts | {"happened_at": self.at}
        return {"book": book, "location_id": location_id, "lines": self.lines, "key": self.key, "facts": facts}

    def apply(self, book: Book, location_id: int, facts: dict[str, Any]) -> None:
        sales.sold(**self._words(book, location_id, facts))


class Return(Sale):
    """Goods that a customer brought back."""

    __slots__ = ()

    def apply(self, book: Book, location_id: int, facts: dict[str, Any]) -> None:
        sales.brought_back(**self._words(book, location_id, facts))


@dataclass(frozen=True, slots=True)
class Stocktaking:
    """What stands there, of each line compared with what the till last saw."""

    lines: Sequence[Counted]

    @property
    def first_keys(self) -> list[str]:
        return [f"counted:{line.key}:0" for line in self.lines]

    def apply(self, book: Book, location_id: int, facts: dict[str, Any]) -> None:
        if any(line.counted < 0 for line in self.lines):
            raise WrongQuantity
        for line in self.lines:
            goods.counted(book=book, location_id=location_id, one=line, facts=facts)


Told = Sale | Stocktaking


@transaction.atomic
def record(*, location_id: int, told: Sequence[Told], device: str, at: datetime) -> list[Refused | None]:
    """Everything a till told is on the books, in its order; what cannot be is named and has changed nothing."""
    product_ids = {line.product_id for one in told for line in one.lines}
    book = Book(location_ids=[location_id], product_ids=product_ids, at=at)
    book.release_expired()
    known = book.known(key for one in told for key in one.first_keys)
    said = [None if known.intersection(one.first_keys) else _said(book, location_id, one, device) for one in told]
    sales.close(book=book)
    return said


def _said(book: Book, location_id: int, one: Told, device: str) -> Refused | None:
    before = len(book.movements)
    try:
        one.apply(book, location_id, {"device": device})
    except Refused as no:
        book.undo(before)
        return no
    book.weigh()
    return None
