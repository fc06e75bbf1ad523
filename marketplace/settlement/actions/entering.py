"""How entries are written: many at once, each only once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from marketplace import rows
from marketplace.partner.models import Partner

from ..fresh import COLUMNS, Fresh
from ..models import Entry, Intake


def lock_intake() -> Intake:
    """Nobody else takes in, or closes a period, until the transaction ends. Locked before any producer."""
    Intake.objects.get_or_create(pk=1)
    return Intake.objects.select_for_update(no_key=True).get(pk=1)


def lock(producer_ids: Iterable[int]) -> list[Partner]:
    """Nobody else makes or pays statements of these producers until the transaction ends."""
    rows = Partner.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=sorted(set(producer_ids))).order_by("pk"))


@transaction.atomic(savepoint=False)
def enter(*, fresh: Iterable[Fresh], at: datetime) -> int:
    """Whatever of it was not entered before is; how many."""
    by_key = {one.key: one for one in fresh}
    known = Entry.objects.filter(key__among=list(by_key)).values_list("key", flat=True)
    for key in known:
        del by_key[key]
    rows.copy(Entry, COLUMNS, [one.row(at) for one in by_key.values()])
    return len(by_key)
