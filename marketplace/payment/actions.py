"""Money as rows: what was asked for, what came, what goes back. Callers hold the order's lock; nothing here decides."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal

from .disputes import actions as disputes
from .disputes.queries import bars
from .models import CARD as CARD
from .models import TRANSFER as TRANSFER
from .models import PaymentEvent, Refund, Source, SourceType, Transaction
from .queries import owed_by_transfer, owed_in_cash

FIRST_LOOK = timedelta(minutes=1)  # after so long the gateway is asked, should no word of it come
EVENT_WAITS = [timedelta(seconds=n) for n in (15, 30, 60, 120, 300, 600, 1800, 3600)]
REFUND_WAITS = [timedelta(minutes=n) for n in (1, 2, 5, 15, 60, 180, 360, 720, 1440)]
BARRED_WAIT = timedelta(hours=1)
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)  # between two looks at a refund that is under way


class NotSoMuch(Refused):
    """More would go back than came."""

    sentence = _("Only %(left)s ₫ of this payment can still be given back.")
    code = "refund_too_large"


class NotFailed(Refused):
    """Only what failed for good is tried again by a person."""

    sentence = _("This refund has not failed; it needs no further try.")
    code = "refund_not_failed"


class NotByHand(Refused):
    """The payment company makes it, or it is made already."""

    sentence = _("This refund is “%(status)s”; there is nothing to pay back by hand.")
    code = "refund_not_by_hand"


class NotGivenUp(Refused):
    """Done meanwhile, or still tried by itself."""

    sentence = _("This message of the payment company does not wait for you any more.")
    code = "payment_event_not_given_up"


@transaction.atomic
def record_event(
    *, gateway: str, source_id: str, kind: str, object_id: str, payload: Mapping[str, Any], at: datetime
) -> PaymentEvent:
    """The word from outside is in the inbox, once however often it is said."""
    event, _new = PaymentEvent.objects.get_or_create(
        gateway=gateway, source_id=source_id,
        defaults={
            "kind": kind, "object_id": object_id, "payload": payload, "received_at": at, "next_try_at": at,
        },
    )  # fmt: skip
    return event


def event_handled(*, event_id: int, at: datetime) -> None:
    """Nothing is left to do about this word."""
    PaymentEvent.objects.filter(pk=event_id, handled_at=None).update(handled_at=at, next_try_at=None, error="")


def event_postponed(*, event_id: int, error: str, at: datetime) -> None:
    """The word is looked at again later; after the last wait it is left for people, with its error."""
    event = PaymentEvent.objects.get(pk=event_id)
    event.attempts += 1
    event.next_try_at = at + EVENT_WAITS[event.attempts - 1] if event.attempts <= len(EVENT_WAITS) else None
    event.error = error
    event.save(update_fields=["attempts", "next_try_at", "error"])


@transaction.atomic
def try_event_again(*, event: PaymentEvent, by: Any, at: datetime) -> None:
    """A word that was given up is looked at once more."""
    if not PaymentEvent.objects.filter(pk=event.pk, handled_at=None, next_try_at=None).update(next_try_at=at):
        raise NotGivenUp
    journal.note(event, "payment_event.again", by=by)


@transaction.atomic
def set_event_aside(*, event: PaymentEvent, by: Any, at: datetime) -> None:
    """A word that was given up has been read by a person, and nothing is to be done about it."""
    if not PaymentEvent.objects.filter(pk=event.pk, handled_at=None, next_try_at=None).update(handled_at=at):
        raise NotGivenUp
    journal.note(event, "payment_event.aside", by=by)


@cache
def _source_type(code: str) -> int:
    """Made with the tables, and never again."""
    return SourceType.objects.values_list("pk", flat=True).get(code=code)


def open_source(
    *, order: Any, method: str, at: datetime, expires_at: datetime | None = None, attempt: int = 1, reference: str = ""
) -> Source:
    """What the order costs is to be paid this way."""
    return Source.objects.create(
        order=order, source_type_id=_source_type(method), currency="VND", attempt=attempt,
        amount_allocated=order.due, expires_at=expires_at, reference=reference,
        next_try_at=at + FIRST_LOOK if method == CARD else None,
    )  # fmt: skip


def owe(*, source: Source, amount: Decimal) -> bool:
    """So much is to come this way in all. True when it is here already."""
    source.amount_allocated = amount
    if source.amount_debited >= amount:
        source.state, source.next_try_at = Source.State.PAID, None
    source.save(update_fields=["amount_allocated", "state", "next_try_at"])
    return source.state == Source.State.PAID


def session_made(*, source_id: int, reference: str, url: str, payment_intent: str, at: datetime) -> None:
    """The gateway's page for this source is known. A source closed meanwhile is open again until its page is closed."""
    source = Source.objects.filter(pk=source_id)
    source.update(reference=reference, url=url, payment_intent=payment_intent)
    source.filter(state=Source.State.CLOSED).update(state=Source.State.OPEN, next_try_at=at)


