"""What tills sell and take back. A sale has happened: it is never refused, whatever it leaves on the books."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.stock import notices
from marketplace.stock.models import Balance, Movement

from .ledger import Book, Move

Kind = Movement.Kind


class WrongQuantity(Refused):
    sentence = _("A quantity must be a whole number above zero.")
    code = "wrong_quantity"


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of a till's receipt; the lot only when the till knows it."""

    product_id: int
    lot_code: str | None
    quantity: int


@transaction.atomic
def sell(
    *, location_id: int, lines: Sequence[Sold], key: str, at: datetime, device: str, by: Any = None,
    recorded_at: datetime | None = None,
) -> list[Move]:  # fmt: skip
    """What a till has sold is off the books: never refused, whatever it leaves there.

    Units promised to orders go last; where they had to go, a Shortage is open and the point and the office know.
    """
    book = _till_book(location_id, lines, recorded_at or at)
    before = book.recorded(key)
    if before:
        return before
    facts = {"device": device, "by": by, "happened_at": at}
    sold(book=book, location_id=location_id, lines=lines, key=key, facts=facts)
    close(book=book)
    return book.movements


@transaction.atomic
def take_back(
    *, location_id: int, lines: Sequence[Sold], key: str, at: datetime, device: str, by: Any = None,
    recorded_at: datetime | None = None,
) -> list[Move]:  # fmt: skip
    """What a customer brought back to the till is on hand again: in its lot, else in the one that expires last."""
    book = _till_book(location_id, lines, recorded_at or at)
    before = book.recorded(key)
    if before:
        return before
    facts = {"device": device, "by": by, "happened_at": at}
    brought_back(book=book, location_id=location_id, lines=lines, key=key, facts=facts)
    close(book=book)
    return book.movements


def _till_book(location_id: int, lines: Sequence[Sold], at: datetime) -> Book:
    book = Book(location_ids=[location_id], product_ids=[line.product_id for line in lines], at=at)
    book.release_expired()
    return book


def sold(*, book: Book, location_id: int, lines: Sequence[Sold], key: str, facts: dict[str, Any]) -> None:
    """The lines are off an open book."""
    number = count()
    for line in _something(lines):
        for balance, quantity, reason in _taken(book, location_id, line):
            book.move(balance, Kind.SOLD, -quantity, key=f"{key}:{next(number)}", cause="till", reason=reason, **facts)


def brought_back(*, book: Book, location_id: int, lines: Sequence[Sold], key: str, facts: dict[str, Any]) -> None:
    """The lines are on an open book again. Nobody puts them with what was recalled, where another lot is known."""
    for number, line in enumerate(_something(lines)):
        known = [b for b in book.at_spot(location_id, line.product_id) if not b.lot.unknown]
        known.sort(key=lambda b: b.lot.frozen_at is None)
        named = [b for b in known if b.lot.code == line.lot_code]
        balance = (named or known[-1:] or [book.unknown(location_id, line.product_id)])[0]
        book.move(balance, Kind.RETURNED, line.quantity, key=f"{key}:{number}", cause="till", **facts)


def close(*, book: Book) -> None:
    """The book is written; who has to act on what tills left there is told."""
    blind = {m.balance.pk: m.balance for m in book.movements if m.balance.lot.unknown and m.kind == Kind.SOLD}
    notices.stock_short(book.close(), at=book.at)
    notices.stock_uncounted(list(blind.values()), at=book.at)


def _something(lines: Sequence[Sold]) -> Sequence[Sold]:
    if not lines or any(line.quantity <= 0 for line in lines):
        raise WrongQuantity
    return lines


def _taken(book: Book, location_id: int, line: Sold) -> list[tuple[Balance, int, str]]:
    """Where a till's units come from: the lot it names, else unpromised units, then promised ones, then what was
    recalled and should not be on the shelf, then nowhere known.
    """
    here = book.at_spot(location_id, line.product_id)
    named = [b for b in here if b.lot.code == line.lot_code] if line.lot_code else []
    if named:
        return [(named[0], line.quantity, "")]
    reason = f"lot {line.lot_code} is not on the books here"[:200] if line.lot_code else ""
    taken = first_expiring(here=[b for b in here if not b.lot.frozen_at], quantity=line.quantity)
    if missing := line.quantity - taken.total():
        taken += first_expiring(here=[b for b in here if b.lot.frozen_at], quantity=missing)
        if missing := line.quantity - taken.total():
            taken[book.unknown(location_id, line.product_id).pk] += missing
    return [(book.balances[pk], quantity, reason) for pk, quantity in taken.items()]


def first_expiring(*, here: Sequence[Balance], quantity: int) -> Counter[int]:
    """So many of the units on hand, as far as they go: unpromised before promised, then by date. Balance → units."""
    taken: Counter[int] = Counter()
    for spare_promised in (True, False):
        for balance in here:
            if not quantity:
                return taken
            there = balance.on_hand - (balance.held if spare_promised else 0) - taken[balance.pk]
            units = max(0, min(quantity, there))
            if units:
                taken[balance.pk] += units
                quantity -= units
    return taken
