"""The invoices of an order, as its buyer sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from marketplace.invoices.models import Invoice, InvoiceRequest
from marketplace.invoices.queries import of_order
from marketplace.order.models import Order


@dataclass(frozen=True)
class Invoices:
    """`url`: where it can be asked for, or asked for otherwise."""

    url: str
    request: InvoiceRequest | None
    rows: Sequence[Invoice]


def invoices(order: Order) -> Invoices:
    """Of an order that was loaded with its request. One query where there is one."""
    request: InvoiceRequest | None = getattr(order, "invoice_request", None)
    rows = list(of_order(order.pk)) if request else []
    may_ask = not rows and order.status != Order.Status.CANCELLED
    return Invoices(reverse("shop:order-invoice", args=[order.token]) if may_ask else "", request, rows)
