"""Goods go from one place to another. On their way they are on nobody's balance, only in the transfer.

The transfer is locked first, then its balances, as an order is.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.stock import notices
from marketplace.stock.models import Balance, Hold, Lot, Movement, Transfer, TransferLine
from marketplace.stock.queries import title, told_lists

from .goods import NotThere
from .ledger import Book
from .recall import refuse_listed
from .sales import WrongQuantity
from .shortages import lacking, open_arrived

Kind, Status = Movement.Kind, Transfer.Status


class WrongStep(Refused):
    """The transfer is not where this step begins."""

    sentence = _("This transfer is now “%(status)s”; this step is not possible.")
    code = "transfer_wrong_step"


class NowhereElse(Refused):
    sentence = _("Choose two different places.")
    code = "transfer_to_itself"


class NothingToSend(Refused):
    sentence = _("Add the goods first; there is nothing to send yet.")
    code = "transfer_empty"


class OrderDecides(Refused):
    """Its goods are those that the order lacks, no others."""

    sentence = _("This transfer brings the goods of an order; they cannot be changed here.")
    code = "transfer_of_an_order"


class NotPaidYet(Refused):
    """Its units are kept for a while only, until the order is paid."""

    sentence = _("The order that these goods are for is not paid yet. They may leave once it is.")
    code = "transfer_not_paid"


class LotFrozen(Refused):
    """A recalled lot goes nowhere but back to its producer."""

    sentence = _("Lot %(lot)s is recalled. It may only go back to the store of its producer.")
    code = "lot_frozen"


class MoreThanSent(Refused):
    sentence = _("Only %(left)s pieces of lot %(lot)s are still on their way, not %(arrived)s. Enter what is more as goods received.")  # fmt: skip
    code = "transfer_more_than_sent"


class NothingArrived(Refused):
    sentence = _("Enter how many pieces have arrived.")
    code = "transfer_nothing_arrived"


class ReasonMissing(Refused):
    sentence = _("Say of each lot why pieces of it are missing.")
    code = "transfer_reason_missing"


@transaction.atomic
def draft(*, source: Location, target: Location, by: Any, at: datetime, expected_on: date | None = None) -> Transfer:
    """A list of goods to send is begun; nothing moves yet."""
    if source.pk == target.pk:
        raise NowhereElse
    made = Transfer.objects.create(source=source, target=target, created_by=by, created_at=at, expected_on=expected_on)
    note(made, "transfer.drafted", by=by)
    return made


@transaction.atomic
def add_line(*, transfer: Transfer, lot_id: int, quantity: int, by: Any, at: datetime) -> TransferLine:
    """So many more pieces of the lot are on the list. Whether they are free is asked now, and again when they leave."""
    if quantity <= 0:
        raise WrongQuantity
    lock(transfer, Status.DRAFT)
    if transfer.order_id:
        raise OrderDecides
    lot = Lot.objects.select_related("product").get(pk=lot_id)
    line = transfer.lines.filter(lot=lot).first()
    wanted, free = quantity + (line.quantity if line else 0), _free(transfer.source_id, lot, at)
    if wanted > free:
        raise NotThere(title=lot.product.title, wanted=wanted, on_hand=free)
    if line is None:
        return TransferLine.objects.create(transfer=transfer, lot=lot, quantity=wanted)
    line.quantity = wanted
    line.save(update_fields=["quantity"])
    return line


def _free(location_id: int, lot: Lot, at: datetime) -> int:
    """Units of the lot there that nobody is promised."""
    here = Balance.objects.filter(location_id=location_id, lot=lot).first()
    if here is None:
        return 0
    return max(0, here.on_hand - here.held + Hold.objects.filter(balance=here).expired_at(at).units())


@transaction.atomic
def drop_line(*, line: TransferLine, by: Any) -> None:
    """The list is shorter."""
    lock(line.transfer, Status.DRAFT)
    if line.transfer.order_id:
        raise OrderDecides
    line.delete()


@transaction.atomic
def drop(*, transfer: Transfer, by: Any) -> None:
    """The draft is gone as if it had never been; nothing had moved."""
    lock(transfer, Status.DRAFT)
    if transfer.order_id:
        raise OrderDecides
    note(transfer, "transfer.dropped", by=by)
    transfer.delete()


@transaction.atomic
def send(*, transfer: Transfer, by: Any, at: datetime) -> None:
    """The goods have left: off the books of the source, on nobody's until they arrive."""
    lock(transfer, Status.DRAFT)
    lines = _lines(transfer)
    if not lines:
        raise NothingToSend
    refuse_listed(transfer=transfer, lines=lines)
    book = Book(location_ids=[transfer.source_id], product_ids=[line.lot.product_id for line in lines], at=at)
    book.release_expired(sparing=transfer.order_id)
    lines = _end_holds(book, transfer, lines)
    for line in lines:
        balance = _balance_to_send(book, transfer, line)
        book.move(balance, Kind.SENT, -line.quantity, key=f"sent:{line.pk}:0", cause=f"transfer:{transfer.pk}", by=by)
    book.close()
    _move(transfer, Status.SENT, by, sent_at=at, expected_on=transfer.comes_on(at))
    notices.transfer_sent(transfer, lines, at=at)


