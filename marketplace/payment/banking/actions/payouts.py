"""Refunds of transfers: where to, in which file for the bank, and that they were paid."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note

from ...account_numbers import written
from ...models import BankAccount, PayoutBatch, Refund, RefundAccount, Source
from .. import queries


class NothingToPayOut(Refused):
    sentence = _("No refund is ready to be paid out.")
    code = "nothing_to_pay_out"


class OnItsWay(Refused):
    """The bank has been told where to send the money."""

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
    """Money that goes back by transfer goes there, as long as no file for the bank says otherwise."""
    told = written(bin=bin, number=number, holder=holder)
    due = Refund.objects.select_for_update(of=("self",)).filter(source=account.source_id, status=Refund.Status.DUE)
    in_files = [
        refund.batch_id is not None for refund in due.order_by("pk")
    ]  # refunds first, as who takes one back does
    locked = RefundAccount.objects.select_for_update().get(pk=account.pk)
    if not in_files or any(in_files):
        raise OnItsWay
    for name, value in told.items():
        setattr(locked, name, value)
    locked.given_at = at
    locked.save(update_fields=[*told, "given_at"])
    note(locked, "refund_account.given", by=by, bin=bin, number=locked.masked)


@transaction.atomic
def make_batch(*, account: BankAccount, by: Any, at: datetime) -> PayoutBatch:
    """Every refund that is ready stands in this file, and in no other."""
    ready = list(queries.payouts_ready().select_for_update(of=("self",)).order_by("pk"))
    if not ready:
        raise NothingToPayOut
    batch = PayoutBatch.objects.create(account=account, by=by, made_at=at)
    Refund.objects.filter(pk__in=[refund.pk for refund in ready]).update(batch=batch)
    note(batch, "payout.made", by=by, refunds=len(ready), amount=int(sum(refund.amount for refund in ready)))
    return batch


@transaction.atomic
def bounced(*, refund: Refund, by: Any, at: datetime) -> RefundAccount:
    """The bank could not pay it there: it waits for another account, and then for the next file."""
    waiting = Refund.objects.filter(pk=refund.pk, status=Refund.Status.DUE, batch__isnull=False)
    if not waiting.update(batch=None, attempts=refund.attempts + 1):
        raise NotInFile
    account = RefundAccount.objects.select_for_update().get(source=refund.source_id)
    account.bin, account.number, account.holder, account.given_at = "", "", "", None
    account.save(update_fields=["bin", "number", "holder", "given_at"])
    note(refund, "refund.bounced", by=by)
    return account
