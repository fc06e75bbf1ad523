"""Pay-outs: where a producer wants the money, and the batches that the bank is told to pay."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.partner.models import Partner
from marketplace.payment.account_numbers import written

from .. import notices
from ..fresh import Fresh
from ..models import BankAccount, Entry, Payout, PayoutLine
from ..queries.payable import Payable, payable
from ..shares import Shares
from .entering import enter, lock


class AccountChanged(Refused):
    """Whoever verified it looked at another one."""

    sentence = _("The producer has changed the account meanwhile. Please look again.")
    code = "bank_account_changed"


class NothingToPay(Refused):
    sentence = _("Nothing was chosen that can be paid.")
    code = "nothing_to_pay"


class NotPayableNow(Refused):
    """Disputed, paid or followed by another while the office looked at the list."""

    sentence = _("Something on the list has changed meanwhile. Please look again, nothing was done.")
    code = "not_payable_now"


class PayoutOver(Refused):
    sentence = _("This pay-out is paid or cancelled already.")
    code = "payout_over"


@transaction.atomic
def set_account(
    *, producer: Partner, holder: str, bin: str, number: str, by: Any, at: datetime, demonstration: bool = False
) -> BankAccount:
    """The producer wants the money there from now on, once the office has verified it."""
    facts = written(bin=bin, number=number, holder=holder)
    lock([producer.pk])
    same = BankAccount.objects.current().filter(producer=producer, **facts).first()
    if same:
        return same
    BankAccount.objects.current().filter(producer=producer).update(replaced_at=at)
    made = BankAccount.objects.create(
        producer=producer, entered_by=by, entered_at=at, demonstration=demonstration, **facts
    )
    note(producer, "bank_account.entered", by=by, bank=bin, number=made.masked)
    return made


@transaction.atomic
def verify_account(*, account: BankAccount, by: Any, at: datetime) -> None:
    """The office has seen that the account is the producer's; money may go there."""
    lock([account.producer_id])
    rows = BankAccount.objects.current().filter(pk=account.pk)
    if rows.filter(verified_at=None).update(verified_at=at, verified_by=by):
        note(account.producer, "bank_account.verified", by=by, bank=account.bin, number=account.masked)
    elif not rows.exists():
        raise AccountChanged


@transaction.atomic
def make_payout(*, statement_ids: Collection[int], by: Any, at: datetime, demonstration: bool = False) -> Payout:
    """The bank can be told to pay these statements, together and once."""
    before = {one.statement.pk: one for one in payable() if one.statement.pk in set(statement_ids)}
    if not statement_ids:
        raise NothingToPay
    lock(one.statement.producer_id for one in before.values())
    owners = [one.statement.producer_id for one in before.values()]
    now = {one.statement.pk: one for one in payable(owners) if one.may_be_paid}
    if any(pk not in now for pk in statement_ids):
        raise NotPayableNow
    payout = Payout.objects.create(made_by=by, made_at=at, demonstration=demonstration)
    PayoutLine.objects.bulk_create(_line(payout, now[pk]) for pk in sorted(set(statement_ids)))
    note(payout, "payout.made", by=by, statements=len(set(statement_ids)))
    return payout


def _line(payout: Payout, one: Payable) -> PayoutLine:
    account = one.account
    assert account is not None  # it may be paid
    where = {"holder": account.holder, "bin": account.bin, "number": account.number}
    return PayoutLine(payout=payout, statement=one.statement, amount=one.amount, **where)


@transaction.atomic
def mark_paid(*, payout: Payout, by: Any, at: datetime) -> None:
    """The bank has paid; the producers' accounts know it, and so do they."""
    lines = _open_lines(payout)
    payout.paid_by, payout.paid_at = by, at
    payout.save(update_fields=["paid_by", "paid_at"])
    enter(fresh=[_payment(payout, line, at) for line in lines], at=at)
    note(payout, "payout.paid", by=by, amount=int(sum(line.amount for line in lines)))
    for line in lines:
        notices.paid(line)


def _payment(payout: Payout, line: PayoutLine, at: datetime) -> Fresh:
    of, title = line.statement, f"{payout.name} · {line.statement.name}"
    about = of.producer_id, of.location_id, Entry.Kind.PAID, f"paid:{line.pk}", title, payout.name
    return Fresh(*about, 0, Shares(), at, amount=-line.amount)


@transaction.atomic
def cancel_payout(*, payout: Payout, by: Any, at: datetime) -> None:
    """The bank was not told, or has refused: the statements wait for another pay-out."""
    _open_lines(payout)
    payout.cancelled_at = at
    payout.save(update_fields=["cancelled_at"])
    payout.lines.update(live=False)
    note(payout, "payout.cancelled", by=by)


def _open_lines(payout: Payout) -> list[PayoutLine]:
    """The lines of a pay-out that is neither paid nor cancelled, with their producers locked."""
    lines = list(payout.lines.select_related("statement__producer", "statement__location").order_by("pk"))
    lock(line.statement.producer_id for line in lines)
    payout.refresh_from_db()
    if not payout.is_open:
        raise PayoutOver
    return lines
