"""Whoever asked for an invoice has its number."""

from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.order.notices import for_buyer

from .models import Invoice

LINKS = ("url", "choices_url")  # whoever has them may read and change the order


def issued(invoice: Invoice) -> None:
    """To the buyer, and to the address that was given for it; if that is another one, without the order's secret links."""
    order, email = invoice.order, invoice.order.invoice_request.email
    told = {
        "invoice": invoice.number, "symbol": invoice.symbol, "lookup_code": invoice.lookup_code,
        "seller": invoice.seller.name, "amount": abs(int(invoice.amount)),
        "adjusts": invoice.adjusts.number if invoice.adjusts else "",
    }  # fmt: skip
    tellings = [for_buyer(order, "invoice_issued", invoice.key, **told)]
    if email.lower() != order.email.lower():
        facts = {name: fact for name, fact in tellings[0].facts.items() if name not in LINKS}
        to = Recipient(email=email, language=order.language)
        tellings.append(Telling("invoice_issued", f"{invoice.key}:firm", to, facts))
    tell_all(tellings=tellings)
