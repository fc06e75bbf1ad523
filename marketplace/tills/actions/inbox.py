"""What a till reports is kept first, and answered from what is kept."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace import rows
from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.tills.models import UNREADABLE, Till, TillEvent
from marketplace.tills.queries import Answer
from marketplace.tills.sequences import REMEMBERED, arrived

log = logging.getLogger(__name__)
Status = TillEvent.Status
COLUMNS = (
    "till", "uuid", "sequence", "kind", "occurred_at", "body", "body_hash", "status", "answer", "received_at"
)  # fmt: skip


class EventDiffers(Refused):
    sentence = _("Event %(uuid)s was reported before with other contents.")
    code = "event_differs"


class SequenceTaken(Refused):
    sentence = _("Number %(sequence)s was used before for another event.")
    code = "sequence_taken"


class EventUnreadable(Refused):
    """It stays where it is: what the till said of it has no meaning for the ledger."""

    sentence = _("This event cannot be read, however often it is tried. Once its till is understood, it tells it anew.")
    code = "event_unreadable"


@dataclass(frozen=True, slots=True)
class Report:
    """An event as a till tells it; `body` is all it said, in JSON values."""

    uuid: UUID
    sequence: int
    kind: str
    occurred_at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Answers to a batch, and what the till must send again: (first, last) missing numbers."""

    answers: list[Answer]
    last_sequence: int
    missing: list[tuple[int, int]]


class Kept(NamedTuple):
    """What the inbox says of an event: whose it is, what was said, and what became of it."""

    till_id: int
    body_hash: str
    answer: Answer


@transaction.atomic
def accept(*, till: Till, reports: Sequence[Report], at: datetime) -> Receipt:
    """The inbox holds what is new of the batch; every event has its answer."""
    till = Till.objects.select_for_update(no_key=True).get(pk=till.pk)
    kept = _kept([report.uuid for report in reports])
    taken = set(till.events.filter(sequence__among=[r.sequence for r in reports]).values_list("sequence", flat=True))
    fresh: list[tuple[Any, ...]] = []
    answers = []
    for report in reports:
        body = json.dumps(report.body, sort_keys=True)
        digest = sha256(body.encode()).hexdigest()
        if report.uuid not in kept and report.sequence not in taken:
            kept[report.uuid] = Kept(till.pk, digest, Answer(report.uuid, report.sequence, Status.WAITING))
            taken.add(report.sequence)
            fresh.append((till.pk, *_facts(report), body, digest, Status.WAITING, "{}", at))
        answers.append(_answer(till, report, digest, kept.get(report.uuid)))
    rows.copy(TillEvent, COLUMNS, fresh)
    till.last_sequence, missing = _arrived(till)
    till.last_contact_at = at
    till.save(update_fields=["last_sequence", "last_contact_at"])
    return Receipt(answers, till.last_sequence, missing)


@transaction.atomic
def replay(*, event: TillEvent, by: Any, at: datetime) -> None:
    """A parked event waits again, because its reason is gone."""
    if event.kind == UNREADABLE:
        raise EventUnreadable
    if TillEvent.objects.filter(pk=event.pk, status=Status.PARKED).update(status=Status.WAITING, answer={}):
        note(event, "till_event.replayed", by=by)


@transaction.atomic
def replay_alike(*, event: TillEvent, till_ids: Iterable[int], by: Any, at: datetime) -> int:
    """All that these tills have parked for the very reason of this event waits again; returns how many."""
    alike = TillEvent.objects.filter(till__in=list(till_ids), status__literally=Status.PARKED, answer=event.answer)
    again = alike.exclude(kind=UNREADABLE).update(status=Status.WAITING, answer={})
    if again:
        note(event, "till_event.replayed_alike", by=by, events=again, **event.answer)
    return again


def _kept(uuids: Iterable[UUID]) -> dict[UUID, Kept]:
    events = TillEvent.objects.filter(uuid__among=uuids)
    facts = events.values_list("till_id", "body_hash", "uuid", "sequence", "status", "answer")
    return {row[2]: Kept(row[0], row[1], Answer.of(*row[2:])) for row in facts}


def _facts(report: Report) -> tuple[Any, ...]:
    return report.uuid, report.sequence, report.kind, report.occurred_at


def _answer(till: Till, report: Report, digest: str, kept: Kept | None) -> Answer:
    if kept is None:
        refusal: Refused = SequenceTaken(sequence=report.sequence)
    elif (kept.till_id, kept.body_hash) != (till.pk, digest):
        refusal = EventDiffers(uuid=str(report.uuid))
    else:
        return kept.answer
    log.warning("till %s: event %s refused: %s", till.pk, report.uuid, refusal.code)
    return Answer(report.uuid, report.sequence, "refused", refusal.code, refusal.facts)


def _arrived(till: Till) -> tuple[int, list[tuple[int, int]]]:
    """The till's highest number without a gap below it, and the gaps above."""
    beyond = till.events.filter(sequence__gt=till.last_sequence).order_by("sequence")
    return arrived(till.last_sequence, beyond.values_list("sequence", flat=True)[:REMEMBERED])
