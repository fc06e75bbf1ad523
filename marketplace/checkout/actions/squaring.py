"""An order from which pieces were taken off: what came too much goes back, what is still to come is less."""

from datetime import datetime
from decimal import Decimal

from marketplace.fulfilment.models import Fulfilment
from marketplace.money import ZERO
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.models import Source


def square(*, order: Order, key: str, at: datetime, reason: str = "short") -> Decimal:
    """The locked order keeps, and asks for, what it costs now; what it has too much goes back the way it came.

    How much that is. `key` names what made the order cheaper, once.
    """
    sources = list(order.sources.select_related("source_type").prefetch_related("refunds").order_by("-attempt"))
    kept = sum((_left(source) for source in sources), ZERO)
    if order.payment_method != Order.Method.CARD and kept < order.due and not _to_come(order):
        orders.waive(order=order, amount=order.due - kept)  # its part of the delivery fee: nobody comes to collect it
    surplus = back = max(kept - order.due, ZERO)
    for source in sources if surplus else ():
        amount = min(surplus, _left(source))
        if amount > 0:
            once = f"{order.number}-{source.attempt}-{reason}-{key}"
            payments.ask_refund(source=source, amount=amount, reason=reason, key=once, at=at)
            surplus -= amount
    if order.payment_method != Order.Method.CARD:
        _ask_for_less(order, at)
    return back


def _left(source: Source) -> Decimal:
    """What came this way and does not go back."""
    return source.amount_debited - sum((refund.amount for refund in source.refunds.all()), ZERO)


def _to_come(order: Order) -> bool:
    """Somebody will still hand goods to the buyer."""
    had = (Fulfilment.Status.COLLECTED, Fulfilment.Status.DELIVERED)
    return Fulfilment.objects.filter(order=order).with_goods().exclude(status__in=had).exists()


def _ask_for_less(order: Order, at: datetime) -> None:
    """What is collected in cash in all: the price as it is now, and what was given back of it."""
    source = order.sources.get()
    back = sum((refund.amount for refund in source.refunds.all()), ZERO)
    if payments.owe(source=source, amount=order.due + back) and not order.paid_at:
        orders.paid(order=order, at=at)
