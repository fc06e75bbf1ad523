"""Tills report, the inbox keeps, a worker records. The same report twice has the same answer and moves nothing twice."""

import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.stock import actions as stock

from .models import Till, TillEvent
from .queries import Answer, answer, hashed, products_by_code
from .sequences import arrived

log = logging.getLogger(__name__)
Status = TillEvent.Status
CONTACT_EVERY = timedelta(minutes=1)  # how exactly a till's last contact is known when it only asks
REMEMBERED = 10_000  # numbers beyond a gap that are looked at to tell the till what is missing


class EventDiffers(Refused):
    sentence = _("Event %(uuid)s was reported before with other contents.")
    code = "event_differs"


class SequenceTaken(Refused):
    sentence = _("Number %(sequence)s was used before for another event.")
    code = "sequence_taken"


class UnknownCode(Refused):
    sentence = _("No product has the code “%(product_code)s”.")
    code = "unknown_code"


class AmbiguousCode(Refused):
    sentence = _("Several products have the code “%(product_code)s”; the shop's own code is needed.")
    code = "ambiguous_code"


class NotRecorded(Refused):
    """Something of ours went wrong; the log says what."""

    sentence = _("This event could not be recorded. The office has been asked to look.")
    code = "not_recorded"


@dataclass(frozen=True, slots=True)
class Report:
    """An event as a till tells it; `body` is all it said, in JSON values."""

    uuid: UUID
    sequence: int
    kind: str
    occurred_at: datetime
    body: dict[str, Any]

    @property
    def body_hash(self) -> str:
        return sha256(json.dumps(self.body, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Answers to a batch, and what the till must send again: (first, last) missing numbers."""

    answers: list[Answer]
    last_sequence: int
    missing: list[tuple[int, int]]


@transaction.atomic
def make_till(*, location: Location, name: str, by: Any = None) -> tuple[Till, str]:
    """A till may report for the location with the token, which is shown this once."""
    token = secrets.token_urlsafe(32)
    till = Till.objects.create(location=location, name=name, token_hash=hashed(token))
    note(till, "till.made", by=by)
    return till, token


@transaction.atomic
def revoke(*, till: Till, by: Any, at: datetime) -> None:
    """The till's token opens nothing any more; what it reported stays."""
    if Till.objects.filter(pk=till.pk, revoked_at__isnull=True).update(revoked_at=at):
        note(till, "till.revoked", by=by)


def contacted(*, till: Till, at: datetime) -> None:
    """The till's last contact is known to the minute, whatever it asked."""
    if till.last_contact_at is None or at - till.last_contact_at > CONTACT_EVERY:
        Till.objects.filter(pk=till.pk).update(last_contact_at=at)


@transaction.atomic
def accept(*, till: Till, reports: Sequence[Report], at: datetime) -> Receipt:
    """The inbox holds what is new of the batch; every event has its answer."""
    till = Till.objects.select_for_update(no_key=True).get(pk=till.pk)
    known = {event.uuid: event for event in TillEvent.objects.filter(uuid__in=[r.uuid for r in reports])}
    taken = set(till.events.filter(sequence__in=[r.sequence for r in reports]).values_list("sequence", flat=True))
    fresh: list[TillEvent] = []
    found = []
    for report in reports:
        before = known.get(report.uuid)
        if before is None and report.sequence not in taken:
            before = _event(till, report, at)
            fresh.append(before)
            known[report.uuid] = before
            taken.add(report.sequence)
        found.append(_answer_to(till, report, before))
    TillEvent.objects.bulk_create(fresh)
    beyond = till.events.filter(sequence__gt=till.last_sequence).order_by("sequence")
    last, missing = arrived(till.last_sequence, beyond.values_list("sequence", flat=True)[:REMEMBERED])
    till.last_sequence, till.last_contact_at = last, at
    till.save(update_fields=["last_sequence", "last_contact_at"])
    return Receipt(found, last, missing)


def _event(till: Till, report: Report, at: datetime) -> TillEvent:
    return TillEvent(
        till=till, uuid=report.uuid, sequence=report.sequence, kind=report.kind, occurred_at=report.occurred_at,
        body=report.body, body_hash=report.body_hash, received_at=at,
    )  # fmt: skip


def _answer_to(till: Till, report: Report, event: TillEvent | None) -> Answer:
    if event is None:
        refusal: Refused = SequenceTaken(sequence=report.sequence)
    elif event.till_id != till.pk or event.body_hash != report.body_hash:
        refusal = EventDiffers(uuid=str(report.uuid))
    else:
        return answer(event)
    log.warning("till %s: event %s refused: %s", till.pk, report.uuid, refusal.code)
    return Answer(report.uuid, report.sequence, "refused", refusal.code, refusal.facts)


@transaction.atomic
def record_next(*, till_id: int, at: datetime) -> bool:
    """The till's next waiting event is in the ledger, or parked with its reason; False when there is none to take.

    One event, one transaction: a bad one stops nobody. Another worker at the same till leaves it alone.
    """
    till = Till.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=till_id).first()
    event = till and till.events.filter(status=Status.WAITING).order_by("sequence").first()
    if not till or not event:
        return False
    try:
        with transaction.atomic():
            RECORDERS[event.kind](till, event, at)
        event.status, event.recorded_at = Status.RECORDED, at
    except Refused as no:
        _park(event, no)
    except (OperationalError, InterfaceError):
        raise  # the database, not the event: the next bell tries again
    except Exception:
        log.exception("till event %s", event.uuid)
        _park(event, NotRecorded())
    event.save(update_fields=["status", "recorded_at", "answer"])
    return True


@transaction.atomic
def replay(*, event: TillEvent, by: Any, at: datetime) -> None:
    """A parked event waits again, because its reason is gone."""
    if TillEvent.objects.filter(pk=event.pk, status=Status.PARKED).update(status=Status.WAITING, answer={}):
        note(event, "till_event.replayed", by=by)


def _park(event: TillEvent, no: Refused) -> None:
    event.status, event.answer = Status.PARKED, {"code": no.code, "facts": no.facts}
    log.warning("till event %s parked: %s %s", event.uuid, no.code, no.facts)


def _sale(till: Till, event: TillEvent, at: datetime) -> None:
    stock.sell(**_told(till, event, at))


def _return(till: Till, event: TillEvent, at: datetime) -> None:
    stock.take_back(**_told(till, event, at))


def _told(till: Till, event: TillEvent, at: datetime) -> dict[str, Any]:
    products = _products(event)
    lines = [stock.Sold(products[x["code"]], x.get("lot"), x["quantity"]) for x in event.body["lines"]]
    return {
        "location_id": till.location_id, "lines": lines, "key": f"till:{event.uuid}", "at": event.occurred_at,
        "device": f"till:{till.pk}", "recorded_at": at,
    }  # fmt: skip


def _count(till: Till, event: TillEvent, at: datetime) -> None:
    products = _products(event)
    counts = [
        stock.Counted(products[x["code"]], x["quantity"], f"till:{event.uuid}:{number}", x.get("lot"), x.get("seen"))
        for number, x in enumerate(event.body["lines"])
    ]
    stock.count_all(location=till.location, counts=counts, by=None, at=at, device=f"till:{till.pk}")


def _products(event: TillEvent) -> dict[str, int]:
    """The product of each code in the event; one code in doubt parks all of it."""
    found = products_by_code(line["code"] for line in event.body["lines"])
    for code, products in found.items():
        if len(products) != 1:
            raise (AmbiguousCode if products else UnknownCode)(product_code=code)
    return {code: products.pop() for code, products in found.items()}


RECORDERS = {"sale": _sale, "return": _return, "count": _count}
REFUSALS: dict[str, type[Refused]] = {
    no.code: no for no in (EventDiffers, SequenceTaken, UnknownCode, AmbiguousCode, NotRecorded, stock.StaleCount)
}
