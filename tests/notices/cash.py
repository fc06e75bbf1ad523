"""What is told of orders in cash and of invoices."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilment
from marketplace.invoices import actions as invoices
from marketplace.payment import actions as payments
from tests import make, people

NOW = make.NOW


def cash_and_invoices(goods: Any) -> None:
    """Much cash is confirmed, or not in time; brought by the point's own people; invoiced, and then money goes back."""
    kept = make.order((goods, 3), payment="cod")
    checkout.confirm_cash(order=kept, by=None, at=NOW)
    lost = make.order((goods, 3), payment="counter", location_id=goods.place.pk)
    checkout.settle(order_id=lost.pk, at=NOW + timedelta(days=2))
    firm = {"company": "Công ty Lan", "tax_code": "0100109106", "address": "Hà Nội", "email": "ke-toan@example.vn"}
    invoices.ask(order=kept, **firm, by=None, at=NOW)
    about: dict[str, Any] = {"fulfilment": kept.fulfilments.get(), "by": people.mai(), "at": NOW}
    fulfilment.start_picking(**about)
    fulfilment.pack(**about)
    fulfilment.ship(**about, own=True)
    fulfilment.delivered(**about)
    for deed in (invoices.prepare, invoices.adjust):
        [invoice] = deed(order_id=kept.pk, at=NOW)
        invoices.issue(invoice_id=invoice.pk, at=NOW)
        if deed == invoices.prepare:
            source = kept.sources.get()
            refund = payments.ask_refund(source=source, amount=Decimal(100_000), reason="cancelled", key="back", at=NOW)
            payments.refund_paid_back(refund=refund, by=people.tam(), at=NOW)
