"""Bank transfers as the office sees them: what a statement brought, what is left, what goes back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.errors import Refused
from marketplace.folding import fold
from marketplace.order.models import Order
from marketplace.payment.banking import queries
from marketplace.payment.banking.reading import REFUSALS
from marketplace.payment.models import Refund, Source, Statement, StatementLine
from marketplace.payment.queries import kept
from marketplace.people.phones import spoken

from ..pages import Link

State = StatementLine.State
KINDS = {"new": "waiting", "left": "stopped", "taken": "ok", "aside": "plain", "out": "plain"}
MOST_CANDIDATES = 20


@dataclass(frozen=True)
class Candidate:
    """An order the money may be for, and why."""

    order: Order
    missing: Decimal
    why: Sequence[str]


@dataclass(frozen=True)
class Row:
    """A row of a statement with what became of it."""

    number: int
    line: StatementLine | None
    state: str
    kind: str
    why: str


@dataclass(frozen=True)
class Payout:
    """A refund by transfer, whom it concerns, and where to."""

    refund: Refund
    name: str
    phone: str
    to: str
    account: Any


def waiting() -> int:
    """What needs a person: money that nobody could place."""
    return queries.lines_left().count()


def ready() -> int:
    """Refunds whose account is known, and that no file for the bank holds."""
    return queries.payouts_ready().order_by().count()


def tabs(chosen: str) -> list[Link]:
    every = Link(_("All"), "?state=all", selected=chosen == "all")
    shown = (State.LEFT, State.TAKEN, State.ASIDE, State.OUT)
    return [*(Link(str(one.label), f"?state={one}", selected=one == chosen) for one in shown), every]


def candidates(line: StatementLine) -> list[Candidate]:
    """Waiting orders that lack just as much, or whose phone, name or number the text says; the likeliest first."""
    text = fold(f"{line.text} {line.payer}")
    digits = "".join(sign for sign in text if sign.isdigit())
    found = [_candidate(source, line, text, digits) for source in queries.waiting_orders()[:500]]
    likely = sorted((one for one in found if one.why), key=lambda one: (-len(one.why), one.order.date_placed))
    return likely[:MOST_CANDIDATES]


def _candidate(source: Source, line: StatementLine, text: str, digits: str) -> Candidate:
    order, missing, why = source.order, source.order.due - kept(source), []
    if missing == line.amount:
        why.append(_("the amount"))
    if order.phone and order.phone.removeprefix("+84") in digits:
        why.append(_("the phone"))
    words = [word for word in fold(order.contact_name).split() if len(word) > 1]
    if words and (" ".join(words) in text or sum(word in text.split() for word in words) >= 2):
        why.append(_("the name"))
    if fold(order.number).replace("-", "") in text.replace(" ", "").replace("-", ""):
        why.append(_("the order's number"))
    return Candidate(order, missing, why)


def rows(statement: Statement, reported: Iterable[Sequence[Any]]) -> list[Row]:
    """A page of the statement's report. One query."""
    told = list(reported)
    lines = {line.pk: line for line in StatementLine.objects.filter(pk__in=[one[1] for one in told if one[1]])}
    return [_row(statement, one, lines) for one in told]


def _row(statement: Statement, told: Sequence[Any], lines: dict[int, StatementLine]) -> Row:
    if not told[1]:
        refusal = REFUSALS.get(told[2], Refused)(**told[3])
        return Row(told[0], None, _("Cannot be read"), "stopped", str(refusal))
    line = lines[told[1]]
    before = "" if line.statement_id == statement.pk else _("Known before; it changes nothing.")
    return Row(told[0], line, str(line.get_state_display()), KINDS[line.state], before)


def payouts(refunds: Iterable[Refund]) -> list[Payout]:
    return [_payout(refund) for refund in refunds]


def _payout(refund: Refund) -> Payout:
    """Of a file the account that it names, otherwise the one that the next will name."""
    order, account = refund.source.order, None if refund.batch_id else getattr(refund.source, "refund_account", None)
    named = refund if refund.batch_id else account
    to = f"{named.bank} {named.number} · {named.holder}" if named and named.number else ""
    return Payout(refund, order.contact_name, spoken(order.phone) if order.phone else "", to, account)
