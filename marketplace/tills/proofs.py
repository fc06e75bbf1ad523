"""What must hold between the tills' inbox and the ledger."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from marketplace.stock import queries as stock

from .models import TillEvent

SIGNS = {"sale": -1, "return": 1}
PIECES = "SELECT sum((line->>'quantity')::int) FROM jsonb_array_elements(body->'lines') AS line"


def recorded_till_events_moved_exactly_their_units(at: datetime) -> Iterator[str]:
    moved = stock.moved_by_tills()
    events = TillEvent.objects.filter(kind__in=SIGNS).annotate(pieces=RawSQL(PIECES, [], IntegerField()))
    for pk, uuid, kind, status, pieces in events.values_list("pk", "uuid", "kind", "status", "pieces").iterator():
        wanted = SIGNS[kind] * pieces if status == TillEvent.Status.RECORDED else 0
        found = moved.pop(str(pk), 0)
        if found != wanted:
            yield f"till event {uuid} ({status}): should have moved {wanted}, moved {found}"
    for key, units in moved.items():
        yield f"the ledger moved {units} for till event {key}, which is not in the inbox"


RULES = (recorded_till_events_moved_exactly_their_units,)
