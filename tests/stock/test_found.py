"""What the state machine found, told plainly."""

from typing import Any

import pytest

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock.models import Hold, Lot, Shortage
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import mend, sold

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture
def product() -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def place(product: Product) -> Location:
    return make.stock(product, 8, at_place=make.location("Điểm A"), lot_code="A")


def _freeze(code: str) -> None:
    stock.recall.freeze(lot_id=Lot.objects.get(code=code).pk, reason="Mốc", by=people.tam(), at=NOW)


def _spoil(product: Product, place: Location, pieces: int, **fields: Any) -> None:
    stock.spoil(location=place, product=product, quantity=pieces, by=people.mai(), at=NOW, key="k", **fields)


def test_recalled_pieces_that_are_written_off_open_a_case_for_those_promised(product: Product, place: Location) -> None:
    make.order((product, 6), payment="cod")
    _freeze("A")
    _spoil(product, place, 3)
    assert Shortage.objects.get(movement__isnull=False).quantity == 1  # beside the recall's own
    assert broken(NOW) == []


def test_recalled_pieces_on_the_shelf_cover_nobodys_order(product: Product, place: Location) -> None:
    """A till sells the sound ones that were promised: others are found although there is enough of the bad lot."""
    _freeze("A")
    make.stock(product, 3, at_place=place, lot_code="B")
    order: Order = make.order((product, 3), payment="cod")
    make.stock(product, 3, at_place=make.location("Điểm B"), lot_code="C")
    sold(product, place, 3)
    mend()
    [hold] = Hold.objects.active().filter(order_id=order.pk)
    assert (hold.balance.location.name, hold.quantity) == ("Điểm B", 3)
    assert not Shortage.objects.filter(closed_at=None).exists()
    assert broken(NOW) == []
