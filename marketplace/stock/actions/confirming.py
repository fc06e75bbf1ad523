"""An order that goes on keeps its units for good."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.stock import notices, queries
from marketplace.stock.models import Hold, Transfer
from marketplace.stock.standing import Terms

from .ledger import Book, lock_for


class HoldLapsed(Refused):
    """The order's units were given to others after its hold ran out."""

    sentence = _("The goods were kept for a while, but others have bought them since.")
    code = "hold_lapsed"


def confirm(*, order_id: int, at: datetime, arrives_on: Mapping[int, date] | None = None) -> None:
    """The order's holds no longer expire; what had lapsed is held again at the same place, good when its line arrives.

    Three queries where nothing had lapsed, as almost always.
    """
    brought = Transfer.objects.filter(order_id=order_id, status=Transfer.Status.DRAFT)
    holds = Hold.objects.filter(order_id=order_id, issued_at__isnull=True).order_by("pk")
    with transaction.atomic(savepoint=False):
        lock_for(order_id=order_id)
        rows = list(holds.annotate(brought=Exists(brought)))
        active = [row.pk for row in rows if row.released_at is None]
        whole = bool(active) and not any(row.released_at and row.expires_at for row in rows)
        if whole:
            Hold.objects.filter(pk__in=active).update(expires_at=None)
    if not whole:
        _hold_lapsed_again(order_id, holds, at, arrives_on or {})
    if any(row.brought for row in rows):
        notices.transfers_wanted(order_id, at=at)


@transaction.atomic
def _hold_lapsed_again(order_id: int, holds: Any, at: datetime, arrives_on: Mapping[int, date]) -> None:
    """All of it, or nothing has changed."""
    book = Book.of(holds, at)
    book.release_expired(sparing=order_id)
    rows = list(holds)
    lapsed = [row for row in rows if row.released_at and row.expires_at]
    if not lapsed and not any(row.released_at is None for row in rows):
        raise HoldLapsed
    gone = [book.balances[row.balance_id] for row in lapsed]
    terms = queries.terms({b.location_id for b in gone}, {b.lot.product_id for b in gone}) if gone else Terms()
    for row in lapsed:
        _hold_again(book, row, terms, arrives_on.get(row.order_line_id))
    book.close()
    Hold.objects.filter(pk__in=[row.pk for row in rows], expires_at__isnull=False).update(expires_at=None)


def _hold_again(book: Book, lapsed: Hold, terms: Terms, arrives_on: date | None) -> None:
    """New holds stand for the lapsed one, at its place, so that its parcel stays as it was."""
    gone = book.balances[lapsed.balance_id]
    spot, missing = (gone.location_id, gone.lot.product_id), lapsed.quantity
    for supply in sorted(book.supplies(terms), key=lambda s: (s.expiry, s.balance_id)):
        fits = (supply.location_id, supply.product_id) == spot and supply.may_arrive(arrives_on)
        quantity = min(missing, supply.available) if fits else 0
        if quantity:
            balance = book.balances[supply.balance_id]
            book.promise(balance, quantity, order_id=lapsed.order_id, line_id=lapsed.order_line_id, until=None)
            missing -= quantity
    if missing:
        raise HoldLapsed
