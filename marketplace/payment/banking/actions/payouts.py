"""Refunds of transfers: where to, in which file for the bank, and that they were paid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note

from ...account_numbers import written
from ...models import BankAccount, PayoutBatch, Refund, RefundAccount, Source
from .. import queries

NOWHERE = {"bin": "", "number": "", "holder": ""}


class NothingToPayOut(Refused):
    sentence = _("No refund is ready to be paid out.")
    code = "nothing_to_pay_out"


class OnItsWay(Refused):
    """The bank has been told where to send all of it."""

    sentence = _("The money is on its way already; the account cannot be changed any more.")
    code = "refund_on_its_way"


class NotInFile(Refused):
    sentence = _("This refund does not wait in a file for the bank.")
    code = "refund_not_in_file"


@transaction.atomic
def account_wanted(*, source: Source) -> RefundAccount:
    """The buyer can say where the money goes."""
    account, _new = RefundAccount.objects.get_or_create(source=source)
    return account


@transaction.atomic
def give_account(*, account: RefundAccount, bin: str, number: str, holder: str, by: Any, at: datetime) -> None:
    """Money that goes back by transfer goes there, but for what a file has told the bank already."""
    told = written(bin=bin, number=number, holder=holder)
    due = Refund.objects.select_for_update(of=("self",)).filter(source=account.source_id, status=Refund.Status.DUE)
    waiting = [one for one in due.order_by("pk") if one.batch_id is None]  # refunds first, as who takes one back does
    if not waiting:
        raise OnItsWay
    locked = RefundAccount.objects.select_for_update().get(pk=account.pk)
    _write(locked, told, at)
    note(locked, "refund_account.given", by=by, bin=bin, number=locked.masked)


@transaction.atomic
def make_batch(*, account: BankAccount, by: Any, at: datetime) -> PayoutBatch:
    """Every refund that is ready stands in this file, and in no other, with the account that it goes to."""
    locked = [one.pk for one in queries.payouts_ready().select_for_update(of=("self",)).order_by("pk")]
    ready = list(queries.payouts_ready().filter(pk__in=locked))  # the accounts as they are now
    if not ready:
        raise NothingToPayOut
    batch = PayoutBatch.objects.create(account=account, by=by, made_at=at)
    for refund in ready:
        to = refund.source.refund_account
        refund.batch, refund.bin, refund.number, refund.holder = batch, to.bin, to.number, to.holder
    Refund.objects.bulk_update(ready, ["batch", *NOWHERE], batch_size=500)
    note(batch, "payout.made", by=by, refunds=len(ready), amount=int(sum(refund.amount for refund in ready)))
    return batch


@transaction.atomic
def bounced(*, refund: Refund, by: Any, at: datetime) -> RefundAccount:
    """The bank could not pay it there: it waits for another account, unless there is one, and then for the next file."""
    locked = Refund.objects.select_for_update().get(pk=refund.pk)
    if locked.batch_id is None or locked.status != Refund.Status.DUE:
        raise NotInFile
    account = RefundAccount.objects.select_for_update().get(source=locked.source_id)
    if all(getattr(account, name) == getattr(locked, name) for name in NOWHERE):
        _write(account, NOWHERE, None)
    note(locked, "refund.bounced", by=by, bin=locked.bin, number=locked.masked)
    Refund.objects.filter(pk=locked.pk).update(batch=None, attempts=locked.attempts + 1, **NOWHERE)
    return account


def _write(account: RefundAccount, told: Mapping[str, str], at: datetime | None) -> None:
    account.bin, account.number, account.holder, account.given_at = told["bin"], told["number"], told["holder"], at
    account.save(update_fields=[*told, "given_at"])