def _end_holds(book: Book, transfer: Transfer, lines: Sequence[TransferLine]) -> list[TransferLine]:
    """What the order is kept here leaves its balance promised to nobody: on arrival a new hold promises it again.

    A late payment may have found other lots of the same product here than those first chosen: the holds know.
    """
    wanted = {line.order_line_id for line in lines if line.order_line_id}
    if not wanted:
        return list(lines)
    here = Hold.objects.active().filter(order_id=transfer.order_id or 0, balance__location_id=transfer.source_id)
    holds = list(here.filter(order_line_id__in=wanted).order_by("pk"))
    if any(hold.expires_at for hold in holds) or not holds:
        raise NotPaidYet
    for hold in holds:
        book.end(hold, "sent_at")
    TransferLine.objects.filter(pk__in=[line.pk for line in lines if line.order_line_id]).delete()
    bound = [
        TransferLine(transfer=transfer, lot=book.balances[x.balance_id].lot, quantity=x.quantity, order_line_id=x.order_line_id)
        for x in holds
    ]  # fmt: skip
    return [line for line in lines if not line.order_line_id] + TransferLine.objects.bulk_create(bound)


def _balance_to_send(book: Book, transfer: Transfer, line: TransferLine) -> Balance:
    """Never more than is there, nor what the source has promised to others."""
    spot = book.at_spot(transfer.source_id, line.lot.product_id)
    balance = next((b for b in spot if b.lot_id == line.lot_id), None)
    free = min(balance.on_hand - balance.held, sum(b.on_hand - b.held for b in spot)) if balance else 0
    if balance is None or free < line.quantity:
        raise NotThere(title=title(line.lot.product_id), wanted=line.quantity, on_hand=max(0, free))
    goes_home = Location.objects.filter(pk=transfer.target_id, producer__products=line.lot.product_id).exists()
    if balance.lot.frozen_at and not goes_home:
        raise LotFrozen(lot=balance.lot.code)
    return balance


@transaction.atomic
def arrive(*, transfer: Transfer, arrived: Mapping[int, int], key: str, by: Any, at: datetime) -> None:
    """So many pieces of each line are on hand at the target; when all are, the transfer is closed.

    What came for an order is promised to it again at once. The same `key` twice is one arrival.
    """
    lock(transfer, Status.SENT, Status.PARTLY_ARRIVED, Status.CLOSED)
    lines = {line.pk: line for line in _lines(transfer)}
    if Movement.objects.filter(key__in=[_arrival(pk, key) for pk in lines]).exists():
        return
    _expect(transfer, Status.SENT, Status.PARTLY_ARRIVED)
    came = [(lines[pk], units) for pk, units in arrived.items() if pk in lines and units]
    _check(came)
    book = _book_at_target(transfer, [line.lot for line, _units in came], at)
    lacked = lacking(book=book, location_id=transfer.target_id)
    for line, units in came:
        balance = next(b for b in book.balances.values() if b.lot_id == line.lot_id)
        facts = {"key": _arrival(line.pk, key), "cause": f"transfer:{transfer.pk}", "by": by}
        book.move(balance, Kind.ARRIVED, units, **facts)
        if line.order_line_id and transfer.order_id:
            book.promise(balance, units, order_id=transfer.order_id, line_id=line.order_line_id, until=None)
        line.arrived += units
    book.close()
    open_arrived(book=book, location_id=transfer.target_id, before=lacked)
    TransferLine.objects.bulk_update([line for line, _units in came], ["arrived"])
    all_here = not any(line.on_its_way for line in lines.values())
    changes = {"closed_at": at} if all_here else {}
    _move(transfer, Status.CLOSED if all_here else Status.PARTLY_ARRIVED, by, **changes)


