"""A place is counted while it trades: sales go on, and the books learn only what the shelf and the movements cannot explain."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.stock import notices
from marketplace.stock.models import Balance, Count, CountLine, Lot, Movement
from marketplace.stock.queries import moved_before_the_look

from .ledger import Book
from .sales import WrongQuantity

Kind, Status = Movement.Kind, Count.Status


class AlreadyCounting(Refused):
    sentence = _("This place is being counted already; close or drop that count first.")
    code = "count_open"


class NothingToCount(Refused):
    sentence = _("The books of this place are empty; receive goods first.")
    code = "count_of_nothing"


class CountEnded(Refused):
    sentence = _("This count is now “%(status)s”; nothing can be entered any more.")
    code = "count_ended"


class NothingCounted(Refused):
    sentence = _("Nothing has been counted yet.")
    code = "count_without_figures"


class CountAgain(Refused):
    """More has left since somebody looked than was found there: the figure cannot be right."""

    sentence = _("Of lot %(lot)s of “%(title)s” more has left since it was counted than was found. Please count it again.")  # fmt: skip
    code = "count_overtaken"


@transaction.atomic
def start(*, location: Location, by: Any, at: datetime, product_ids: Iterable[int] | None = None) -> Count:
    """What the books say now of the place (or of some products there) is kept, to be compared with the shelf."""
    rows = Balance.objects.filter(location=location).exclude(on_hand=0, held=0)
    ids = list(product_ids if product_ids is not None else rows.values_list("lot__product_id", flat=True).distinct())
    book = Book(location_ids=[location.pk], product_ids=ids, at=at)
    here = [balance for balance in book.balances.values() if balance.on_hand or balance.held]
    if not here:
        raise NothingToCount
    if Count.objects.filter(location=location, status=Status.OPEN).exists():
        raise AlreadyCounting
    count = Count.objects.create(location=location, opened_by=by, opened_at=at)
    last = _last_movement()
    CountLine.objects.bulk_create(
        CountLine(count=count, balance=one, snapshot=one.on_hand, last_movement=last) for one in here
    )
    note(count, "count.started", by=by, lines=len(here))
    return count


def _last_movement() -> int:
    """The newest of all. Of a locked balance none comes before the snapshot, and all that come later have higher numbers."""
    return int(Movement.objects.aggregate(last=Max("pk", default=0))["last"])


@transaction.atomic
def enter(*, count: Count, found: Mapping[int, int], by: Any, at: datetime) -> None:
    """So many pieces stood there when somebody looked, by line. A line entered again is counted again."""
    if any(pieces < 0 for pieces in found.values()):
        raise WrongQuantity
    _lock(count)
    lines = list(count.lines.filter(pk__in=found))
    for line in lines:
        line.counted, line.counted_at, line.counted_by = found[line.pk], at, by
    CountLine.objects.bulk_update(lines, ["counted", "counted_at", "counted_by"])


@transaction.atomic
def enter_found(*, count: Count, product: Product, lot_code: str, pieces: int, by: Any, at: datetime) -> CountLine:
    """Something stands there that was not on the list: it is now, with what was counted."""
    if pieces <= 0:
        raise WrongQuantity
    _lock(count)
    book = Book(location_ids=[count.location_id], product_ids=[product.pk], at=at)
    code = lot_code.strip()
    if code:
        lot, _new = Lot.objects.get_or_create(product=product, code=code)
        balance = book.opened(count.location_id, lot)
    else:
        balance = book.unknown(count.location_id, product.pk)
    about = {"snapshot": balance.on_hand, "last_movement": _last_movement()}
    line, _new = count.lines.get_or_create(balance=balance, defaults=about)
    line.counted, line.counted_at, line.counted_by = pieces, at, by
    line.save(update_fields=["counted", "counted_at", "counted_by"])
    return line


@transaction.atomic
def close(*, count: Count, by: Any, at: datetime) -> None:
    """The books follow what was counted; sales before and after each look stay as they were. Not counted: not changed."""
    _lock(count)
    lines = list(count.lines.filter(counted__isnull=False).select_related("balance__lot__product"))
    if not lines:
        raise NothingCounted
    product_ids = [line.balance.lot.product_id for line in lines]
    book = Book(location_ids=[count.location_id], product_ids=product_ids, at=at)
    book.release_expired()
    moved = moved_before_the_look(lines)
    for line in lines:
        line.variance = (line.counted or 0) - (line.snapshot + moved.get(line.pk, 0))
        _settle(book, line, by)
    CountLine.objects.bulk_update(lines, ["variance"])
    shortages = book.close()
    count.status, count.closed_at = Status.CLOSED, at
    count.save(update_fields=["status", "closed_at"])
    note(count, "count.closed", by=by, off=sum(1 for line in lines if line.variance))
    notices.stock_short(shortages, at=at)


def _settle(book: Book, line: CountLine, by: Any) -> None:
    balance = book.balances[line.balance_id]
    if not line.variance:
        return
    if line.variance < 0 and balance.on_hand + line.variance < 0:
        raise CountAgain(lot=balance.lot.code, title=line.balance.lot.product.title)
    facts = {"key": f"stocktaking:{line.pk}:0", "cause": f"count:{line.count_id}", "by": by}
    book.move(balance, Kind.COUNTED, line.variance, happened_at=line.counted_at, **facts)


@transaction.atomic
def drop(*, count: Count, by: Any, at: datetime) -> None:
    """The count ends without changing the books."""
    _lock(count)
    count.status, count.closed_at = Status.DROPPED, at
    count.save(update_fields=["status", "closed_at"])
    note(count, "count.dropped", by=by)


def _lock(count: Count) -> None:
    Count.objects.select_for_update(no_key=True).get(pk=count.pk)
    count.refresh_from_db()
    if count.status != Status.OPEN:
        raise CountEnded(status=count.get_status_display())
