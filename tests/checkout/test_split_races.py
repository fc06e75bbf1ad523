"""Orders of several parcels, many at once: nobody waits for each other in a ring, and the last parcel ends its order."""

from collections import Counter
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.stock.models import Hold
from tests import make
from tests.concurrency import at_once, in_step

from . import split
from .rules import broken
from .split import NOW, Two

pytestmark = pytest.mark.django_db(transaction=True)


def test_orders_that_want_both_places_from_both_sides() -> None:
    """Delivered here and collected there, the other way round, in one parcel, in two: ten of each to be had."""
    goods = split.two()
    ways: list[dict[str, Any]] = [
        split.mixed(goods), split.mixed(goods, collected=(goods.sugar.pk,), location_id=goods.near.pk),
        vars(make.details(one_parcel=True)), vars(make.details()),
    ]  # fmt: skip
    baskets = [make.basket((goods.sugar, 1), (goods.fish, 1)) for _ in range(24)]

    def order(number: int) -> Any:
        details = make.details(**ways[number % 4])
        return actions.place_order(basket=baskets[number], details=details, by=None, at=NOW)

    went = Counter(type(answer).__name__ for answer in at_once(24, order))
    assert went == {"Order": 10, "OutOfStock": 14}
    assert Hold.objects.active().units() == 20
    assert broken(NOW) == []


def _both_cancelled(goods: Two) -> Order:
    """The shopper presses both buttons in two windows."""
    order = split.paid(goods)
    parcels = [split.parcel(order, goods.near), split.parcel(order, goods.far)]
    at_once(2, lambda n: actions.cancel_parcel(fulfilment=parcels[n], because="shopper", by=None, at=NOW))
    order.refresh_from_db()
    return order


def test_two_parcels_cancelled_at_once_end_the_order_and_all_goes_back_once() -> None:
    order = _both_cancelled(split.two())
    assert (order.status, split.back(order)) == (Order.Status.CANCELLED, order.total_incl_tax)
    assert broken(NOW) == []


def test_without_the_lock_each_goes_on_for_the_sake_of_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: an order of nothing, and nobody knows."""

    def only_look(order_id: int) -> Order:
        order = Order.objects.get(pk=order_id)
        in_step()
        return order

    monkeypatch.setattr(orders, "lock", only_look)
    assert _both_cancelled(split.two()).status != Order.Status.CANCELLED
