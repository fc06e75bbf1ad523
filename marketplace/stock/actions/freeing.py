"""Pieces of an order that nobody wants any more: their units are free again. Callers hold the order's lock."""

from collections.abc import Container, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.stock import notices
from marketplace.stock.models import Hold, Transfer
from marketplace.stock.queries import told_lists

from .ledger import Book
from .shortages import write_list


class GoneMeanwhile(Refused):
    """Somebody has sent them off between the look and the deed."""

    sentence = _("The goods have left meanwhile. Please look at the order again.")
    code = "pieces_gone_meanwhile"


@transaction.atomic
def free(*, order_id: int, units: Mapping[tuple[int, int], int], at: datetime) -> None:
    """So many units of a line at a place are promised to the order no more; what would have sent them, sends less."""
    drafts = Transfer.objects.select_for_update(no_key=True).filter(order_id=order_id).order_by("pk")
    lists = [one for one in drafts.prefetch_related("lines") if one.status == Transfer.Status.DRAFT]
    known = told_lists(order_id) if lists else []
    products = {row.balance.lot.product_id for row in _promised(order_id, units)}
    book = Book(location_ids={place for _line, place in units}, product_ids=products, at=at)
    here = _promised(order_id, units)  # as it is under the lock: a recall may have given them others of their place
    ended: list[int] = []
    for (line, place), wanted in sorted(units.items()):
        theirs = [row for row in here if (row.order_line_id, row.balance.location_id) == (line, place)]
        ended += _let_go(book, theirs, wanted)
    book.close()
    # Without a date it cannot be mistaken for a lapsed hold, which a late payment may still revive.
    Hold.objects.filter(pk__in=ended).update(expires_at=None)
    for draft in lists:
        lines = {one.order_line_id for one in draft.lines.all() if one.order_line_id}
        if any((line, draft.source_id) in units for line in lines):
            write_list(draft=draft, line_ids=lines)
    notices.transfers_fewer(known, at=at)


def _promised(order_id: int, units: Container[tuple[int, int]]) -> list[Hold]:
    """Of these lines at these places, the newest first."""
    rows = Hold.objects.active().filter(order_id=order_id).select_related("balance__lot").order_by("-pk")
    return [row for row in rows if (row.order_line_id, row.balance.location_id) in units]


def _let_go(book: Book, holds: list[Hold], units: int) -> list[int]:
    """The newest promises end first. Which ones."""
    ended = []
    for row in holds:
        gone = min(units, row.quantity)
        if gone:
            book.shorten(row, gone)
            ended.append(row.pk)
            units -= gone
    if units:
        raise GoneMeanwhile
    return ended
