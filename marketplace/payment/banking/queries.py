"""What waits for money, what waits for people, and what goes back by transfer."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from marketplace.money import ZERO
from marketplace.order.models import Order
from marketplace.tokens import hashed

from ..models import (
    TRANSFER,
    BankAccount,
    BankFeed,
    LinePart,
    PayoutBatch,
    PayoutFormat,
    Refund,
    Source,
    Statement,
    StatementLine,
)
from ..queries import kept, owed_by_transfer
from ..vietqr import Transfer, payload
from .matching import Due
from .payout_file import STANDARD, Column, Payee

State = StatementLine.State


def shown_account() -> BankAccount | None:
    """Where shoppers who pay by transfer send the money; None while that is not offered."""
    return BankAccount.objects.filter(shown=True).first()


def accounts() -> QuerySet[BankAccount]:
    """The one shown first."""
    return BankAccount.objects.order_by("-shown", "-active", "bin", "number")


def feeds() -> QuerySet[BankFeed]:
    return BankFeed.objects.filter(revoked_at=None).order_by("name", "pk")


def feed_of(token: str) -> BankFeed | None:
    """Whose token this is, unless it was revoked."""
    return BankFeed.objects.select_related("account").filter(token_hash=hashed(token), revoked_at=None).first()


def transfers() -> QuerySet[Source]:
    """Every way to pay that is a transfer."""
    return Source.objects.filter(source_type__code=TRANSFER)


@dataclass(frozen=True)
class Wanted:
    """What the shopper types into the bank's app, or scans."""

    account: BankAccount
    amount: Decimal
    reference: str

    @property
    def payload(self) -> str:
        """The text of the QR code."""
        told = Transfer(self.account.bin, self.account.number, int(self.amount), self.reference)
        return payload(told)


def transfer_of(order: Order) -> Wanted | None:
    """What the order still lacks, and where to; None when it waits for nothing, or no account is shown."""
    source, account = transfers().filter(order=order).first(), shown_account()
    if source is None or account is None or not (amount := order.due - kept(source)) > 0:
        return None
    return Wanted(account, amount, source.reference)


def dues(references: Iterable[str]) -> dict[str, Due]:
    """What the named sources lack; what a line has brought them already counts, taken by their order or not."""
    rows = transfers().filter(reference__in=list(references)).select_related("order").prefetch_related("refunds")
    return {source.reference: Due(source.pk, missing(source)) for source in rows}


def missing(source: Source) -> Decimal:
    """What the source of a waiting order still lacks."""
    if source.order.status != Order.Status.AWAITING_PAYMENT:
        return ZERO
    waiting = source.parts.filter(taken_at=None)
    under_way: Decimal = waiting.aggregate(all=Sum("amount", default=ZERO))["all"]
    return max(source.order.due - kept(source) - under_way, ZERO)


def waiting_orders() -> QuerySet[Source]:
    """Transfers that orders wait for, the oldest first."""
    rows = transfers().filter(order__status=Order.Status.AWAITING_PAYMENT)
    return rows.select_related("order").prefetch_related("refunds").order_by("order__date_placed", "pk")


def lines_to_match(limit: int = 100) -> list[int]:
    """Lines that nobody has looked at yet, the oldest first."""
    return list(
        StatementLine.objects.filter(state__literally=State.NEW).order_by("pk").values_list("pk", flat=True)[:limit]
    )


def orders_to_settle(limit: int = 100) -> list[int]:
    """Orders for which a line has brought something that they have not taken."""
    rows = LinePart.objects.filter(taken_at=None).order_by("pk").values_list("source__order_id", flat=True)
    return list(dict.fromkeys(rows[:limit]))


def lines_left() -> QuerySet[StatementLine]:
    """Money that a person must place, the oldest first."""
    return (
        StatementLine.objects.filter(state__literally=State.LEFT)
        .select_related("account")
        .order_by("happened_at", "pk")
    )


def lines(state: str = "", text: str = "") -> QuerySet[StatementLine]:
    """The newest first."""
    rows = StatementLine.objects.select_related("account").order_by("-happened_at", "-pk")
    rows = rows.filter(state=state) if state in State.values else rows
    return rows.filter(Q(text__icontains=text) | Q(payer__icontains=text) | Q(bank_id=text)) if text else rows


def statements() -> QuerySet[Statement]:
    return Statement.objects.select_related("account", "by").defer("table", "report").order_by("-pk")


def payouts_due() -> QuerySet[Refund]:
    """Refunds of transfers that are in no file for the bank yet, the longest due first."""
    rows = Refund.objects.filter(owed_by_transfer(), batch=None)
    return rows.select_related("source__order__user", "source__refund_account").order_by("created_at", "pk")


def payouts_ready() -> QuerySet[Refund]:
    """Of these the ones whose buyer has said where to."""
    return payouts_due().filter(source__refund_account__given_at__isnull=False)


def batches() -> QuerySet[PayoutBatch]:
    return PayoutBatch.objects.select_related("account", "by").order_by("-pk")


def refunds_of(batch: PayoutBatch) -> QuerySet[Refund]:
    return batch.refunds.select_related("source__order").order_by("pk")


def payees(batch: PayoutBatch) -> list[Payee]:
    """What the batch's file says, however often it is written."""
    return [_payee(refund) for refund in refunds_of(batch)]


def newest_payees(account: BankAccount, most: int = 5) -> list[Payee]:
    """Those of the newest file from that account, to look at."""
    newest = PayoutBatch.objects.filter(account=account).order_by("-pk").first()
    return [_payee(refund) for refund in refunds_of(newest)[:most]] if newest else []


def layout_of(bin: str) -> list[Column]:
    """The columns of files for the bank: its own, or the shop's."""
    kept = PayoutFormat.objects.filter(bin=bin).values_list("columns", flat=True).first()
    return [Column(means, heading) for means, heading in kept] if kept else list(STANDARD)


def has_layout(bin: str) -> bool:
    return PayoutFormat.objects.filter(bin=bin).exists()


def _payee(refund: Refund) -> Payee:
    words = f"{refund.payout_reference} hoan tien {refund.source.order.number.replace('-', '')}"
    return Payee(refund.number, refund.holder, refund.bin, refund.bank, int(refund.amount), words)
