"""Money as rows: what was asked for, what came, what goes back. Callers hold the order's lock; nothing here decides."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal

from ..models import CARD as CARD
from ..models import TRANSFER as TRANSFER
from ..models import PaymentEvent, Source, SourceType, Transaction
from .refunds import (
    NotByHand,
    NotFailed,
    NotSoMuch,
    ask_refund,
    refund_accepted,
    refund_barred,
    refund_due_again,
    refund_made,
    refund_not_made,
    refund_paid_back,
    refund_paid_out,
    refund_returned,
    refund_still_so,
)

__all__ = [
    "CARD", "TRANSFER", "NotByHand", "NotFailed", "NotGivenUp", "NotSoMuch", "ask_refund", "close", "event_handled",
    "event_postponed", "event_put_off", "lock_transactions", "look_again", "money_came", "open_source", "owe", "record_event",
    "refund_accepted", "refund_barred", "refund_due_again", "refund_made", "refund_not_made", "refund_paid_back",
    "refund_paid_out", "refund_returned", "refund_still_so", "session_made", "set_event_aside", "take_cash",
    "try_event_again",
]  # fmt: skip

FIRST_LOOK = timedelta(minutes=1)  # after so long the gateway is asked, should no word of it come
EVENT_WAITS = [timedelta(seconds=n) for n in (15, 30, 60, 120, 300, 600, 1800, 3600)]


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


def event_put_off(*, event_id: int, until: datetime) -> None:
    """The word is looked at then: what it says may be over by that time."""
    PaymentEvent.objects.filter(pk=event_id, handled_at=None).update(next_try_at=until)


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


@transaction.atomic(savepoint=False)
def money_came(*, source: Source, amount: Decimal, reference: str, at: datetime, **where: Any) -> bool:
    """The source of a locked order has this much more, once for each reference. False where that was known already."""
    debit = {"source": source, "txn_type": Transaction.DEBIT, "reference": reference}
    if Transaction.objects.filter(**debit).exists():
        return False
    Transaction.objects.create(**debit, amount=amount, happened_at=at, **where)
    source.amount_debited += amount
    if source.amount_debited >= source.amount_allocated:
        source.state, source.next_try_at = Source.State.PAID, None
    if source.source_type.code == CARD:
        source.payment_intent = reference
    source.save(update_fields=["amount_debited", "state", "next_try_at", "payment_intent"])
    journal.note(source, "payment.came", amount=int(amount), reference=reference)
    return True


@transaction.atomic
def take_cash(*, order: Any, amount: Decimal, key: str, by: Any, at: datetime, **where: Any) -> Source:
    """The buyer gave so much in cash, once for each key. `where`: the place's id, and the carrier who took it."""
    source: Source = order.sources.select_related("source_type").get(source_type__code__in=order.IN_CASH)
    if money_came(source=source, amount=amount, reference=key, at=at, **where):
        journal.note(source, "payment.cash", by=by, amount=int(amount))
    return source


def lock_transactions(*, ids: Collection[int]) -> None:
    """Nobody else counts these payments meanwhile."""
    list(Transaction.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
