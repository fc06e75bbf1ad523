"""Statements and their entries as people read them, and what was withheld in a month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from marketplace.money import ZERO
from marketplace.partner.models import Agreement, Partner

from ..models import Entry, PayoutLine, Statement
from ..periods import beginning, period_of

State = Statement.State


def in_state(rows: Any, state: str) -> Any:
    """Those of the statements that stand so."""
    paid = PayoutLine.objects.filter(statement=OuterRef("pk"), live=True, payout__paid_at__isnull=False)
    rows = rows.annotate(is_paid=Exists(paid))
    if state == State.PAID:
        return rows.filter(is_paid=True)
    rows = rows.filter(is_paid=False)
    if state == State.DISPUTED:
        return rows.disputed()
    agreed = Statement.objects.agreed().values("pk")
    return rows.filter(pk__in=agreed) if state == State.CONFIRMED else rows.settled().exclude(pk__in=agreed)


def statements(user: Any) -> QuerySet[Statement]:
    """All that the person may see, the newest first, with what their pages ask."""
    rows: QuerySet[Statement] = Statement.objects.for_reader(user).select_related("producer", "location")
    return rows.prefetch_related("payout_lines__payout").order_by("-ends_on", "-pk")


def entries(statement: Statement) -> QuerySet[Entry]:
    """In the order in which it happened."""
    return statement.entries.order_by("happened_at", "pk")


@dataclass(frozen=True)
class KindSum:
    """All entries of a kind on a statement."""

    label: str
    entries: int
    gross: Decimal
    commission: Decimal
    vat: Decimal
    pit: Decimal
    net: Decimal

    @property
    def tax(self) -> Decimal:
        return self.vat + self.pit


def sums_by_kind(statement: Statement) -> list[KindSum]:
    """How the period came together."""
    sums = {name: Sum(name) for name in ("gross", "commission", "vat", "pit", "net")}
    found: dict[str, Any] = {
        row["kind"]: row for row in statement.entries.order_by().values("kind").annotate(n=Count("pk"), **sums)
    }
    return [
        KindSum(str(kind.label), row["n"], *(row[name] for name in sums))
        for kind in Entry.Kind if (row := found.get(kind.value))
    ]  # fmt: skip


@dataclass(frozen=True)
class Withheld:
    """What the shop withheld of one producer in a month, returns taken off."""

    producer: Partner
    turnover: Decimal
    vat: Decimal
    pit: Decimal

    @property
    def together(self) -> Decimal:
        return self.vat + self.pit


def withheld(month: date) -> list[Withheld]:
    """Of every household that sold online, and of whomever else something was withheld."""
    first, last = period_of(month, Agreement.Period.MONTH)
    until = beginning(last + timedelta(days=1))
    rows = Entry.objects.online().filter(happened_at__gte=beginning(first), happened_at__lt=until)
    sums = {name: Sum(name, default=ZERO) for name in ("gross", "vat", "pit")}
    found = {row["producer"]: row for row in rows.order_by().values("producer").annotate(**sums)}
    producers = Partner.objects.filter(pk__in=found).select_related("commune", "province").order_by("name")
    return list(_withheld(producers, found))


def _withheld(producers: Sequence[Partner] | QuerySet[Partner], found: dict[int, Any]) -> Iterator[Withheld]:
    for producer in producers:
        row = found[producer.pk]
        if producer.kind == Partner.Kind.HOUSEHOLD or row["vat"] or row["pit"]:
            yield Withheld(producer, row["gross"], row["vat"], row["pit"])
