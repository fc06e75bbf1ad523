"""Statements: made when a period is over, confirmed by both sides or disputed and answered."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.money import ZERO
from marketplace.partner.models import Agreement, Partner
from marketplace.partner.queries import Agreed

from .. import notices
from ..fresh import Fresh
from ..models import Entry, Statement
from ..periods import beginning, period_of
from ..queries.sides import Side, sides
from ..queries.standing import is_latest
from ..shares import Shares
from .entering import enter, lock, lock_intake

MONEY = ("gross", "commission", "vat", "pit", "net")


class NotYourSide(Refused):
    sentence = _("Only somebody of that side can do this.")
    code = "not_your_side"


class ConfirmedAlready(Refused):
    sentence = _("This side has confirmed the statement already.")
    code = "statement_confirmed_already"


class InDispute(Refused):
    sentence = _("This statement is in dispute. The office answers first.")
    code = "statement_in_dispute"


class NotInDispute(Refused):
    sentence = _("Nobody disputes this statement.")
    code = "statement_not_in_dispute"


class DisputedTooLate(Refused):
    """The money is on its way, or the balance has moved on."""

    sentence = _("This statement is being paid or was followed by another. Dispute the newest one.")
    code = "statement_disputed_too_late"


class WordsMissing(Refused):
    sentence = _("Please say why, so that the other side understands.")
    code = "statement_words_missing"


class NothingToCorrect(Refused):
    sentence = _("A correction is an amount other than 0.")
    code = "nothing_to_correct"


@transaction.atomic
def close(*, producer_id: int, at: datetime) -> list[Statement]:
    """Every period of the producer that is over stands on a statement, and both sides have it."""
    lock_intake()
    [producer] = lock([producer_id])
    agreed = Agreed([producer_id])
    open_at = Entry.objects.open().filter(producer=producer).order_by("location_id")
    places = list(open_at.values_list("location_id", flat=True).distinct())
    made = [one for place in places for one in _close(producer, place, agreed, at)]
    for statement in made:
        notices.ready(statement)
    return made


def _close(producer: Partner, location_id: int, agreed: Agreed, at: datetime) -> Iterator[Statement]:
    """One statement for each period with entries; what came too late for its own stands on the next."""
    between: dict[str, Any] = {"producer": producer, "location_id": location_id}
    before = Statement.objects.filter(**between).order_by("-number").first()
    today = timezone.localdate(at)
    while first := Entry.objects.open().filter(**between).aggregate(first=Min("happened_at"))["first"]:
        begins = before.ends_on + timedelta(days=1) if before else date.min
        day = max(begins, timezone.localdate(first))
        starts_on, ends_on = period_of(day, _kind(agreed, location_id, producer.pk, day))
        if ends_on >= today:
            return
        before = _make(between, before, max(begins, starts_on), ends_on, at)
        yield before


def _kind(agreed: Agreed, location_id: int, producer_id: int, day: date) -> str:
    """How often they settle: as agreed on that day, else at last, else monthly."""
    end_of_day = beginning(day + timedelta(days=1)) - timedelta(microseconds=1)
    found = agreed.at(location_id, producer_id, end_of_day) or agreed.latest(location_id, producer_id)
    return found.period if found else Agreement.Period.MONTH


def _make(between: dict[str, Any], before: Statement | None, first: date, last: date, at: datetime) -> Statement:
    rows = Entry.objects.open().filter(**between, happened_at__lt=beginning(last + timedelta(days=1)))
    opening = before.closing if before else ZERO
    sums = _sums(rows)
    made = Statement.objects.create(
        **between, number=before.number + 1 if before else 1, starts_on=first, ends_on=last, opening=opening,
        closing=opening + sums["net"], made_at=at, **sums,
    )  # fmt: skip
    rows.update(statement=made)
    note(made, "statement.made", closing=int(made.closing))
    return made


def _sums(rows: QuerySet[Entry]) -> dict[str, Decimal]:
    return rows.aggregate(**{name: Sum(name, default=ZERO) for name in MONEY})


@transaction.atomic
def confirm(*, statement: Statement, side: Side, by: Any, at: datetime) -> None:
    """That side agrees to the statement; when the other did before, it may be paid out."""
    _for_side(statement, side, by)
    if statement.in_dispute:
        raise InDispute
    if getattr(statement, f"{side.value}_confirmed_at"):
        raise ConfirmedAlready
    names = [f"{side.value}_confirmed_by", f"{side.value}_confirmed_at"]
    for name, value in zip(names, (by, at), strict=True):
        setattr(statement, name, value)
    statement.save(update_fields=names)
    note(statement, "statement.confirmed", by=by, side=side.value)
    if statement.is_agreed:
        notices.confirmed(statement)


@transaction.atomic
def dispute(*, statement: Statement, side: Side, reason: str, by: Any, at: datetime) -> None:
    """That side does not agree, says why, and the office has to answer; nothing of it is paid meanwhile."""
    _for_side(statement, side, by)
    if not reason.strip():
        raise WordsMissing
    if statement.in_dispute:
        raise InDispute
    if statement.payout_lines.filter(live=True).exists() or not is_latest(statement):
        raise DisputedTooLate
    statement.disputed_by, statement.disputed_at, statement.dispute = by, at, reason.strip()
    statement.answered_at, statement.answer = None, ""
    statement.save(update_fields=["disputed_by", "disputed_at", "dispute", "answered_at", "answer"])
    note(statement, "statement.disputed", by=by, side=side.value, reason=statement.dispute)
    notices.disputed(statement)


@transaction.atomic
def answer(*, statement: Statement, words: str, amount: Decimal, by: Any, at: datetime) -> None:
    """The office has answered the dispute; what it gives or takes stands on the next statement. Both confirm anew."""
    _locked(statement)
    if not statement.in_dispute:
        raise NotInDispute
    if not words.strip():
        raise WordsMissing
    statement.answered_at, statement.answer = at, words.strip()
    cleared = ["place_confirmed_by", "place_confirmed_at", "producer_confirmed_by", "producer_confirmed_at"]
    for name in cleared:
        setattr(statement, name, None)
    statement.save(update_fields=["answered_at", "answer", *cleared])
    if amount:
        _correct(statement.producer, statement.location, amount, words, f"{statement.pk}:{at.isoformat()}", at)
    note(statement, "statement.answered", by=by, words=statement.answer, amount=int(amount))
    notices.ready(statement, answered=True)


@transaction.atomic
def correct(
    *, producer: Partner, location: Location, amount: Decimal, reason: str, key: str, by: Any, at: datetime
) -> None:
    """The producer is owed so much more (or less) by the next statement, and it says why."""
    lock([producer.pk])
    if not reason.strip():
        raise WordsMissing
    if not amount:
        raise NothingToCorrect
    if _correct(producer, location, amount, reason, key, at):
        note(producer, "settlement.corrected", by=by, amount=int(amount), location=location.pk, reason=reason.strip())


def _correct(producer: Partner, location: Location, amount: Decimal, reason: str, key: str, at: datetime) -> int:
    about = producer.pk, location.pk, Entry.Kind.CORRECTED, f"corrected:{key}", reason.strip()
    return enter(fresh=[Fresh(*about, "", 0, Shares(), at, amount=amount)], at=at)


def _for_side(statement: Statement, side: Side, by: Any) -> None:
    _locked(statement)
    if side not in sides(statement, by):
        raise NotYourSide


def _locked(statement: Statement) -> None:
    lock([statement.producer_id])
    statement.refresh_from_db()
