"""What carriers say about parcels. Each thing is heard once, in whatever order, and nothing ever goes backwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.order import actions as orders
from marketplace.shipping.models import Carrier

from .. import notices
from ..gateways import Told
from ..models import Fulfilment, ParcelEvent
from . import steps

Status, Outcome = ParcelEvent.Status, ParcelEvent.Outcome
AHEAD = timedelta(minutes=10)  # so much may a carrier's clock be fast


class ParcelEventDiffers(Refused):
    """The same number of an event with other contents: one of the two is wrong."""

    sentence = _("An event with this number was told before, with other contents.")
    code = "parcel_event_differs"


class NotYet(Refused):
    sentence = _("What happened cannot lie in the future.")
    code = "parcel_event_ahead"


class LookedAt(Refused):
    sentence = _("Somebody has looked at this message already.")
    code = "parcel_event_looked_at"


@dataclass(frozen=True)
class Heard:
    """The event as it stands, and whether it was known before."""

    event: ParcelEvent
    repeated: bool


@transaction.atomic
def hear(*, carrier: Carrier, told: Told, source: str, at: datetime, by: Any = None) -> Heard:
    """What the carrier said is kept, and what follows from it has happened. Said again it changes nothing."""
    if told.happened_at > at + AHEAD:
        raise NotYet
    one_at_a_time(carrier=carrier, numbers=[told.tracking_number])
    fulfilment = Fulfilment.objects.filter(by_carrier=carrier, tracking_number=told.tracking_number).first()
    if fulfilment:
        orders.lock(fulfilment.order_id)
    facts = {"tracking_number": told.tracking_number, "status": told.status, "happened_at": told.happened_at}
    more = {"reason": told.reason[:200], "why": told.why, "source": source, "received_at": at}
    kept = {"fulfilment": fulfilment, "outcome": Outcome.NOTED if fulfilment else Outcome.UNKNOWN}
    event, new = ParcelEvent.objects.get_or_create(carrier=carrier, key=told.known_as, defaults=facts | more | kept)
    if not new:
        if any(getattr(event, name) != value for name, value in facts.items()):
            raise ParcelEventDiffers
        return Heard(event, repeated=True)
    if fulfilment:
        _decide(event, fulfilment, by, at)
    return Heard(event, repeated=False)


def one_at_a_time(*, carrier: Carrier, numbers: Iterable[str]) -> None:
    """Until the end of this transaction nobody else gives these numbers to a parcel or tells of them. Before any order."""
    with connection.cursor() as cursor:
        for number in sorted(set(numbers)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [number, carrier.pk])


def catch_up(*, fulfilment: Fulfilment, at: datetime) -> None:
    """What was said of the number before anybody knew it is heard now, in the order in which it happened."""
    number = {"carrier": fulfilment.by_carrier, "tracking_number": fulfilment.tracking_number}
    for event in ParcelEvent.objects.filter(fulfilment=None, **number).order_by("happened_at", "pk"):
        event.fulfilment = fulfilment
        _decide(event, fulfilment, None, at)


@transaction.atomic
def set_aside(*, event: ParcelEvent, by: Any, at: datetime) -> None:
    """A person has looked at what did not fit, and nothing more is to be done about it."""
    if not ParcelEvent.objects.to_look_at().filter(pk=event.pk).update(set_aside_at=at):
        raise LookedAt
    journal.note(event, "parcel_event.aside", by=by)


def _decide(event: ParcelEvent, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """The order is locked: what the event changes is changed, and it says what that was."""
    fulfilment.refresh_from_db()
    try:
        with transaction.atomic():
            event.outcome = _follow(event, fulfilment, by, at)
    except Refused as refusal:
        event.outcome, event.refusal = Outcome.REFUSED, {"code": refusal.code, "facts": _plain(refusal.facts)}
    event.save(update_fields=["fulfilment", "outcome", "refusal"])


def _follow(event: ParcelEvent, fulfilment: Fulfilment, by: Any, at: datetime) -> str:
    if fulfilment.status != Fulfilment.Status.SHIPPED and not _after_all(event, fulfilment):
        return _after_the_end(event, fulfilment)
    if event.status in ParcelEvent.ENDS:
        when = min(max(event.happened_at, fulfilment.shipped_at or at), at)
        if event.status == Status.DELIVERED:
            steps.delivered(fulfilment=fulfilment, by=by, at=when)
        else:
            why = event.why or Fulfilment.Failure.OTHER
            steps.fail(fulfilment=fulfilment, by=by, reason=event.reason, why=why, at=when)
        return Outcome.MOVED
    others = ParcelEvent.objects.filter(fulfilment=fulfilment).exclude(pk=event.pk)
    if others.filter(happened_at__gt=event.happened_at).exists():
        return Outcome.LATE
    if event.status == Status.OUT and not others.filter(status=Status.OUT, outcome=Outcome.NOTED).exists():
        notices.out(fulfilment)
    return Outcome.NOTED


def _after_all(event: ParcelEvent, fulfilment: Fulfilment) -> bool:
    """It was not taken at first, and has arrived since: carriers try two or three times."""
    last = fulfilment.finished_at
    return (
        fulfilment.status == Fulfilment.Status.FAILED
        and event.status == Status.DELIVERED
        and (last is None or event.happened_at >= last)
    )


def _after_the_end(event: ParcelEvent, fulfilment: Fulfilment) -> str:
    """The parcel has arrived, or comes back: the same is known, the way there came late, the contrary is for people."""
    ends = {Fulfilment.Status.DELIVERED: Status.DELIVERED, Fulfilment.Status.FAILED: Status.FAILED}
    came_back = fulfilment.status == Fulfilment.Status.CANCELLED and event.status == Status.FAILED
    if event.status not in ParcelEvent.ENDS or _tried_before(event, fulfilment):
        return Outcome.LATE
    return (
        Outcome.AGREED
        if came_back or ends.get(Fulfilment.Status(fulfilment.status)) == event.status
        else Outcome.CONTRARY
    )


def _tried_before(event: ParcelEvent, fulfilment: Fulfilment) -> bool:
    """It was not taken, and afterwards it was."""
    later = ParcelEvent.objects.filter(
        fulfilment=fulfilment, status=Status.DELIVERED, outcome=Outcome.MOVED, happened_at__gt=event.happened_at
    )
    return event.status == Status.FAILED and later.exists()


def _plain(facts: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}
