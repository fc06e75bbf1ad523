"""Whoever asked for an invoice has its number."""

from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.order.notices import facts

from .models import Invoice


def issued(invoice: Invoice) -> None:
    """To the address that was given for it."""
    order = invoice.order
    to = Recipient(email=order.invoice_request.email, language=order.language, user_id=order.user_id)
    told = facts(order) | {
        "invoice": invoice.number, "symbol": invoice.symbol, "lookup_code": invoice.lookup_code,
        "seller": invoice.seller.name, "amount": abs(int(invoice.amount)),
        "adjusts": invoice.adjusts.number if invoice.adjusts else "",
    }  # fmt: skip
    tell_all(tellings=[Telling("invoice_issued", invoice.key, to, told)])
