"""Takes in what buyers gave back."""

from datetime import datetime

from django.db import transaction

from marketplace.fulfilment.actions import netted
from marketplace.fulfilment.models import Return

from ..queries.returns import backs_of, entries_of
from .entering import enter, lock_intake

AT_ONCE = 1000  # returns in one transaction


@transaction.atomic
def take_in_returns(*, at: datetime) -> int:
    """What the next returns paid back is taken off what their producers are owed. How many returns."""
    lock_intake()
    waiting = list(Return.objects.to_net().values_list("pk", flat=True)[:AT_ONCE])
    if waiting:
        enter(fresh=entries_of(backs_of(waiting)), at=at)
        netted(return_ids=waiting, at=at)
    return len(waiting)
