"""An order from which pieces were taken off: what came too much goes back, what is still to come is less."""

from datetime import datetime
from decimal import Decimal

from marketplace.fulfilment.models import Fulfilment
from marketplace.money import ZERO
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.queries import kept as kept_of

from .refunding import give_back


def square(*, order: Order, key: str, at: datetime, reason: str = "short") -> Decimal:
    """The locked order keeps, and asks for, what it costs now; what it has too much goes back the way it came.

    How much that is. `key` names what made the order cheaper, once.
    """
    sources = list(order.sources.select_related("source_type").prefetch_related("refunds").order_by("-attempt"))
    kept = sum((kept_of(source) for source in sources), ZERO)
    if order.in_cash and kept < order.due and not _to_come(order):
        orders.waive(order=order, amount=order.due - kept)  # its part of the delivery fee: nobody comes to collect it
    surplus = back = max(kept - order.due, ZERO)
    for source in sources if surplus else ():
        amount = min(surplus, kept_of(source))
        if amount > 0:
            once = f"{order.number}-{source.attempt}-{reason}-{key}"
            give_back(source=source, amount=amount, reason=reason, key=once, at=at)
            surplus -= amount
    if order.in_cash or (order.payment_method == Order.Method.TRANSFER and order.pay_by):
        _ask_for_less(order, at)
    return back


def _to_come(order: Order) -> bool:
    """Somebody will still hand goods to the buyer."""
    had = (Fulfilment.Status.COLLECTED, Fulfilment.Status.DELIVERED)
    return Fulfilment.objects.filter(order=order).living().exclude(status__in=had).exists()


def _ask_for_less(order: Order, at: datetime) -> None:
    """What comes in all, in cash or by transfer: the price as it is now, and what was given back of it."""
    source = order.sources.get()
    back = sum((refund.amount for refund in source.refunds.all()), ZERO)
    if payments.owe(source=source, amount=order.due + back) and order.in_cash and not order.paid_at:
        orders.paid(order=order, at=at)
