"""Goods that come, go, spoil and are counted. Every event carries a key: the same one twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from marketplace.certificates.queries import Badge, badges
from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.stock import notices
from marketplace.stock.models import Balance, Lot, Movement

from .buying import keep_price, refuse_wrong_price
from .ledger import Book, Move
from .sales import WrongQuantity, first_expiring

Kind = Movement.Kind


class LotDiffers(Refused):
    sentence = _("Lot %(lot)s is already on the books with other dates.")
    code = "lot_differs"


class RecalledGoods(Refused):
    sentence = _("Lot %(lot)s is recalled. Do not accept it; the producer takes it back.")
    code = "recalled_goods"


class NotThere(Refused):
    """The books do not have what should leave; only a count can set them right."""

    sentence = _("The books show only %(on_hand)s of “%(title)s” here, not %(wanted)s. Please count them first.")
    code = "not_there"


class StaleCount(Refused):
    """Something moved between the look at the shelf and the count."""

    sentence = _("The stock has changed to %(on_hand)s since it was looked at (%(seen)s). Please count again.")
    code = "stale_count"


@dataclass(frozen=True, slots=True)
class Counted:
    """What stands at a place of a product, or of one lot of it.

    `seen` is what the counter's screen showed: when the books have moved on since, the count is refused as stale.
    """

    product_id: int
    counted: int
    key: str
    lot_code: str | None = None
    seen: int | None = None


@transaction.atomic
def receive(
    *, location: Location, product: Product, quantity: int, at: datetime, by: Any = None, lot_code: str = "",
    made_on: date | None = None, best_before: date | None = None, key: str | None = None, demonstration: bool = False,
    paper_seen: bool = False, unit_price: Decimal | None = None,
) -> Move:  # fmt: skip
    """The units of a lot are on hand at the location. Without a code the receipt makes a lot of its own.

    Where the place buys firm, a piece costs `unit_price`, and the goods are its own.

    Whether somebody saw the paper of the product's live certificate is kept with the receipt.
    """
    if quantity <= 0:
        raise WrongQuantity
    key = f"received:{key or uuid4()}"
    code = lot_code or f"{timezone.localdate(at):%y%m%d}-{sha256(key.encode()).hexdigest()[:6].upper()}"
    lot = _lot(product.pk, code, made_on, best_before, demonstration)
    badge = badges([product.pk], timezone.localdate(at)).get(product.pk)
    seen = (badge.decision_number or f"{badge.stars}★") if badge and paper_seen else ""
    Balance.objects.bulk_create([Balance(location=location, lot=lot)], ignore_conflicts=True)
    book = Book(location_ids=[location.pk], product_ids=[product.pk], at=at)
    before = book.recorded(key)
    if before:
        return before[0]
    balance = next(b for b in book.balances.values() if b.lot_id == lot.pk)
    if balance.lot.frozen_at:
        raise RecalledGoods(lot=code)
    refuse_wrong_price(balance=balance, product=product, unit_price=unit_price, at=at)
    movement = book.move(balance, Kind.RECEIVED, quantity, key=f"{key}:0", by=by, reason=seen)
    book.close()
    keep_price(move=movement, unit_price=unit_price)
    if by:
        facts = {"lot": code, "quantity": quantity, "paper_seen": bool(seen), "certificate": _paper(badge)}
        facts |= {"unit_price": int(unit_price)} if unit_price else {}
        note(Movement.objects.get(key=movement.key), "goods.received", by=by, **facts)
    return movement


def _paper(badge: Badge | None) -> dict[str, str] | None:
    return {"decision": badge.decision_number, "until": badge.expires_on.isoformat()} if badge else None


def _lot(product_id: int, code: str, made_on: date | None, best_before: date | None, demonstration: bool) -> Lot:
    facts = {"made_on": made_on, "best_before": best_before, "demonstration": demonstration}
    lot, is_new = Lot.objects.get_or_create(product_id=product_id, code=code, defaults=facts)
    known = {"made_on": made_on, "best_before": best_before}
    if not is_new and any(day and day != getattr(lot, name) for name, day in known.items()):
        raise LotDiffers(lot=code)
    return lot


@transaction.atomic
def spoil(
    *, location: Location, product: Product, quantity: int, by: Any, at: datetime, key: str,
    lot_code: str | None = None, reason: str = "",
) -> list[Move]:  # fmt: skip
    """Units that can no longer be sold are written off, never more than are on hand."""
    if quantity <= 0:
        raise WrongQuantity
    book = Book(location_ids=[location.pk], product_ids=[product.pk], at=at)
    before = book.recorded(f"spoiled:{key}")
    if before:
        return before
    book.release_expired()
    here = [b for b in book.at_spot(location.pk, product.pk) if lot_code in (None, b.lot.code)]
    taken = first_expiring(here=here, quantity=quantity)
    if sum(taken.values()) < quantity:
        raise NotThere(title=product.title, wanted=quantity, on_hand=sum(taken.values()))
    for number, (pk, units) in enumerate(taken.items()):
        facts = {"key": f"spoiled:{key}:{number}", "by": by, "reason": reason}
        book.move(book.balances[pk], Kind.SPOILED, -units, **facts)
    notices.stock_short(book.close(), at=book.at)
    return book.movements


def count(
    *, location: Location, product: Product, counted: int, by: Any, at: datetime, key: str,
    lot_code: str | None = None, reason: str = "", seen: int | None = None, device: str = "",
) -> Move | None:  # fmt: skip
    """The books say what was counted, of one lot or of the product at the place; None when they said so already."""
    one = Counted(product.pk, counted, key, lot_code, seen)
    return count_all(location=location, counts=[one], by=by, at=at, reason=reason, device=device)[0]


@transaction.atomic
def count_all(
    *, location: Location, counts: Sequence[Counted], by: Any, at: datetime, reason: str = "", device: str = ""
) -> list[Move | None]:
    """The books say what was counted of several goods, or nothing has changed."""
    if any(one.counted < 0 for one in counts):
        raise WrongQuantity
    book = Book(location_ids=[location.pk], product_ids=[one.product_id for one in counts], at=at)
    book.release_expired()
    facts = {"by": by, "reason": reason, "device": device}
    found = [_counted_once(book, location.pk, one, facts) for one in counts]
    notices.stock_short(book.close(), at=book.at)
    return found


def _counted_once(book: Book, location_id: int, one: Counted, facts: dict[str, Any]) -> Move | None:
    """The first movement that the count made, now or before."""
    before = book.recorded(f"counted:{one.key}")
    return before[0] if before else counted(book=book, location_id=location_id, one=one, facts=facts)


def counted(*, book: Book, location_id: int, one: Counted, facts: dict[str, Any]) -> Move | None:
    """An open book says what was counted."""
    here = [b for b in book.at_spot(location_id, one.product_id) if one.lot_code in (None, b.lot.code)]
    on_hand = sum(balance.on_hand for balance in here)
    if one.seen is not None and one.seen != on_hand:
        raise StaleCount(seen=one.seen, on_hand=on_hand)
    here = here or [_on_the_books(book, location_id, one.product_id, one.lot_code)]
    made = [
        book.move(balance, Kind.COUNTED, difference, key=f"counted:{one.key}:{number}", **facts)
        for number, (balance, difference) in enumerate(_differences(here, one.counted))
    ]
    return made[0] if made else None


def _on_the_books(book: Book, location_id: int, product_id: int, lot_code: str | None) -> Balance:
    if lot_code is None:
        return book.unknown(location_id, product_id)
    lot, _ = Lot.objects.get_or_create(product_id=product_id, code=lot_code)
    return book.opened(location_id, lot)


def _differences(here: Sequence[Balance], counted: int) -> list[tuple[Balance, int]]:
    """What to write so that the lots add up to the count: debts are forgotten, then the first to expire is missing."""
    target = {balance.pk: max(0, balance.on_hand) for balance in here}
    surplus = sum(target.values()) - counted
    if surplus > 0:
        for pk, units in first_expiring(here=here, quantity=surplus).items():
            target[pk] -= units
    elif surplus < 0:
        known = [balance for balance in here if not balance.lot.unknown] or here
        target[known[-1].pk] -= surplus
    return [(b, target[b.pk] - b.on_hand) for b in here if target[b.pk] != b.on_hand]
