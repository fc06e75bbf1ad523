"""Money that waits for the office: what no machine will move any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from marketplace.payment import queries as payment
from marketplace.payment.models import PaymentEvent, Refund
from marketplace.people.phones import spoken

from ..pages import PER_PAGE


@dataclass(frozen=True)
class Owed:
    """Cash to give back, and to whom."""

    refund: Refund
    name: str
    phone: str


@dataclass(frozen=True)
class Money:
    """The oldest of each kind, and how many there are in all."""

    failed: Sequence[Refund]
    failing: Sequence[Refund]
    owed: Sequence[Owed]
    events: Sequence[PaymentEvent]
    failed_count: int
    owed_count: int
    events_count: int


def waiting() -> Money:
    """Everything that waits, oldest first; behind it what is still tried by itself."""
    failed, failed_count = _first(payment.refunds_failed())
    owed, owed_count = _first(payment.cash_owed())
    events, events_count = _first(payment.events_given_up())
    return Money(
        failed=failed, failing=list(payment.refunds_failing()[:PER_PAGE]), owed=[_owed(one) for one in owed], events=events,
        failed_count=failed_count, owed_count=owed_count, events_count=events_count,
    )  # fmt: skip


def count() -> int:
    """How many need a person."""
    return sum(rows.count() for rows in (payment.refunds_failed(), payment.cash_owed(), payment.events_given_up()))


def _first(rows: QuerySet[Any]) -> tuple[list[Any], int]:
    """Counted only where they are more than a page shows."""
    found = list(rows[: PER_PAGE + 1])
    return found[:PER_PAGE], rows.count() if len(found) > PER_PAGE else len(found)


def _owed(refund: Refund) -> Owed:
    order = refund.source.order
    return Owed(refund, order.contact_name, spoken(order.phone) if order.phone else "")
