"""Fifty shoppers want the last ten units at the same moment."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import Destination, OutOfStock, Want, ledger
from marketplace.stock.models import Hold
from marketplace.stock.proofs import RULES
from tests import make
from tests.concurrency import at_once, only_look

SOON = make.NOW + timedelta(minutes=30)


def _shopper(product: Product) -> Any:
    def want_one(number: int) -> Any:
        return stock.hold(
            order_id=number + 1, wants=[Want(number + 1, product.pk, 1)], at=make.NOW, expires_at=SOON,
            destination=Destination(),
        )  # fmt: skip

    return want_one


def _outcome(answers: list[Any]) -> tuple[int, int, list[Any]]:
    served = [x for x in answers if isinstance(x, list)]
    refused = [x for x in answers if isinstance(x, OutOfStock)]
    return len(served), len(refused), [x for x in answers if x not in served and x not in refused]


def _broken() -> list[str]:
    return [row for rule in RULES for row in rule(make.NOW)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("places", [1, 2])
def test_fifty_shoppers_want_the_last_ten_units(places: int) -> None:
    product = make.product()
    for _ in range(places):
        make.stock(product, 10 // places)
    assert _outcome(at_once(50, _shopper(product))) == (10, 40, [])
    assert Hold.objects.active().units() == 10
    assert queries.available([product.pk], at=make.NOW) == {product.pk: 0}
    assert _broken() == []


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_fifty_are_oversold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when nobody locks."""

    monkeypatch.setattr(ledger, "lock", only_look)
    product = make.product()
    make.stock(product, 10)
    served, _, errors = _outcome(at_once(50, _shopper(product)))
    assert errors == []
    assert served > 10
    assert Hold.objects.active().units() > 10
    assert _broken() != []


@pytest.mark.django_db(transaction=True)
def test_baskets_in_both_orders_neither_oversell_nor_wait_for_each_other() -> None:
    first, second = make.product(), make.product()
    for _ in range(3):
        place = make.stock(first, 4)
        make.stock(second, 4, at_place=place)

    def basket(number: int) -> Any:
        wants = [Want(2 * number + 1, first.pk, 1), Want(2 * number + 2, second.pk, 1)]
        return stock.hold(
            order_id=number + 1, wants=wants if number % 2 else wants[::-1], at=make.NOW, expires_at=SOON,
            destination=Destination(),
        )  # fmt: skip

    assert _outcome(at_once(40, basket)) == (12, 28, [])
    assert _broken() == []


@pytest.mark.django_db(transaction=True)
def test_an_expired_promise_is_given_away_once() -> None:
    product = make.product()
    make.stock(product, 1)
    _shopper(product)(999)
    later = SOON + timedelta(seconds=1)

    def want_one(number: int) -> Any:
        return stock.hold(
            order_id=number + 1, wants=[Want(number + 1, product.pk, 1)], at=later, expires_at=None,
            destination=Destination(),
        )  # fmt: skip

    assert _outcome(at_once(10, want_one)) == (1, 9, [])
    assert _broken() == []