def _arrival(line_id: int, key: str) -> str:
    return f"arrived:{line_id}:{key}"


def _check(came: Sequence[tuple[TransferLine, int]]) -> None:
    if not came:
        raise NothingArrived
    for line, units in came:
        if units < 0:
            raise WrongQuantity
        if units > line.on_its_way:
            raise MoreThanSent(lot=line.lot.code, left=line.on_its_way, arrived=units)


def _book_at_target(transfer: Transfer, lots: Sequence[Lot], at: datetime) -> Book:
    """With a balance for every lot; made before anything is locked, as they may be new there."""
    ids = sorted({lot.pk for lot in lots})
    Balance.objects.bulk_create(
        [Balance(location_id=transfer.target_id, lot_id=pk) for pk in ids], ignore_conflicts=True
    )
    return Book(location_ids=[transfer.target_id], product_ids=[lot.product_id for lot in lots], at=at)


@transaction.atomic
def close(*, transfer: Transfer, reasons: Mapping[int, str], by: Any, at: datetime) -> None:
    """Nothing more will come: what is still on its way is missing, each line with its reason. Source and office know."""
    lock(transfer, Status.SENT, Status.PARTLY_ARRIVED)
    missing = [line for line in _lines(transfer) if line.on_its_way]
    for line in missing:
        line.reason = reasons.get(line.pk, "").strip()[:200]
        if not line.reason:
            raise ReasonMissing
        line.missing = line.on_its_way
    TransferLine.objects.bulk_update(missing, ["missing", "reason"])
    why = "; ".join(dict.fromkeys(line.reason for line in missing))[:200]
    _move(transfer, Status.CLOSED, by, closed_at=at, reason=why)
    notices.transfer_short(transfer, missing, at=at)


def let_go(*, order_id: int, at: datetime, line_ids: Collection[int] | None = None) -> None:
    """What ended (the order, or lines of it) is sent nowhere any more: drafts are gone, what travels arrives free for anybody."""
    transfers = list(Transfer.objects.select_for_update(no_key=True).filter(order_id=order_id).order_by("pk"))
    lines = TransferLine.objects.filter(transfer__in=transfers, order_line_id__isnull=False)
    lines = lines if line_ids is None else lines.filter(order_line_id__in=line_ids)
    known = told_lists(order_id) if any(one.status == Status.DRAFT for one in transfers) else []
    lines.filter(transfer__status=Status.DRAFT).delete()
    for transfer in transfers:
        if transfer.status == Status.DRAFT and not transfer.lines.exists():
            note(transfer, "transfer.dropped", order=order_id)
            transfer.delete()
    lines.update(order_line_id=None)
    notices.transfers_fewer(known, at=at)


def _lines(transfer: Transfer) -> list[TransferLine]:
    return list(transfer.lines.select_related("lot__product").order_by("pk"))


def lock(transfer: Transfer, *steps: str) -> None:
    """The transfer as it is now, for this transaction alone; refused unless it is at one of these steps."""
    row = Transfer.objects.select_for_update(no_key=True).filter(pk=transfer.pk).first()
    if row is None:  # somebody has dropped the draft meanwhile
        raise WrongStep(status=_("Dropped"))
    transfer.refresh_from_db()
    _expect(transfer, *steps)


def _expect(transfer: Transfer, *steps: str) -> None:
    if transfer.status not in steps:
        raise WrongStep(status=transfer.get_status_display())


def _move(transfer: Transfer, to: str, by: Any, **changes: Any) -> None:
    transfer.status = to
    for name, value in changes.items():
        setattr(transfer, name, value)
    transfer.save(update_fields=["status", *changes])
    note(transfer, f"transfer.{to}", by=by)
