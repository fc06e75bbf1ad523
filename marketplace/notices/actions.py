"""Telling someone: a row now, in the caller's transaction; delivery by a worker afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note

from .gateways import CHANNELS
from .gateways.errors import NotDelivered
from .letters import letter
from .models import Attempt, Delivery, Notice

# After each failed try; when none is left, the delivery has finally failed and stands on the office's list.
WAITS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12)]
LEASE = timedelta(minutes=2)  # nobody else tries meanwhile; a worker that dies leaves the delivery due again


class NotFailed(Refused):
    """Only what finally failed is sent anew."""

    sentence = _("This message has not failed; it needs no second sending.")
    code = "notice_not_failed"


@dataclass(frozen=True)
class Recipient:
    """Whom to tell. `email` empty: the notice is kept but nothing is sent."""

    email: str = ""
    phone: str = ""
    language: str = "vi"
    user_id: int | None = None

    @classmethod
    def of(cls, user: Any) -> "Recipient":
        return cls(email=user.email or "", phone=user.phone or "", language=user.language, user_id=user.pk)


@dataclass(frozen=True)
class Telling:
    """`kind` names the folder of its words, templates/notices/<kind>/; `facts` are JSON values only."""

    kind: str
    key: str
    to: Recipient
    facts: dict[str, Any]


def tell(*, kind: str, key: str, to: Recipient, facts: dict[str, Any], at: datetime | None = None) -> None:
    """The outbox holds the notice once, however often the same event is told."""
    tell_all(tellings=[Telling(kind, key, to, facts)], at=at)


def tell_all(*, tellings: Iterable[Telling], at: datetime | None = None) -> None:
    """The same for many, in two queries. What was told before stays as it was told."""
    rows = {key: _notice(one, key) for one in tellings for key in [f"{one.kind}:{one.key}"]}
    if not rows:
        return
    # The key written over itself makes PostgreSQL answer with the numbers of the old rows, too.
    written = Notice.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )
    told = [row.pk for row in written if row.email]
    due = at or timezone.now()
    made = [Delivery(notice_id=pk, channel="email", next_try_at=due) for pk in told]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    if told:
        transaction.on_commit(partial(_ring, told))


def _notice(one: Telling, key: str) -> Notice:
    return Notice(
        kind=one.kind, key=key, user_id=one.to.user_id, email=one.to.email, phone=one.to.phone,
        language=one.to.language, facts=one.facts,
    )  # fmt: skip


def deliver(*, delivery_id: int, at: datetime) -> None:
    """The delivery is sent, or has one more failed attempt and its next hour; a delivery not due stays as it is.

    The lease is committed before the channel is called: no row is locked while a mail server thinks.
    """
    delivery = _lease(delivery_id, at)
    if delivery is None:
        return
    final = False
    try:
        sent, answer = True, CHANNELS[delivery.channel](letter(delivery.notice))
    except NotDelivered as error:
        sent, answer, final = False, str(error), error.final
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        sent, answer = False, f"{type(error).__name__}: {error}"  # a release may bring the words
    _record(delivery, sent=sent, answer=answer, final=final, at=at)


@transaction.atomic
def _lease(delivery_id: int, at: datetime) -> Delivery | None:
    due = Delivery.objects.due(at).select_for_update(skip_locked=True, of=("self",)).select_related("notice")
    delivery = due.filter(pk=delivery_id).first()
    if delivery is not None:
        delivery.next_try_at = at + LEASE
        delivery.save(update_fields=["next_try_at"])
    return delivery


@transaction.atomic
def _record(delivery: Delivery, *, sent: bool, answer: str, final: bool, at: datetime) -> None:
    tries = delivery.attempts.count()
    Attempt.objects.create(delivery=delivery, at=at, sent=sent, answer=answer)
    if sent:
        delivery.status, delivery.sent_at = Delivery.Status.SENT, at
    elif final or tries >= len(WAITS):
        delivery.status = Delivery.Status.FAILED
    else:
        delivery.next_try_at = at + WAITS[tries]
    delivery.save(update_fields=["status", "sent_at", "next_try_at"])


@transaction.atomic
def resend(*, delivery: Delivery, by: Any, at: datetime) -> None:
    """A delivery that finally failed is due again, by a person's decision."""
    waiting = {"status": Delivery.Status.WAITING, "next_try_at": at}
    if not Delivery.objects.filter(pk=delivery.pk, status=Delivery.Status.FAILED).update(**waiting):
        raise NotFailed
    note(delivery, "delivery.resent", by=by)
    transaction.on_commit(lambda: _ring([delivery.notice_id]))


def _ring(notice_ids: list[int]) -> None:
    from .tasks import deliver, ring

    ring(deliver, notice_ids)
