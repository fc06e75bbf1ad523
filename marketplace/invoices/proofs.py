"""What must hold of invoices whatever happened. `manage.py prove` asks."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q

from marketplace.order.models import Order

from . import queries
from .models import Invoice


def invoices_say_what_their_lines_add_up_to(at: datetime) -> Iterator[str]:
    for one in Invoice.objects.only("key", "amount", "vat", "document").iterator():
        lines = one.document["lines"]
        found = (sum(line["amount"] for line in lines), sum(line["vat"] for line in lines))
        if found != (one.amount, one.vat) or (one.document["total"], one.document["vat"]) != found:
            yield f"invoice {one.key}: its lines are {found}, it says {one.amount}, {one.vat}"


def no_seller_takes_back_more_than_was_invoiced(at: datetime) -> Iterator[str]:
    sums: Counter[tuple[str, int]] = Counter()
    for number, seller, amount in Invoice.objects.values_list("order__number", "seller", "amount"):
        sums[number, seller] += int(amount)
    for (number, seller), left in sums.items():
        if left < 0:
            yield f"order {number}, seller {seller}: invoices add up to {left}"


def orders_are_invoiced_for_no_more_than_they_cost(at: datetime) -> Iterator[str]:
    rows = Order.objects.annotate(invoiced=queries.invoiced()).filter(invoiced__gt=F("total_incl_tax"))
    for order in rows:
        yield f"order {order.number}: costs {order.total_incl_tax}, invoices for {order.invoiced}"


def every_invoice_is_tried_or_seen(at: datetime) -> Iterator[str]:
    """The office sees what failed; everything else is issued or has its next try."""
    waiting = Q(status=Invoice.Status.WAITING)
    for one in Invoice.objects.filter(waiting & Q(next_try_at=None) | ~waiting & Q(next_try_at__isnull=False)):
        yield f"invoice {one.key} is {one.status}, next try {one.next_try_at}"


RULES = [
    invoices_say_what_their_lines_add_up_to,
    no_seller_takes_back_more_than_was_invoiced,
    orders_are_invoiced_for_no_more_than_they_cost,
    every_invoice_is_tried_or_seen,
]
