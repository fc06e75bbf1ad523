"""What the tests of shortages do again and again."""

from typing import Any

from marketplace.checkout import actions
from marketplace.fulfilment.models import ShortLine
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.stock import actions as stock
from marketplace.stock.queries import short as cases
from tests import make

NOW = make.NOW


def sold(product: Any, place: Any, quantity: int, key: str = "x", at: Any = NOW) -> None:
    """Over the counter, by a till that has not heard of the orders."""
    lines = [stock.Sold(product.pk, None, quantity)]
    stock.sell(location_id=place.pk, lines=lines, key=key, at=at, device="till:1")


def paid(*wanted: Any, at: Any = NOW, **fields: Any) -> Order:
    """By card."""
    order = make.order(*wanted, payment="card", at=at, **fields)
    source = payments.open_source(order=order, method=payments.CARD, at=at)
    payments.money_came(source=source, amount=order.due, reference=f"pi_{order.pk}", at=at)
    stock.confirm(order_id=order.pk, at=at)
    orders.confirm(order=order)
    orders.paid(order=order, at=at)
    return order


def mend(at: Any = NOW) -> None:
    for case_id in cases.open_cases():
        actions.mend(case_id=case_id, at=at)


def short(order: Order) -> ShortLine:
    return ShortLine.objects.waiting().get(fulfilment__order=order)
