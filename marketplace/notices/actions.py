"""Telling someone: a row now, in the caller's transaction; delivery by a worker afterwards."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note

from .gateways import CHANNELS, usable
from .gateways.answers import NotDelivered
from .kinds import Group, kind_of
from .models import Attempt, Delivery, Notice, Preference
from .queries import known_wishes, preference_of, preferences
from .ways import Quiet, instead, loud_at, quiet_hours, ways

log = logging.getLogger(__name__)

# After each failed try; when none is left, the delivery has finally failed and stands on the office's list.
WAITS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12)]
MOST_AT_ONCE = 500  # failed messages that one press of a button sends anew
LEASE = timedelta(minutes=2)  # nobody else tries meanwhile; a worker that dies leaves the delivery due again


class NotFailed(Refused):
    """Only what finally failed is sent anew."""

    sentence = _("This message has not failed; it needs no second sending.")
    code = "notice_not_failed"


class NoWayLeft(Refused):
    """Somebody who has ordered must hear of it."""

    sentence = _("Messages about orders need at least one way to you: e-mail, Zalo or SMS.")
    code = "no_way_left"


@dataclass(frozen=True)
class Recipient:
    """Whom to tell. Without any address the notice is kept, but nothing is sent.

    `about`: the order that a guest's wishes hang on. `wishes`: how they want to hear of it, where that was asked already.
    """

    email: str = ""
    phone: str = ""
    language: str = "vi"
    user_id: int | None = None
    about: str = ""
    wishes: Preference | None = None

    @classmethod
    def of(cls, user: Any) -> "Recipient":
        return cls(user.email or "", user.phone or "", user.language, user.pk, wishes=known_wishes(user))


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
    """The same for many, in two queries, or three where wishes were not asked. What was told before stays as it was told."""
    now = timezone.now()
    told = {f"{one.kind}:{one.key}": one for one in tellings}
    rows = {key: _notice(one, key, now) for key, one in told.items()}
    if not rows:
        return
    asked = preferences(row for key, row in rows.items() if told[key].to.wishes is None)
    wishes = {key: told[key].to.wishes or preference_of(row, asked) for key, row in rows.items()}
    # The key written over itself makes PostgreSQL answer with the numbers and times of the old rows, too.
    written = Notice.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["key"], update_fields=["key"]
    )
    new, due = [row for row in written if row.created_at == now], at or now
    made = [Delivery(notice=row, channel=way, next_try_at=due) for row in new for way in _ways(row, wishes[row.key])]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    for channel in dict.fromkeys(one.channel for one in made):
        ringing = [one.notice_id for one in made if one.channel == channel]
        transaction.on_commit(partial(_ring, channel, ringing))


def _notice(one: Telling, key: str, now: datetime) -> Notice:
    return Notice(
        kind=one.kind, key=key, user_id=one.to.user_id, email=one.to.email, phone=one.to.phone, about=one.to.about,
        language=one.to.language, facts=one.facts, created_at=now,
        in_inbox=one.to.user_id is not None and kind_of(one.kind).group != Group.SECURITY,
    )  # fmt: skip


def _ways(notice: Notice, wishes: Preference) -> list[str]:
    kind = kind_of(notice.kind)
    reach = wishes.reach(kind.group, email=notice.email, phone=notice.phone)
    return [str(way) for way in ways(kind, reach, usable(notice.kind, notice.language))]


def deliver(*, delivery_id: int, at: datetime) -> bool:
    """The delivery is sent, or has one more failed attempt and its next hour; a delivery not due stays as it is.

    The lease is committed before the channel is called: no row is locked while a mail server thinks. False where the other
    side did not answer in time.
    """
    delivery = _lease(delivery_id, at)
    if delivery is None:
        return True
    final = silent = False
    try:
        sent, answer = True, str(_send(delivery))
    except NotDelivered as error:
        sent, answer, final, silent = False, str(error), error.final, error.silent
    except Exception as error:  # words that lack, a setting that is wrong: it holds up no other, and the office sees it
        log.exception("delivery %s", delivery.pk)
        sent, answer = False, type(error).__name__  # what it says may be secret; the log has it
    _record(delivery, sent=sent, answer=answer, final=final, at=at)
    return not silent


def _send(delivery: Delivery) -> object:
    if not delivery.notice.address(delivery.channel):
        raise NotDelivered("no address any more", final=True)  # its owner has erased the account
    return CHANNELS[delivery.channel](delivery.notice)


@transaction.atomic
def _lease(delivery_id: int, at: datetime) -> Delivery | None:
    """For this worker alone, for a while. In the reader's quiet hours it waits for the morning instead."""
    due = Delivery.objects.due(at).select_for_update(skip_locked=True, of=("self",)).select_related("notice")
    delivery = due.filter(pk=delivery_id).first()
    if delivery is None:
        return None
    urgent = kind_of(delivery.notice.kind).urgent
    loud = at if urgent else loud_at(at, _quiet(delivery.notice))
    delivery.next_try_at = loud if loud > at else at + LEASE
    delivery.save(update_fields=["next_try_at"])
    return None if loud > at else delivery


