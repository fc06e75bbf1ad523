"""A carrier's file of statuses is read, row by row, and what became of each row is kept."""

from datetime import datetime
from typing import Any

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.shipping.models import Carrier

from ..gateways import Row
from ..gateways.choice import gateway_of
from ..models import ParcelEvent, StatusFile
from . import tracking

REPEATED = "repeated"


def take_file(*, carrier: Carrier, name: str, data: bytes, by: Any, at: datetime) -> StatusFile:
    """All that the file says has been heard; each row in its own transaction, so that what was heard stays heard."""
    rows = gateway_of(carrier).statuses(name, data)
    told = sorted(rows, key=lambda row: (row.told.happened_at if row.told else at, row.number))
    heard = {row.number: _hear(carrier, row, by, at) for row in told}
    kept = StatusFile.objects.create(
        carrier=carrier, name=name[-200:], by=by, made_at=at, rows=[heard[row.number] for row in rows]
    )
    journal.note(kept, "status_file.taken", by=by, rows=len(rows))
    return kept


def _hear(carrier: Carrier, row: Row, by: Any, at: datetime) -> dict[str, Any]:
    known = {"row": row.number, "number": row.tracking_number, "status": row.told.status if row.told else ""}
    try:
        if row.refusal or row.told is None:
            raise row.refusal or Refused()
        heard = tracking.hear(carrier=carrier, told=row.told, source=ParcelEvent.Source.FILE, at=at, by=by)
    except Refused as refusal:
        facts = {name: str(value) for name, value in refusal.facts.items()}
        return known | {"outcome": "unread", "code": refusal.code, "facts": facts}
    told = heard.event.refusal
    outcome = REPEATED if heard.repeated else str(heard.event.outcome)
    return known | {"outcome": outcome, "code": told.get("code", ""), "facts": told.get("facts", {})}
