"""What must hold between the tills' inbox and the ledger."""

from collections.abc import Iterator
from datetime import datetime

from marketplace.stock import queries as stock

from .models import TillEvent

SIGNS = {"sale": -1, "return": 1}


def recorded_till_events_moved_exactly_their_units(at: datetime) -> Iterator[str]:
    moved = stock.moved_by_tills()
    for event in TillEvent.objects.filter(kind__in=SIGNS).iterator():
        told = SIGNS[event.kind] * sum(line["quantity"] for line in event.body["lines"])
        wanted = told if event.status == TillEvent.Status.RECORDED else 0
        found = moved.pop(str(event.uuid), 0)
        if found != wanted:
            yield f"till event {event.uuid} ({event.status}): should have moved {wanted}, moved {found}"
    for uuid, units in moved.items():
        yield f"the ledger moved {units} for till event {uuid}, which is not in the inbox"


RULES = (recorded_till_events_moved_exactly_their_units,)
