"""What is told of orders in cash and of invoices."""

from datetime import timedelta
from typing import Any

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilment
from marketplace.invoices import actions as invoices
from tests import make, people
from tests.checkout import returns

NOW = make.NOW


def cash_and_invoices() -> None:
    """Much cash is confirmed, or not in time; brought by the point's own people; invoiced, and then a piece comes back."""
    goods = make.product("Mật ong & sữa ong chúa", stars=None, price=900_000)
    place = make.stock(goods, 10)
    kept = make.order((goods, 3), payment="cod")
    checkout.confirm_cash(order=kept, by=None, at=NOW)
    lost = make.order((goods, 3), payment="counter", location_id=place.pk)
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
            asked = returns.ask(about["fulfilment"], reason="unwanted", photographs=[])
            checkout.forgo_return(asked=asked, answer="", by=people.mai(), at=NOW)
