"""What shoppers hear of pickups without anybody doing anything: one that nobody fetches, one that is late."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.errors import one_by_one
from marketplace.order import actions as orders

from .. import notices
from ..models import Fulfilment
from ..queries import late, unfetched

GRACE = timedelta(hours=1)  # so much later than promised is not late yet


def tell_of_pickups(*, at: datetime) -> int:
    """Whoever has not come a day before the last one knows so, and whoever waits longer than promised. How many were told."""
    told = one_by_one(unfetched(timezone.localdate(at), at), lambda pk: _tell_unfetched(pk, at))
    told += one_by_one(late(at - GRACE), lambda pk: _tell_late(pk, at))
    return told.count(True)


@transaction.atomic
def _tell_unfetched(pk: int, at: datetime) -> bool:
    """Under the order's lock: who is collecting at this moment is not reminded."""
    fulfilment = _locked(pk)
    if not unfetched(timezone.localdate(at), at, pk=pk):
        return False
    notices.uncollected(fulfilment)
    return _told(fulfilment, reminded_at=at)


@transaction.atomic
def _tell_late(pk: int, at: datetime) -> bool:
    fulfilment = _locked(pk)
    if not late(at - GRACE, pk=pk):
        return False
    notices.delayed(fulfilment)
    return _told(fulfilment, delay_told_at=at)


def _locked(pk: int) -> Fulfilment:
    fulfilment = Fulfilment.objects.select_related("location__commune").get(pk=pk)
    fulfilment.order = orders.lock(fulfilment.order_id)
    return fulfilment


def _told(fulfilment: Fulfilment, **when: datetime) -> bool:
    for name, at in when.items():
        setattr(fulfilment, name, at)
    fulfilment.save(update_fields=list(when))
    return True
