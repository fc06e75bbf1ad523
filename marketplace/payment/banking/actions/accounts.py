"""The shop's bank accounts, and the programs that report their transactions."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.tokens import hashed

from ...account_numbers import plain, written
from ...models import BankAccount, BankFeed

CONTACT_EVERY = timedelta(minutes=1)


class AccountKnown(Refused):
    sentence = _("This account is in the list already.")
    code = "bank_account_known"


class AccountNotInUse(Refused):
    sentence = _("This account is not in use; it cannot be shown to shoppers.")
    code = "bank_account_not_in_use"


@transaction.atomic
def add(*, bin: str, number: str, holder: str, demonstration: bool, by: Any) -> BankAccount:
    """The account is in use; shoppers see it once it is shown."""
    told = written(bin=bin, number=number, holder=holder)
    facts = {"holder": told.pop("holder"), "demonstration": demonstration}
    account, new = BankAccount.objects.get_or_create(**told, defaults=facts)
    if not new:
        raise AccountKnown
    note(account, "bank_account.added", by=by, number=account.number)
    return account


@transaction.atomic
def change(*, account: BankAccount, holder: str, active: bool, demonstration: bool, by: Any) -> None:
    """So the account is from now on; one that is not in use is not shown either. Its number stays: it names its lines."""
    locked = BankAccount.objects.select_for_update().get(pk=account.pk)
    locked.holder, locked.active, locked.demonstration = plain(holder), active, demonstration
    locked.shown = locked.shown and active
    locked.save(update_fields=["holder", "active", "demonstration", "shown"])
    note(locked, "bank_account.changed", by=by, active=active, holder=locked.holder)


@transaction.atomic
def show(*, account: BankAccount, by: Any) -> None:
    """Shoppers see this account, and no other."""
    accounts = {one.pk: one for one in BankAccount.objects.select_for_update().order_by("pk")}
    if not accounts[account.pk].active:
        raise AccountNotInUse
    BankAccount.objects.filter(shown=True).exclude(pk=account.pk).update(shown=False)
    BankAccount.objects.filter(pk=account.pk).update(shown=True)
    note(account, "bank_account.shown", by=by)


@transaction.atomic
def hide(*, account: BankAccount, by: Any) -> None:
    """Nobody is offered to pay by transfer any more; who was, may still do so."""
    if BankAccount.objects.filter(pk=account.pk, shown=True).update(shown=False):
        note(account, "bank_account.hidden", by=by)


@transaction.atomic
def make_feed(*, account: BankAccount, name: str, by: Any) -> tuple[BankFeed, str]:
    """A program may post the account's transactions with the token, which is shown this once."""
    token = secrets.token_urlsafe(32)
    feed = BankFeed.objects.create(account=account, name=name, token_hash=hashed(token))
    note(feed, "bank_feed.made", by=by)
    return feed, token


@transaction.atomic
def revoke_feed(*, feed: BankFeed, by: Any, at: datetime) -> None:
    """The token opens nothing any more; what it brought stays."""
    if BankFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=at):
        note(feed, "bank_feed.revoked", by=by)


def contacted(*, feed: BankFeed, at: datetime) -> None:
    """The feed's last contact is known to the minute."""
    if feed.last_contact_at is None or at - feed.last_contact_at > CONTACT_EVERY:
        BankFeed.objects.filter(pk=feed.pk).update(last_contact_at=at)
