"""Cash taken when goods change hands, and an order in cash made even. Callers hold the order's lock."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.money import ZERO
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.queries import kept as kept_of

from ..models import Fulfilment
from ..queries import cash_told


def take(*, fulfilment: Fulfilment, amount: Decimal, by: Any, at: datetime) -> None:
    """The buyer has the parcel and gave so much for it; what the order costs by now is what it keeps."""
    order = fulfilment.order
    if not order.in_cash or (order.paid_at and not amount):
        return
    key = f"fulfilment:{fulfilment.pk}"
    if amount:
        where = {"location_id": fulfilment.location_id, "carrier": fulfilment.carrier}
        payments.take_cash(order=order, amount=amount, key=key, by=by, at=at, **where)
    square(order=order, key=f"door-{fulfilment.pk}", reason="overpaid", at=at)


def square(*, order: Order, key: str, reason: str, at: datetime) -> Decimal:
    """An order in cash keeps, and asks for, what it costs now. How much goes back; `key` names what for, once.

    What carriers were told they will bring. Of that nothing goes back before it has come.
    """
    source = order.sources.select_related("source_type").get(source_type__code__in=order.IN_CASH)
    kept, told = kept_of(source), cash_told(order)
    if kept < order.due and not _to_come(order):
        orders.waive(order=order, amount=order.due - kept)  # its part of the delivery fee: nobody comes to collect it
    back = min(max(kept + told - order.due, ZERO), kept)
    if back:
        once = f"{order.number}-{source.attempt}-{reason}-{key}"
        payments.ask_refund(source=source, amount=back, reason=reason, key=once, at=at)
    all_back = source.amount_debited - kept + back
    if payments.owe(source=source, amount=order.due + all_back) and not told and not order.paid_at:
        orders.paid(order=order, at=at)
    return back


def _to_come(order: Order) -> bool:
    """Somebody will still hand goods to the buyer."""
    return Fulfilment.objects.filter(order=order).living().exclude(status__in=Fulfilment.WITH_BUYER).exists()