def _quiet(notice: Notice) -> Quiet:
    own = preference_of(notice, preferences([notice]))
    if own.quiet_from is None or own.quiet_until is None:
        return quiet_hours(settings.QUIET_HOURS)
    return own.quiet_from, own.quiet_until


@transaction.atomic
def _record(delivery: Delivery, *, sent: bool, answer: str, final: bool, at: datetime) -> None:
    tries = delivery.attempts.count()
    Attempt.objects.create(delivery=delivery, at=at, sent=sent, answer=answer, final=final)
    if sent:
        delivery.status, delivery.sent_at = Delivery.Status.SENT, at
    elif final or tries >= len(WAITS):
        delivery.status = Delivery.Status.FAILED
    else:
        delivery.next_try_at = at + WAITS[tries]
    delivery.save(update_fields=["status", "sent_at", "next_try_at"])
    if delivery.status == Delivery.Status.FAILED:
        _go_another_way(delivery.notice, at)


def _go_another_way(notice: Notice, at: datetime) -> None:
    """Where nothing else carries what the buyer must hear of an order, the next way is tried."""
    _lock(notice)  # two ways that fail side by side see each other
    tried = dict(notice.deliveries.values_list("channel", "status"))
    if set(tried.values()) != {Delivery.Status.FAILED}:
        return
    kind = kind_of(notice.kind)
    reach = Preference().reach(kind.group, email=notice.email, phone=notice.phone)
    way = instead(kind, reach, usable(notice.kind, notice.language), tried)
    if way:
        Delivery.objects.create(notice=notice, channel=way, next_try_at=at)
        transaction.on_commit(partial(_ring, way, [notice.pk]))


def _lock(notice: Notice) -> None:
    Notice.objects.select_for_update().get(pk=notice.pk)


@transaction.atomic
def resend(*, delivery: Delivery, by: Any, at: datetime) -> None:
    """A delivery that finally failed is due again, by a person's decision."""
    waiting = {"status": Delivery.Status.WAITING, "next_try_at": at}
    if not Delivery.objects.filter(pk=delivery.pk, status=Delivery.Status.FAILED).update(**waiting):
        raise NotFailed
    note(delivery, "delivery.resent", by=by)
    transaction.on_commit(partial(_ring, delivery.channel, [delivery.notice_id]))


@transaction.atomic
def resend_all(*, kind: str, channel: str, by: Any, at: datetime) -> int:
    """All failed deliveries of that kind and channel are due again (so many at once), each in the journal. How many."""
    failed = Delivery.objects.failed().filter(notice__kind=kind, channel=channel).order_by("pk")
    found = list(failed.select_for_update(skip_locked=True, of=("self",))[:MOST_AT_ONCE])
    if not found:
        raise NotFailed
    Delivery.objects.filter(pk__in=[one.pk for one in found]).update(status=Delivery.Status.WAITING, next_try_at=at)
    for one in found:
        note(one, "delivery.resent", by=by)
    transaction.on_commit(partial(_ring, channel, [one.notice_id for one in found]))
    return len(found)


@transaction.atomic
def prefer(*, of: Mapping[str, Any], wishes: Mapping[str, Any], email: str, phone: str, by: Any) -> Preference:
    """Messages go as their reader wishes from now on. `of`: {"user": …} or {"about": number}; an address must stay for orders."""
    made, _new = Preference.objects.get_or_create(**of)
    made = Preference.objects.select_for_update().get(pk=made.pk)
    for name, value in wishes.items():
        setattr(made, name, value)
    if not ((made.orders_email and email) or (made.orders_phone and phone)):
        raise NoWayLeft
    made.save(update_fields=list(wishes))
    note(made, "preference.changed", by=by, **{name: str(value or "") for name, value in wishes.items()})
    return made


def mark_read(*, user: Any, at: datetime, pk: int | None = None) -> int:
    """One message of the person's inbox, or all of them, is read. How many were not."""
    rows = Notice.objects.filter(user=user).unread()
    return (rows.filter(pk=pk) if pk else rows).update(read_at=at)


def _ring(channel: str, notice_ids: list[int]) -> None:
    from .tasks import deliver, ring

    ring(deliver, channel, notice_ids)
