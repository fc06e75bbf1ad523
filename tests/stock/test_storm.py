"""Two hundred shoppers, five products, eight places: whoever is quicker, nothing is sold twice and nobody waits for ever."""

from random import Random
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import Sum
from oscar.apps.catalogue.models import Option

from catalogue.models import Product
from marketplace.checkout.actions import place_order
from marketplace.locations.models import Location
from marketplace.order.models import Line, Order
from marketplace.stock.actions import OutOfStock, ledger
from marketplace.stock.models import Balance, Hold
from tests import make
from tests.checkout.rules import broken
from tests.concurrency import at_once, only_look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storm")]
PRODUCTS, PLACES, EACH = 5, 8, 3  # pieces of each product at each place


@pytest.fixture
def products() -> list[Product]:
    """120 pieces in all, for baskets that want some 800."""
    producer = make.producer()
    made = [make.product(price=20_000, producer=producer) for _ in range(PRODUCTS)]
    for number in range(PLACES):
        place = make.location(f"Điểm {number}")
        for product in made:
            make.stock(product, EACH, at_place=place)
    make.tariff()
    return made


def _basket(random: Random, products: list[Product], wrapping: Any) -> Any:
    """Two to four lines in any order; the same product may stand on two of them, once wrapped as a gift."""
    basket = make.basket()
    for number in range(random.randint(2, 4)):
        options = [{"option": wrapping, "value": str(number)}] if number else None
        basket.add_product(random.choice(products), random.randint(1, 2), options=options)
    return basket


def _storm(products: list[Product], shoppers: int) -> list[Any]:
    random, wrapping = Random(7), Option.objects.create(name="Gói quà", code="goi-qua", type="text")
    baskets = [_basket(random, products, wrapping) for _ in range(shoppers)]
    points = list(Location.objects.open_for_pickup())
    home = make.details(payment="cod")

    def order(number: int) -> Any:
        """Every third shopper collects, and what the point lacks is brought from other places."""
        there = make.details(payment="counter", location_id=points[number % PLACES].pk)
        return place_order(basket=baskets[number], details=home if number % 3 else there, by=None, at=make.NOW)

    return at_once(shoppers, order)


def _oversold() -> list[int]:
    """Balances that promise more than they have."""
    return [balance.pk for balance in Balance.objects.filter(held__gt=0) if balance.held > balance.on_hand]


def test_two_hundred_shoppers_at_once_buy_nothing_twice(products: list[Product]) -> None:
    answers = _storm(products, 200)
    placed = [one for one in answers if isinstance(one, Order)]
    refused = [one for one in answers if isinstance(one, OutOfStock)]
    assert len(placed) + len(refused) == 200, [one for one in answers if one not in placed and one not in refused][:3]
    promised = Hold.objects.active().units()
    assert promised == Line.objects.aggregate(all=Sum("quantity"))["all"] <= PRODUCTS * PLACES * EACH
    assert promised > PRODUCTS * PLACES * EACH * 0.6
    assert _oversold() == []
    assert broken(make.NOW) == []


def test_without_the_lock_the_same_storm_sells_twice(products: list[Product], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when nobody locks."""

    monkeypatch.setattr(ledger, "lock", only_look)
    answers = _storm(products, 60)
    assert {type(one) for one in answers} <= {Order, OutOfStock, OperationalError}  # deadlocks too
    assert Hold.objects.active().units() > PRODUCTS * PLACES * EACH
    assert broken(make.NOW) != []
