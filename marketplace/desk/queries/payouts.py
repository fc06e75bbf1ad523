"""Pay-outs as the office sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from marketplace.money import ZERO
from marketplace.payment.banking.queries import accounts
from marketplace.payment.models import BankAccount, PayoutFormat
from marketplace.settlement.models import Payout, PayoutLine


@dataclass(frozen=True)
class PayoutPage:
    lines: Sequence[PayoutLine]
    amount: Decimal


def listed() -> QuerySet[Payout]:
    """The newest first, with what each comes to."""
    return Payout.objects.annotate(n=Count("lines"), amount=Sum("lines__amount", default=ZERO)).order_by("-pk")


def page(payout: Payout) -> PayoutPage:
    lines = list(payout.lines.select_related("statement__producer", "statement__location").order_by("pk"))
    return PayoutPage(lines, sum((x.amount for x in lines), ZERO))


def payers() -> list[BankAccount]:
    """The shop's accounts at banks that want columns of their own."""
    kept = PayoutFormat.objects.values_list("bin", flat=True)
    return list(accounts().filter(active=True, bin__in=kept))
