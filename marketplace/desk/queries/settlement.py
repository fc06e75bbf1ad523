"""Agreements, statements, accounts and taxes as the desk shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.folding import fold
from marketplace.journal.models import Entry as Deed
from marketplace.partner.models import Agreement, Partner
from marketplace.people.models import User
from marketplace.settlement.models import BankAccount, Statement
from marketplace.settlement.periods import days
from marketplace.settlement.queries import listing
from marketplace.settlement.queries.sides import Side, sides

from ..pages import Link

State = Statement.State
SAID = {
    "statement.made": gettext_lazy("The statement was made"),
    "statement.confirmed": gettext_lazy("Confirmed"),
    "statement.disputed": gettext_lazy("Disputed"),
    "statement.answered": gettext_lazy("Answered by the office"),
}
SIDES = {Side.PLACE: gettext_lazy("for the place"), Side.PRODUCER: gettext_lazy("for the producer")}


def agreements(user: User, text: str = "") -> QuerySet[Agreement]:
    """By producer and place, the newest first."""
    rows = Agreement.objects.for_reader(user).select_related("location", "producer")
    if text:
        rows = rows.filter(Q(producer__folded__contains=fold(text)) | Q(location__name__icontains=text))
    return rows.order_by("producer__name", "location__name", "-valid_from", "-pk")


def tabs(user: User, chosen: str) -> list[Link]:
    """Statements by how they stand."""
    rows = Statement.objects.for_reader(user)
    every = Link(_("All"), "?", selected=chosen not in State.values)
    links = [
        Link(str(state.label), f"?state={state}", selected=state == chosen, count=listing.in_state(rows, state).count())
        for state in (State.READY, State.DISPUTED, State.CONFIRMED)
    ]
    return [every, *links, Link(str(State.PAID.label), f"?state={State.PAID}", selected=chosen == State.PAID)]


def statements(user: User, chosen: str) -> QuerySet[Statement]:
    rows = listing.statements(user)
    return listing.in_state(rows, chosen) if chosen in State.values else rows


@dataclass(frozen=True)
class Told:
    """A line of the statement's journal."""

    at: Any
    label: str
    by: User | None
    more: str


@dataclass(frozen=True)
class StatementPage:
    period: str
    may_confirm: Sequence[Side]
    may_dispute: Side | None
    may_answer: bool
    sums: Sequence[listing.KindSum]
    confirmations: Sequence[tuple[str, Any, Any]]
    story: Sequence[Told]


def page(statement: Statement, user: User) -> StatementPage:
    """What the person may do with it, and how it came about."""
    mine = sides(statement, user)
    missing = [side for side in mine if not getattr(statement, f"{side.value}_confirmed_at")]
    still = statement.state in (State.READY, State.CONFIRMED)
    return StatementPage(
        period=days(statement.starts_on, statement.ends_on),
        may_confirm=missing if still else [],
        may_dispute=mine[-1] if mine and still and not statement.payout_lines.filter(live=True).exists() else None,
        may_answer=statement.in_dispute and user.is_staff,
        sums=listing.sums_by_kind(statement),
        confirmations=[
            (_("For the place"), statement.place_confirmed_by, statement.place_confirmed_at),
            (_("For the producer"), statement.producer_confirmed_by, statement.producer_confirmed_at),
        ],
        story=_story(statement),
    )


def _story(statement: Statement) -> list[Told]:
    deeds = Deed.objects.filter(subject="settlement.statement", subject_id=statement.pk).select_related("by")
    return [
        Told(deed.at, str(SAID.get(deed.action, deed.action)), deed.by, _more(deed.facts))
        for deed in deeds.order_by("at", "pk")
    ]


def _more(facts: dict[str, Any]) -> str:
    side = facts.get("side")
    said = [str(SIDES[Side(side)])] if side else []
    return " · ".join([*said, *(str(facts[name]) for name in ("reason", "words") if facts.get(name))])


def accounts(user: User) -> QuerySet[Partner]:
    """Producers with their account; those that wait for the office first. The office sees who has one, producers their own."""
    current = Prefetch("bank_accounts", BankAccount.objects.current(), to_attr="accounts")
    if not user.is_staff:
        return own(user).prefetch_related(current).order_by("name")
    rows = Partner.objects.filter(bank_accounts__isnull=False, bank_accounts__replaced_at=None)
    return rows.prefetch_related(current).order_by(F("bank_accounts__verified_at").asc(nulls_first=True), "name")


def own(user: User) -> QuerySet[Partner]:
    """Only who acts for a producer says where its money goes; not even the office."""
    return Partner.objects.filter(users=user)


def month(text: str) -> date:
    """The first day of the month that ?month=2026-11 names; without one of the month that is over."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