def close(*, source: Source) -> None:
    """Nobody can pay this source any more."""
    source.state, source.next_try_at = Source.State.CLOSED, None
    source.save(update_fields=["state", "next_try_at"])


def look_again(*, source: Source, at: datetime) -> None:
    """The gateway is asked about this source at that hour."""
    source.next_try_at = at
    source.save(update_fields=["next_try_at"])


@transaction.atomic
def money_came(*, source: Source, amount: Decimal, reference: str, at: datetime) -> bool:
    """The source has this much more, once for each reference. False where that was known already."""
    _txn, new = Transaction.objects.get_or_create(
        source=source, txn_type=Transaction.DEBIT, reference=reference, defaults={"amount": amount}
    )
    if not new:
        return False
    source.amount_debited += amount
    if source.amount_debited >= source.amount_allocated:
        source.state, source.next_try_at = Source.State.PAID, None
    if source.source_type.code == CARD:
        source.payment_intent = reference
    source.save(update_fields=["amount_debited", "state", "next_try_at", "payment_intent"])
    journal.note(source, "payment.came", amount=int(amount), reference=reference)
    return True


@transaction.atomic
def take_cash(*, order: Any, amount: Decimal, key: str, by: Any, at: datetime) -> Source:
    """The buyer gave so much in cash, once for each key."""
    source: Source = order.sources.select_related("source_type").get(source_type__code__in=order.IN_CASH)
    if money_came(source=source, amount=amount, reference=key, at=at):
        journal.note(source, "payment.cash", by=by, amount=int(amount))
    return source


@transaction.atomic
def ask_refund(*, source: Source, amount: Decimal, reason: str, key: str, at: datetime) -> Refund:
    """So much of the source is to go back, once for each key. Cards by a task, cash by people."""
    asked = Refund.objects.filter(source=source).exclude(key=key)
    left = source.amount_debited - sum((one.amount for one in asked), Decimal(0))
    if amount > left:
        raise NotSoMuch(left=int(left))
    by_task = source.source_type.code == CARD
    refund, new = Refund.objects.get_or_create(
        key=key, defaults={"source": source, "amount": amount, "reason": reason, "next_try_at": at if by_task else None}
    )
    if new:
        journal.note(refund, "refund.due", amount=int(amount), reason=reason)
    if new and by_task:
        disputes.place_refunds(source=source, at=at)
    return refund


@transaction.atomic
def refund_made(*, refund_id: int, reference: str, at: datetime) -> bool:
    """The money is on its way back. False where that was known already."""
    under_way = Refund.objects.filter(pk=refund_id, status__in=(Refund.Status.DUE, Refund.Status.PENDING))
    return _made(under_way, reference, None, at)


@transaction.atomic
def refund_paid_back(*, refund: Refund, by: Any, at: datetime) -> None:
    """A person has given the buyer the money: cash or a transfer that was due, or what could not go back to the card."""
    if bars(refund.source_id):
        raise disputes.Disputed
    by_people = owed_in_cash() | owed_by_transfer() | Q(status=Refund.Status.FAILED)
    by_hand = Refund.objects.filter(pk=refund.pk).filter(by_people)
    if not _made(by_hand, "", by, at):  # no reference: what the gateway still says of an old try is no news
        refund.refresh_from_db()
        raise NotByHand(status=refund.get_status_display())


