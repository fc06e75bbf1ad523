"""A lot that may be bad is frozen everywhere in one action: promised to nobody, handed over to nobody."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalogue.actions import touch
from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.stock import notices
from marketplace.stock.models import Balance, Hold, Lot, Shortage, Transfer, TransferLine
from marketplace.stock.queries.recalled import bound_on_the_way
from marketplace.stock.standing import Terms

from .ledger import Book


class FrozenAlready(Refused):
    sentence = _("Lot %(lot)s is recalled already.")
    code = "lot_frozen_already"


class NotFrozen(Refused):
    sentence = _("Lot %(lot)s is not recalled.")
    code = "lot_not_frozen"


class LotRecalled(Refused):
    """What waits for its buyer may be bad: it is not handed over."""

    sentence = _("Lot %(lot)s is recalled and must not be handed over. Put it aside; the office finds other goods.")
    code = "lot_recalled"


class WhyMissing(Refused):
    sentence = _("Say why, so that everybody knows what to do.")
    code = "recall_reason_missing"


@transaction.atomic
def freeze(*, lot_id: int, reason: str, by: Any, at: datetime) -> Lot:
    """No unit of the lot, wherever it lies or travels, is promised or handed over any more; every place is told.

    Orders that waited for units of it get others of the same place, as far as those go. The rest stays promised and
    cannot leave. For each place that promised some, or awaits some for an order, a case is open: whoever takes it up
    finds others elsewhere, and has opened what was packed.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise WhyMissing
    lot = Lot.objects.select_for_update(no_key=True).select_related("product").get(pk=lot_id)
    if lot.frozen_at:
        raise FrozenAlready(lot=lot.code)
    lot.frozen_at, lot.frozen_because = at, reason
    lot.save(update_fields=["frozen_at", "frozen_because"])
    # Before anything is locked, as an arrival does: both may be about to make the same one.
    awaiting = {line.transfer.target_id for line in bound_on_the_way(lot.pk)}
    Balance.objects.bulk_create([Balance(location_id=pk, lot=lot) for pk in sorted(awaiting)], ignore_conflicts=True)
    book = _book_of(lot, at)
    book.release_expired()
    _open_cases(book, lot)
    moved = _promise_others(book, lot)
    book.close()
    touch(product_ids=[lot.product_id])  # what may be sold has changed, also where no promise had to move
    note(lot, "lot.frozen", by=by, reason=reason, promised_anew=moved)
    notices.lot_frozen(lot, at=at)
    return lot


def _book_of(lot: Lot, at: datetime) -> Book:
    """Of the product at every place. A lot is locked before its balances, by nobody else."""
    places = Balance.objects.filter(lot__product=lot.product).values_list("location_id", flat=True)
    return Book(location_ids=places, product_ids=[lot.product_id], at=at)


def _open_cases(book: Book, lot: Lot) -> None:
    """One for each place; what travels to it for orders counts where it arrives."""
    here = {balance.location_id: balance for balance in book.balances.values() if balance.lot_id == lot.pk}
    units = Counter({place: balance.held for place, balance in here.items()})
    for line in bound_on_the_way(lot.pk):
        units[line.transfer.target_id] += line.on_its_way
    Shortage.objects.bulk_create(
        Shortage(balance=here.get(place) or book.opened(place, lot), quantity=pieces, opened_at=book.at)
        for place, pieces in sorted((+units).items())
    )


def _promise_others(book: Book, lot: Lot) -> int:
    """The frozen units' promises go over to free ones at the same place; returns how many units did."""
    free = {supply.balance_id: supply.available for supply in book.supplies(Terms())}
    frozen = [pk for pk, balance in book.balances.items() if balance.lot_id == lot.pk]
    moved = 0
    for hold in book.standing().filter(balance__in=frozen):
        others = [b for b in book.at_spot(book.balances[hold.balance_id].location_id, lot.product_id) if free.get(b.pk)]
        if sum(free[b.pk] for b in others) < hold.quantity:
            continue
        book.end(hold, "released_at")
        # Without a date it cannot be mistaken for a lapsed hold, which a late payment may still revive.
        Hold.objects.filter(pk=hold.pk).update(expires_at=None)
        missing = hold.quantity
        for balance in others:
            units = min(missing, free[balance.pk])
            if units:
                order, line = hold.order_id, hold.order_line_id
                book.promise(balance, units, order_id=order, line_id=line, until=hold.expires_at)
                free[balance.pk] -= units
                missing -= units
        moved += hold.quantity
    return moved


def refuse_listed(*, transfer: Transfer, lines: Iterable[TransferLine]) -> None:
    """What an order's list says of a recalled lot is about to be written anew: nobody packs by it any more."""
    named = [line.lot for line in lines if line.lot.frozen_at and line.order_line_id]
    known = Shortage.objects.recalled().filter(balance__location=transfer.source_id, balance__lot__in=named)
    if named and (case := known.select_related("balance__lot").first()):
        raise LotRecalled(lot=case.balance.lot.code)


@transaction.atomic
def thaw(*, lot_id: int, reason: str, by: Any, at: datetime) -> Lot:
    """The lot is sound: it may be promised and sold again, and every place knows."""
    lot = Lot.objects.select_for_update(no_key=True).select_related("product").get(pk=lot_id)
    if not lot.frozen_at:
        raise NotFrozen(lot=lot.code)
    if not reason.strip():
        raise WhyMissing
    lot.frozen_at, lot.frozen_because = None, ""
    lot.save(update_fields=["frozen_at", "frozen_because"])
    book = _book_of(lot, at)
    book.close()
    Shortage.objects.recalled().filter(balance__lot=lot).update(closed_at=at, outcome="thawed")
    touch(product_ids=[lot.product_id])
    note(lot, "lot.thawed", by=by, reason=reason.strip())
    notices.lot_thawed(lot, reason.strip()[:200], at=at)
    return lot
