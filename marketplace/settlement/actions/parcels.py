"""Takes in what reached its buyer."""

from datetime import datetime

from django.db import transaction

from marketplace.fulfilment.actions import settled
from marketplace.fulfilment.models import Fulfilment

from ..queries.parcels import entries_of, parts_of
from .entering import enter, lock_intake

AT_ONCE = 1000  # parcels in one transaction


@transaction.atomic
def take_in_parcels(*, at: datetime) -> int:
    """What the next parcels in their buyers' hands bring is in the producers' accounts. How many parcels."""
    lock_intake()
    waiting = Fulfilment.objects.to_settle().order_by("finished_at", "pk")
    parcels = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    if parcels:
        enter(fresh=entries_of(parts_of(parcels)), at=at)
        settled(fulfilment_ids=parcels, at=at)
    return len(parcels)
