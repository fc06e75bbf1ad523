"""Units promised to orders leave their place, and come back to it. Callers hold the order's lock."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.stock import queries
from marketplace.stock.models import Balance, Hold, Movement, Shortage

from .goods import NotThere
from .ledger import Book
from .recall import LotRecalled

Kind = Movement.Kind


@transaction.atomic
def issue(
    *, order_id: int, location_id: int, by: Any, at: datetime, cause: str, line_ids: Collection[int] | None = None,
    picked_at: datetime | None = None,
) -> None:  # fmt: skip
    """The goods have left the place: what was held there for the order (or these lines of it) is no longer on hand.

    Nothing of a recalled lot leaves, nor what was picked before the recall and may have pieces of it inside: not until the
    case is taken up and it is picked anew.
    """
    here = Hold.objects.filter(order_id=order_id, balance__location_id=location_id, issued_at=None, sent_at=None)
    holds = of_lines(holds=here.order_by("pk"), line_ids=line_ids)
    book = Book.of(holds, at)
    rows = list(holds)
    _refuse_recalled(book, rows, picked_at)
    for row in rows:
        if row.released_at is None:
            book.end(row, "issued_at")
            for balance, quantity in _on_shelf(book, row):
                key = f"issued:{row.pk}:{balance.pk}"
                book.move(balance, Kind.ISSUED, -quantity, key=key, cause=cause, by=by)
    book.close()


def _refuse_recalled(book: Book, rows: Sequence[Hold], picked_at: datetime | None) -> None:
    """A promise of the lot, or one that gave way to another since the recall while its pieces were in a bag already."""
    for row in rows:
        lot = book.balances[row.balance_id].lot
        if lot.frozen_at is None:
            continue
        gave_way = row.released_at is not None and row.released_at >= lot.frozen_at
        in_the_bag = gave_way and picked_at is not None and picked_at <= lot.frozen_at
        if row.released_at is None or (
            in_the_bag and Shortage.objects.recalled().filter(balance=row.balance_id).exists()
        ):
            raise LotRecalled(lot=lot.code)


def _on_shelf(book: Book, row: Hold) -> list[tuple[Balance, int]]:
    """The units of the hold; where a till has sold some of that lot, others of the product at the same place."""
    own = book.balances[row.balance_id]
    others = [b for b in book.at_spot(own.location_id, own.lot.product_id) if b.pk != own.pk]
    found, missing = [], row.quantity
    for balance in (own, *others):
        quantity = max(0, min(missing, balance.on_hand)) if balance.lot.frozen_at is None else 0
        if quantity:
            found.append((balance, quantity))
            missing -= quantity
    if missing:
        title = queries.title(own.lot.product_id)
        raise NotThere(title=title, wanted=row.quantity, on_hand=row.quantity - missing)
    return found


@transaction.atomic
def put_back(
    *, order_id: int, location_id: int, by: Any, at: datetime, cause: str, spoiled: bool = False,
    line_ids: Collection[int] | None = None,
) -> None:  # fmt: skip
    """A parcel that came back is on the shelf again, or written off at once when `spoiled`."""
    gone = Hold.objects.filter(order_id=order_id, balance__location_id=location_id, issued_at__isnull=False)
    holds = of_lines(holds=gone, line_ids=line_ids)
    book = Book.of(holds, at)
    for row in holds.order_by("pk"):
        key, balance = f"returned:{row.pk}", book.balances[row.balance_id]
        if book.recorded(key):
            continue
        book.move(balance, Kind.RETURNED, row.quantity, key=f"{key}:0", cause=cause, by=by)
        if spoiled:
            book.move(balance, Kind.SPOILED, -row.quantity, key=f"{key}:1", cause=cause, by=by)
    book.close()


def of_lines(*, holds: Any, line_ids: Collection[int] | None) -> Any:
    """Those of these lines; of all where none are named."""
    return holds if line_ids is None else holds.filter(order_line_id__in=line_ids)
