"""What may be paid out now, and what is in the way of the rest."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace.money import ZERO

from ..models import BankAccount, Entry, PayoutLine, Statement


@dataclass(frozen=True)
class Payable:
    """A statement with what is still due of it. Without a verified account nobody knows where to."""

    statement: Statement
    amount: Decimal
    account: BankAccount | None

    @property
    def may_be_paid(self) -> bool:
        return self.account is not None and self.account.verified_at is not None


def payable(producer_ids: Collection[int] | None = None) -> list[Payable]:
    """The newest statement of each producer and place, when both sides agree to it and something of it is due."""
    rows = _due(producer_ids).filter(due__gt=0).select_related("producer", "location")
    found = list(rows.order_by("producer__name", "location__name"))
    owners = [row.producer_id for row in found]
    accounts = {one.producer_id: one for one in BankAccount.objects.current().filter(producer__in=owners)}
    return [Payable(row, row.due, accounts.get(row.producer_id)) for row in found]


def _due(producer_ids: Collection[int] | None) -> Any:
    """Its closing balance, less what was paid since it was made and what the bank was told to pay."""
    latest = Statement.objects.order_by("producer_id", "location_id", "-number").distinct("producer_id", "location_id")
    latest = latest if producer_ids is None else latest.filter(producer__in=producer_ids)
    between = {"producer": OuterRef("producer"), "location": OuterRef("location")}
    paid = Entry.objects.open().filter(kind=Entry.Kind.PAID, **between).order_by().values("producer")
    told = PayoutLine.objects.filter(
        live=True, payout__paid_at=None, **{f"statement__{name}": outer for name, outer in between.items()}
    ).order_by().values("statement__producer")  # fmt: skip
    rows = Statement.objects.agreed().filter(pk__in=latest.values("pk")).exclude(payout_lines__live=True)
    return rows.annotate(
        due=F("closing") + _sum(paid, "net") - _sum(told, "amount"),
    )


def _sum(rows: QuerySet[Any, Any], name: str) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(all=Sum(name)).values("all")), ZERO)
