"""What the tests of shortages do again and again."""

from typing import Any

from django.utils import timezone

from marketplace.checkout import actions
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.stock import actions as stock
from marketplace.stock.queries import short as cases
from tests import make, people

NOW = make.NOW
WAIT, MONEY = ShortLine.Choice.WAIT, ShortLine.Choice.MONEY


def sold(product: Any, place: Any, quantity: int, key: str = "", at: Any = NOW) -> None:
    """Over the counter, by a till that has not heard of the orders."""
    key = key or f"x{product.pk}"
    lines = [stock.Sold(product.pk, None, quantity)]
    stock.sell(location_id=place.pk, lines=lines, key=key, at=at, device="till:1")


def paid(*wanted: Any, at: Any = NOW, **fields: Any) -> Order:
    """By card."""
    return settle_card(make.order(*wanted, payment="card", at=at, **fields), at)


def settle_card(order: Order, at: Any = NOW) -> Order:
    """The card's money is here."""
    source = payments.open_source(order=order, method=payments.CARD, at=at)
    payments.money_came(source=source, amount=order.due, reference=f"pi_{order.pk}", at=at)
    stock.confirm(order_id=order.pk, at=at)
    orders.confirm(order=order, paid_at=at)
    return order


def mend(at: Any = NOW) -> None:
    for case_id in cases.open_cases():
        actions.mend(case_id=case_id, at=at)


def missing(product: Any, place: Any, *, settled: bool = False) -> ShortLine:
    """A piece of an order of all ten pieces, which a till has sold; nobody has another. Settled: it was taken off."""
    make.order((product, 10), payment="cod", at=timezone.now())
    sold(product, place, 1, at=timezone.now())
    mend(timezone.now())
    row = ShortLine.objects.get()
    if settled:
        actions.answer_shortage(short=row, choice=MONEY, by=None, at=timezone.now())
    return row


def parcels(order: Order) -> dict[str, tuple[str, list[int]]]:
    """State and pieces of each parcel, by the name of its place."""
    rows = Fulfilment.objects.filter(order=order).select_related("location")
    return {x.location.name: (x.status, [part.quantity for part in x.lines.all()]) for x in rows}


def answer(order: Order, choice: str) -> None:
    """The shopper chooses."""
    actions.answer_shortage(short=short(order), choice=choice, by=None, at=NOW)
    order.refresh_from_db()


def deliver(parcel: Fulfilment) -> None:
    """Packed, sent and handed to the buyer."""
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
    fulfilments.start_picking(**about)
    fulfilments.pack(**about)
    fulfilments.ship(**about, carrier="VNPost", tracking_number="EE1")
    fulfilments.delivered(**about)


def short(order: Order) -> ShortLine:
    return ShortLine.objects.waiting().get(fulfilment__order=order)
