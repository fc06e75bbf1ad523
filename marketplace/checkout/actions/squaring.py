"""An order from which pieces were taken off: what came too much goes back, what is still to come is less."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import prefetch_related_objects

from marketplace.fulfilment import actions as fulfilments
from marketplace.money import ZERO
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.models import Source
from marketplace.payment.queries import kept as kept_of

from .refunding import give_back


def square(*, order: Order, key: str, at: datetime, reason: str = "short") -> Decimal:
    """The locked order keeps, and asks for, what it costs now; what it has too much goes back the way it came.

    How much that is. `key` names what made the order cheaper, once.
    """
    if order.in_cash:
        return fulfilments.cash.square(order=order, key=key, reason=reason, at=at)
    sources = list(order.sources.select_related("source_type").order_by("-attempt"))
    surplus = back = _too_much(sources, order.due)
    for source in sources if surplus else ():
        amount = min(surplus, kept_of(source))
        if amount > 0:
            once = f"{order.number}-{source.attempt}-{reason}-{key}"
            give_back(source=source, amount=amount, reason=reason, key=once, at=at)
            surplus -= amount
    if order.payment_method == Order.Method.TRANSFER and order.pay_by:
        _ask_for_less(order)
    return back


def _too_much(sources: Sequence[Source], due: Decimal) -> Decimal:
    if sum(source.amount_debited for source in sources) <= due:
        return ZERO
    prefetch_related_objects(sources, "refunds")
    return max(sum((kept_of(source) for source in sources), ZERO) - due, ZERO)


def _ask_for_less(order: Order) -> None:
    """What comes by transfer in all: the price as it is now, and what was given back of it."""
    source = order.sources.get()
    back = sum((refund.amount for refund in source.refunds.all()), ZERO)
    payments.owe(source=source, amount=order.due + back)
