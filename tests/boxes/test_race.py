"""Many shoppers want boxes, and what is in them, at the same moment."""

from collections import Counter

import pytest

from catalogue.models import Product
from marketplace.checkout import actions
from marketplace.order.models import Line, Order
from marketplace.order.proofs import boxes_were_ordered_whole
from marketplace.stock import queries as stock
from marketplace.stock.actions import ledger
from tests import make
from tests.boxes.test_ordering import Set
from tests.checkout.rules import broken
from tests.concurrency import at_once, only_look

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW


def _twelve_at_once(goods: Set) -> Counter[str]:
    """Six boxes with two packets of tea in each, and six packets alone: eighteen of the ten that there are."""
    baskets = [make.basket_of_boxes(goods.box) if n % 2 else make.basket((goods.tea, 1)) for n in range(12)]

    def order(number: int) -> Order:
        return actions.place_order(basket=baskets[number], details=make.details(), by=None, at=NOW)

    return Counter(type(answer).__name__ for answer in at_once(12, order))


def _held(product: Product) -> int:
    return sum(row.held for row in stock.balances(product_ids=[product.pk], at=NOW))


def _ordered(product: Product) -> int:
    return sum(Line.objects.filter(product=product).values_list("quantity", flat=True))


def test_of_many_shoppers_none_gets_half_a_box() -> None:
    goods = Set()
    went = _twelve_at_once(goods)
    assert went["Order"] + went["OutOfStock"] + went["PlanChanged"] == 12 and went["Order"] >= 6
    assert list(boxes_were_ordered_whole(NOW)) == [] and broken(NOW) == []
    assert _held(goods.tea) == _ordered(goods.tea) <= 10
    assert _held(goods.honey) == _ordered(goods.honey) == Order.objects.filter(lines__product=goods.honey).count()


def test_without_the_lock_boxes_are_sold_whose_tea_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when nobody locks."""
    monkeypatch.setattr(ledger, "lock", only_look)
    goods = Set()
    _twelve_at_once(goods)
    assert _ordered(goods.tea) > 10 and broken(NOW) != []
