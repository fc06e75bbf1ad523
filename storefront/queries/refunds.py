"""Money that goes back by transfer, as its buyer reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse

from marketplace.money import ZERO
from marketplace.payment.models import AccountNumber, Refund, RefundAccount


@dataclass(frozen=True)
class MoneyBack:
    """`waits`: what has no file for the bank yet; `known`: the account that was named for it; `on_its_way`: to which how much."""

    number: str
    order_url: str
    waits: Decimal
    on_its_way: Sequence[tuple[str, Decimal]]
    made: Decimal
    known: str


def with_order() -> QuerySet[RefundAccount]:
    """With all that their page prints."""
    return RefundAccount.objects.select_related("source__order").prefetch_related("source__refunds")


def money_back(account: RefundAccount) -> MoneyBack:
    """No query more."""
    refunds = list(account.source.refunds.all())
    due = [one for one in refunds if one.status == Refund.Status.DUE]
    order = account.source.order
    return MoneyBack(
        number=order.number,
        order_url=reverse("shop:order", args=[order.token]),
        waits=_sum([one for one in due if one.batch_id is None]),
        on_its_way=_told(one for one in due if one.batch_id),
        made=_sum([one for one in refunds if one.status == Refund.Status.MADE]),
        known=_shortened(account) if account.given_at else "",
    )


def _told(refunds: Iterable[Refund]) -> list[tuple[str, Decimal]]:
    """What files have told the bank, by the account that they name."""
    found: dict[str, Decimal] = {}
    for one in refunds:
        to = _shortened(one)
        found[to] = found.get(to, ZERO) + one.amount
    return list(found.items())


def _shortened(account: AccountNumber) -> str:
    return f"{account.bank} …{account.number[-4:]} · {account.holder}"


def _sum(refunds: Sequence[Refund]) -> Decimal:
    return sum((one.amount for one in refunds), ZERO)
