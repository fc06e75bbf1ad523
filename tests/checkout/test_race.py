"""Fifty shoppers, ten units, one moment: ten orders, forty clear refusals, and nothing else."""

from collections import Counter
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.order.models import Order
from marketplace.stock import queries as stock
from marketplace.stock.actions import OutOfStock, ledger
from tests import make
from tests.checkout.rules import broken
from tests.concurrency import at_once, only_look

pytestmark = pytest.mark.django_db(transaction=True)


def _fifty(payment: str) -> tuple[Counter[str], int]:
    """How the fifty went home, and the product's key."""
    product = make.product()
    make.stock(product, 10)
    make.tariff()
    baskets = [make.basket((product, 1)) for _ in range(50)]
    details = make.details(payment=payment)

    def order(number: int) -> Any:
        return actions.place_order(basket=baskets[number], details=details, by=None, at=make.NOW)

    return Counter(type(answer).__name__ for answer in at_once(50, order)), product.pk


@pytest.mark.parametrize("payment", ["card", "cod"])
def test_the_last_ten_units(payment: str) -> None:
    went, product = _fifty(payment)
    assert went == {"Order": 10, "OutOfStock": 40}
    assert Order.objects.count() == 10
    assert stock.available([product], at=make.NOW) == {product: 0}
    assert broken(make.NOW) == []


def test_without_the_lock_the_same_fifty_are_oversold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when nobody locks."""

    monkeypatch.setattr(ledger, "lock", only_look)
    went, _product = _fifty("cod")
    assert went["Order"] > 10


def test_one_basket_ordered_from_ten_windows_is_one_order() -> None:
    product = make.product()
    make.stock(product, 100)
    make.tariff()
    basket, details = make.basket((product, 1)), make.details()

    def order(_number: int) -> Any:
        return actions.place_order(basket=basket, details=details, by=None, at=make.NOW)

    answers = at_once(10, order)
    assert len({answer.pk for answer in answers if isinstance(answer, Order)}) == 1
    assert Counter(type(answer).__name__ for answer in answers) == {"Order": 10}
    assert stock.available([product.pk], at=make.NOW) == {product.pk: 99}


def test_the_refusal_is_a_sentence() -> None:
    product = make.product("Mật thốt nốt")
    make.stock(product, 1)
    make.order((product, 1))
    with pytest.raises(OutOfStock, match="Mật thốt nốt"):
        make.order((product, 1))
