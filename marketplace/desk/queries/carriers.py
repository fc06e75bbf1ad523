"""Carriers as the office sees them: what they said, and what nobody could make sense of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.errors import Refused
from marketplace.fulfilment.actions import OrderNotConfirmed, WrongStep
from marketplace.fulfilment.actions.status_files import REPEATED
from marketplace.fulfilment.actions.tracking import NotYet, ParcelEventDiffers
from marketplace.fulfilment.gateways.files import ROWS
from marketplace.fulfilment.models import Fulfilment, ParcelEvent, StatusFile
from marketplace.shipping.models import Carrier

REFUSALS: dict[str, type[Refused]] = ROWS | {
    no.code: no for no in (NotYet, ParcelEventDiffers, OrderNotConfirmed, WrongStep)
}
KINDS = {
    "moved": "ok",
    "noted": "ok",
    "unknown": "stopped",
    "contrary": "stopped",
    "refused": "stopped",
    "unread": "stopped",
}


@dataclass(frozen=True)
class Line:
    """A row of a status file on its page."""

    row: int
    number: str
    status: str
    outcome: str
    kind: str
    why: str


def carriers() -> QuerySet[Carrier]:
    """Each with the number of parcels that are on their way with it."""
    under_way = Count("parcels", filter=Q(parcels__status=Fulfilment.Status.SHIPPED))
    return Carrier.objects.annotate(under_way=under_way).order_by("-active", "name")


def to_look_at() -> QuerySet[ParcelEvent]:
    """The newest first."""
    rows = ParcelEvent.objects.to_look_at().select_related("carrier", "fulfilment__order")
    return rows.order_by("-pk")


def why(event: ParcelEvent) -> str:
    """What stands in its way."""
    return _sentence(event.refusal) if event.refusal else str(event.get_outcome_display())


def files(carrier: Carrier) -> QuerySet[StatusFile]:
    return carrier.status_files.select_related("by")


def lines(rows: Sequence[dict[str, Any]]) -> list[Line]:
    """What became of the rows."""
    return [_line(row) for row in rows]


def totals(file: StatusFile) -> list[tuple[str, int]]:
    """How many rows had which outcome."""
    counted: dict[str, int] = {}
    for row in file.rows:
        counted[row["outcome"]] = counted.get(row["outcome"], 0) + 1
    return [(_word(outcome), number) for outcome, number in counted.items()]


def _line(row: dict[str, Any]) -> Line:
    status = ParcelEvent.Status(row["status"]).label if row["status"] in ParcelEvent.Status.values else ""
    reason = _sentence(row) if row["code"] else ""
    return Line(
        row["row"], row["number"], str(status), _word(row["outcome"]), KINDS.get(row["outcome"], "plain"), reason
    )


def _word(outcome: str) -> str:
    ours = {REPEATED: _("Heard before; nothing has changed"), "unread": _("Cannot be read")}
    return str(ours.get(outcome) or ParcelEvent.Outcome(outcome).label)


def _sentence(told: dict[str, Any]) -> str:
    return str(REFUSALS.get(told["code"], Refused)(**told.get("facts", {})))
