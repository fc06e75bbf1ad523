"""Goods that a buyer had and gives back: asked, answered, come back, paid back. The order is locked first, always.

The place that handed the goods over answers, and takes them in again. Nothing is on a shelf and no money moves before it
has decided.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.pictures import Photograph
from marketplace.errors import Refused, one_by_one
from marketplace.fulfilment.models import Fulfilment, Return, ReturnLine, ReturnPhoto
from marketplace.fulfilment.queries import Returnable, returnable
from marketplace.journal import actions as journal
from marketplace.order import actions as orders

from .. import notices

Status, Way = Return.Status, Return.Way
AT_ONCE = 100
MOST_RETURNS = 10  # of one parcel, those withdrawn or declined as well
BEFORE_THE_END = timedelta(days=2)  # the buyer is reminded so long before the goods should be on their way


class NothingToReturn(Refused):
    sentence = _("Please say how many pieces you want to give back.")
    code = "return_of_nothing"


class TooManyToReturn(Refused):
    """More than came, or they are on their way back already."""

    sentence = _("You can still give back %(left)s pieces of “%(title)s”, not %(wanted)s.")
    code = "return_too_many"


class NotReturnable(Refused):
    """Perishable, or the place does not do it."""

    sentence = _("“%(title)s” cannot be given back for a change of mind.")
    code = "return_unwanted"


class ReturnClosed(Refused):
    """The buyer does not have it, has given all of it back, or the time is over."""

    sentence = _("Nothing of this parcel can be given back any more.")
    code = "return_closed"


class TooManyReturns(Refused):
    sentence = _("You have asked %(number)s times to give back goods of this parcel. Please call the sales point.")
    code = "return_too_often"


class ReturnTooLate(Refused):
    sentence = _("The time to give back “%(title)s” ended on %(day)s.")
    code = "return_too_late"


class PhotographMissing(Refused):
    """Who is to judge a fault must see it."""

    sentence = _("Please add a photograph that shows what is wrong.")
    code = "return_without_photograph"


class ReturnMoved(Refused):
    """Somebody was quicker."""

    sentence = _("This return is now “%(status)s”; that is not possible any more.")
    code = "return_moved"


class AnswerMissing(Refused):
    sentence = _("Please write to the buyer why, or how the goods are to be sent.")
    code = "return_without_answer"


def refuse_return(*, parcel: Fulfilment, at: datetime) -> None:
    """Whether anything of the parcel may go back at all: for a door, before it looks at what was sent."""
    if not any(one.open_on(timezone.localdate(at)) for one in returnable(parcel)):
        raise ReturnClosed
    _refuse_often(parcel)


def _refuse_often(parcel: Fulfilment) -> None:
    number = parcel.returns.count()
    if number >= MOST_RETURNS:
        raise TooManyReturns(number=number)


def ask_return(
    *, parcel: Fulfilment, pieces: Mapping[int, int], reason: str, words: str, photographs: Sequence[Photograph],
    by: Any, at: datetime,
) -> Return:  # fmt: skip
    """The place knows what its buyer wants to give back and why. `pieces` of each order line."""
    _check(parcel, pieces, reason, len(photographs), at)  # before anything is stored: a refusal leaves no files
    names = [photograph.keep(at, "returns") for photograph in photographs]
    return _asked(parcel, pieces, names, {"reason": reason, "words": words.strip()}, by, at)


@transaction.atomic
def _asked(
    parcel: Fulfilment, pieces: Mapping[int, int], names: Sequence[str], facts: dict[str, Any], by: Any, at: datetime
) -> Return:
    order = orders.lock(parcel.order_id)
    parcel.refresh_from_db()
    _check(parcel, pieces, facts["reason"], len(names), at)
    waits = at + timedelta(days=settings.RETURN_ANSWER_DAYS)
    made = Return.objects.create(fulfilment=parcel, asked_at=at, remind_at=waits, **facts)
    wanted = {pk: units for pk, units in pieces.items() if units}
    ReturnLine.objects.bulk_create(ReturnLine(asked=made, line_id=pk, quantity=units) for pk, units in wanted.items())
    ReturnPhoto.objects.bulk_create(ReturnPhoto(asked=made, image=name) for name in names)
    journal.note(made, "return.asked", by=by, reason=facts["reason"], pieces=sum(wanted.values()))
    notices.return_asked(order, made)
    return made


def _check(parcel: Fulfilment, pieces: Mapping[int, int], reason: str, photographs: int, at: datetime) -> None:
    _refuse_often(parcel)
    wanted = {pk: units for pk, units in pieces.items() if units}
    if not wanted or min(wanted.values()) < 0:
        raise NothingToReturn
    there = {one.part.line_id: one for one in returnable(parcel)}
    if not set(wanted) <= set(there):
        raise NothingToReturn
    for pk, units in wanted.items():
        _check_line(there[pk], units, reason, at)
    if reason != Return.Reason.UNWANTED and not photographs:
        raise PhotographMissing


def _check_line(one: Returnable, units: int, reason: str, at: datetime) -> None:
    title, unwanted = one.part.line.title, reason == Return.Reason.UNWANTED
    until = one.unwanted_until if unwanted else one.fault_until
    if until is None:
        raise NotReturnable(title=title)
    if timezone.localdate(at) > until:
        raise ReturnTooLate(title=title, day=f"{until:%d/%m/%Y}")
    if units > one.left:
        raise TooManyToReturn(title=title, left=one.left, wanted=units)


@transaction.atomic
def withdraw_return(*, asked: Return, by: Any, at: datetime) -> None:
    """The buyer keeps the goods after all."""
    lock(asked, *Return.OPEN)
    end(asked=asked, status=Status.WITHDRAWN, by=by, at=at)


@transaction.atomic
def decline_return(*, asked: Return, answer: str, by: Any, at: datetime) -> None:
    """The place takes nothing back, and the buyer knows why."""
    lock(asked, *Return.OPEN)
    if not answer.strip():
        raise AnswerMissing
    end(asked=asked, status=Status.DECLINED, by=by, at=at, answer=answer.strip(), answered_at=at)
    notices.return_declined(asked)


@transaction.atomic
def await_return(*, asked: Return, way: str, answer: str, by: Any, at: datetime) -> None:
    """The buyer knows how and by when the goods are to come back; then the place decides about them."""
    lock(asked, Status.ASKED)
    if way == Way.CARRIER and not answer.strip():
        raise AnswerMissing
    asked.status, asked.way, asked.answer, asked.answered_at = Status.AWAITED, way, answer.strip(), at
    asked.send_by = timezone.localdate(at) + timedelta(days=settings.RETURN_SEND_DAYS)
    asked.remind_at = at + max(timedelta(days=settings.RETURN_SEND_DAYS) - BEFORE_THE_END, timedelta())
    asked.save(update_fields=["status", "way", "answer", "answered_at", "send_by", "remind_at"])
    journal.note(asked, "return.awaited", by=by, way=way)
    notices.return_accepted(asked)


@transaction.atomic
def return_sent(*, asked: Return, tracking: str, by: Any, at: datetime) -> None:
    """The goods are on their way back: the return no longer expires, and now the place is waited for."""
    lock(asked, Status.AWAITED)
    asked.sent_at, asked.tracking = asked.sent_at or at, tracking.strip()
    asked.remind_at = at + timedelta(days=settings.RETURN_SEND_DAYS)
    asked.save(update_fields=["sent_at", "tracking", "remind_at"])
    journal.note(asked, "return.sent", by=by, tracking=asked.tracking)


def follow_returns(*, at: datetime) -> None:
    """Who is waited for is reminded; what should have been sent by now is waited for no longer."""
    overdue = Return.objects.overdue(timezone.localdate(at)).values_list("pk", flat=True)
    one_by_one(overdue[:AT_ONCE], lambda pk: _expire(pk, at))
    waiting = Return.objects.to_remind(at).values_list("pk", flat=True)
    one_by_one(waiting[:AT_ONCE], lambda pk: _remind(pk, at))


@transaction.atomic
def _expire(pk: int, at: datetime) -> None:
    asked = _load(pk)
    lock(asked, *Status.values)
    if Return.objects.overdue(timezone.localdate(at)).filter(pk=pk).exists():
        end(asked=asked, status=Status.EXPIRED, by=None, at=at)
        notices.return_expired(asked)


@transaction.atomic
def _remind(pk: int, at: datetime) -> None:
    """The place again and again, and then with the office; the buyer once."""
    asked = _load(pk)
    lock(asked, *Status.values)
    if not Return.objects.to_remind(at).filter(pk=pk).exists():
        return
    buyers_turn = asked.status == Status.AWAITED and asked.sent_at is None
    asked.remind_at = None if buyers_turn else at + timedelta(days=settings.RETURN_ANSWER_DAYS)
    asked.save(update_fields=["remind_at"])
    if buyers_turn:
        notices.return_due(asked)
    else:
        notices.return_waiting(asked, on=timezone.localdate(at))


def _load(pk: int) -> Return:
    return Return.objects.select_related("fulfilment__location").get(pk=pk)


def lock(asked: Return, *steps: str) -> None:
    """The order is this transaction's alone; refused unless the return is at one of these steps."""
    parcel = asked.fulfilment
    parcel.order = orders.lock(parcel.order_id)
    asked.refresh_from_db()
    asked.fulfilment = parcel
    if asked.status not in steps:
        raise ReturnMoved(status=asked.get_status_display())


def end(*, asked: Return, status: str, by: Any, at: datetime, **changes: Any) -> None:
    """Nobody waits for anything any more."""
    ended = {"status": status, "closed_at": at, "remind_at": None} | changes
    for name, value in ended.items():
        setattr(asked, name, value)
    asked.save(update_fields=list(ended))
    why = {"reason": changes["answer"]} if changes.get("answer") else {}
    journal.note(asked, f"return.{status}", by=by, **why)