def _made(waiting: QuerySet[Refund], reference: str, by: Any, at: datetime) -> bool:
    """The one that waits is made; False when none waits any more."""
    made = {"status": Refund.Status.MADE, "reference": reference, "made_at": at, "next_try_at": None, "error": ""}
    refund = waiting.select_for_update(of=("self",)).first()
    if refund is None:
        return False
    Refund.objects.filter(pk=refund.pk).update(**made)
    Transaction.objects.create(
        source_id=refund.source_id, txn_type=Transaction.REFUND, amount=refund.amount, reference=reference or refund.key
    )
    Source.objects.filter(pk=refund.source_id).update(amount_refunded=F("amount_refunded") + refund.amount)
    journal.note(refund, "refund.made", by=by, amount=int(refund.amount), reference=reference)
    return True


def refund_accepted(*, refund_id: int, reference: str, at: datetime) -> None:
    """The gateway has taken it on; how it ends is asked later."""
    taken = {"status": Refund.Status.PENDING, "reference": reference, "accepted_at": at, "error": ""}
    Refund.objects.filter(pk=refund_id, status=Refund.Status.DUE).update(next_try_at=at + SOONEST, **taken)


def refund_still_pending(*, refund_id: int, error: str, at: datetime) -> None:
    """Asked again later: as long as it has been under way, but between a minute and six hours."""
    for refund in Refund.objects.filter(pk=refund_id, status=Refund.Status.PENDING):
        refund.next_try_at = at + min(max(at - (refund.accepted_at or at), SOONEST), LATEST)
        refund.error = error
        refund.save(update_fields=["next_try_at", "error"])


def refund_barred(*, refund_id: int, error: str, at: datetime) -> None:
    """The payment is disputed: tried again later, anew, should nobody tell of it before."""
    due = Refund.objects.filter(pk=refund_id, status=Refund.Status.DUE)
    due.update(round=F("round") + 1, error=error, next_try_at=at + BARRED_WAIT)


@transaction.atomic
def refund_not_made(*, refund_id: int, error: str, final: bool, at: datetime) -> bool:
    """Tried again later, or, when that is hopeless, left for people: then True."""
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.status != Refund.Status.DUE:
        return False
    refund.attempts += 1
    if final or refund.attempts > len(REFUND_WAITS):
        _failed(refund, error)
        return True
    refund.error, refund.next_try_at = error, at + REFUND_WAITS[refund.attempts - 1]
    refund.save(update_fields=["attempts", "error", "next_try_at"])
    return False


@transaction.atomic
def refund_returned(*, refund_id: int, error: str) -> bool:
    """The gateway had taken it on, and the money did not arrive: it is left for people. False where that was known."""
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.status not in (Refund.Status.PENDING, Refund.Status.MADE):
        return False
    if refund.status == Refund.Status.MADE:
        back = {"source_id": refund.source_id, "txn_type": Transaction.REFUND, "amount": -refund.amount}
        Transaction.objects.create(reference=f"{refund.reference}-returned", **back)
        Source.objects.filter(pk=refund.source_id).update(amount_refunded=F("amount_refunded") - refund.amount)
    refund.attempts += 1
    _failed(refund, error)
    return True


def _failed(refund: Refund, error: str) -> None:
    refund.status, refund.error, refund.next_try_at, refund.made_at = Refund.Status.FAILED, error, None, None
    refund.save(update_fields=["attempts", "error", "status", "next_try_at", "made_at"])
    journal.note(refund, "refund.failed", error=error)


@transaction.atomic
def try_refund_again(*, refund: Refund, by: Any, at: datetime) -> None:
    """What failed for good is due once more, under a key that the gateway has not refused yet."""
    if bars(refund.source_id):
        raise disputes.Disputed
    due = {"status": Refund.Status.DUE, "reference": "", "accepted_at": None, "next_try_at": at}
    failed = Refund.objects.filter(pk=refund.pk, status=Refund.Status.FAILED)
    if not failed.update(round=F("round") + 1, **due):
        raise NotFailed
    journal.note(refund, "refund.again", by=by)
