"""The columns of a bank's file for many transfers: kept once for each bank, by which the shop pays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.journal.actions import note

from ...models import PayoutFormat
from ..payout_file import Column, check


@transaction.atomic
def keep(*, bin: str, columns: Sequence[Column], by: Any, at: datetime) -> PayoutFormat:
    """Files that go to this bank are written so from now on."""
    check(columns)
    told = [[one.means, one.heading.strip()] for one in columns]
    kept, _new = PayoutFormat.objects.update_or_create(bin=bin, defaults={"columns": told, "by": by, "changed_at": at})
    note(kept, "payout_format.kept", by=by, bin=bin, columns=len(told))
    return kept


@transaction.atomic
def forget(*, bin: str, by: Any) -> None:
    """They are written in the shop's own columns again."""
    for kept in PayoutFormat.objects.select_for_update().filter(bin=bin):
        note(kept, "payout_format.forgotten", by=by, bin=bin)
        kept.delete()
