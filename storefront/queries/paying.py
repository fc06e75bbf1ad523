"""The money of an order as its buyer sees it: what to scan, and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import segno
from django.utils.translation import gettext as _

from marketplace.money import ZERO
from marketplace.order.models import Order
from marketplace.payment.banking.queries import transfer_of
from marketplace.payment.models import Refund


@dataclass(frozen=True)
class Transfer:
    """What to scan, or to type into the bank's app. `came`: of a transfer that was too small."""

    bank: str
    number: str
    holder: str
    amount: Decimal
    digits: int
    reference: str
    qr: str
    came: Decimal
    demonstration: bool


def transfer(order: Order) -> Transfer | None:
    """What is still to come by transfer; None when nothing is."""
    wanted = transfer_of(order)
    if wanted is None:
        return None
    account = wanted.account
    return Transfer(
        bank=account.bank, number=account.number, holder=account.holder, amount=wanted.amount, digits=int(wanted.amount),
        reference=wanted.reference, qr=segno.make_qr(wanted.payload).svg_data_uri(scale=6, border=4),
        came=order.due - wanted.amount, demonstration=account.demonstration,
    )  # fmt: skip


def account_wanted(refunds: Sequence[Refund]) -> bool:
    """A transfer goes back, and nobody has said where to. The page does not lead there: only the letter has the link."""
    due = [one.source for one in refunds if one.status == Refund.Status.DUE and one.batch_id is None]
    return any(hasattr(source, "refund_account") and source.refund_account.given_at is None for source in due)


def refund(found: Sequence[Refund]) -> tuple[Decimal, str] | None:
    """What goes back to the buyer, and how far it is."""
    if not found:
        return None
    done = (Refund.Status.MADE, Refund.Status.COVERED)
    label = _("Paid back") if all(one.status in done for one in found) else _("Being paid back")
    return sum((one.amount for one in found), ZERO), label
