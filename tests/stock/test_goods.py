"""Receiving, selling at a till, returns, spoilage, counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import Destination, LotDiffers, NotThere, Sold, StaleCount, Want, WrongQuantity
from marketplace.stock.models import Balance, Lot, Movement, Shortage
from marketplace.stock.proofs import RULES
from tests import make, people

pytestmark = pytest.mark.django_db
NOW = make.NOW
SOONER, LATER = make.TODAY + timedelta(days=10), make.TODAY + timedelta(days=100)


@pytest.fixture(autouse=True)
def proved() -> Any:
    yield
    assert [row for rule in RULES for row in rule(NOW)] == []


@pytest.fixture
def product() -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def place(product: Product) -> Location:
    place = make.stock(product, 5, lot_code="B", best_before=LATER)
    return make.stock(product, 3, at_place=place, lot_code="A", best_before=SOONER)


def _sell(
    place: Location, product: Product, quantity: int, *, lot: str | None = None, key: str = "till:1"
) -> list[Movement]:
    lines = [Sold(product.pk, lot, quantity)]
    return stock.sell(location_id=place.pk, lines=lines, key=key, at=NOW, device="till:1", recorded_at=NOW)


def _lots() -> dict[str, int]:
    return {balance.lot.code: balance.on_hand for balance in Balance.objects.select_related("lot")}


def _count(place: Location, product: Product, counted: int, **fields: Any) -> Movement | None:
    fields = {"by": people.mai(), "at": NOW, "key": "c1"} | fields
    return stock.count(location=place, product=product, counted=counted, **fields)


def test_the_same_receipt_twice_is_one(product: Product) -> None:
    place = make.location()
    for _ in range(2):
        stock.receive(location=place, product=product, quantity=7, at=NOW, key="delivery-note-12")
    assert Movement.objects.get().quantity == 7
    assert Lot.objects.get().code.startswith("261120-")


def test_a_lot_keeps_its_dates(place: Location, product: Product) -> None:
    with pytest.raises(LotDiffers):
        make.stock(product, 1, at_place=place, lot_code="A", best_before=LATER)
    make.stock(product, 1, at_place=place, lot_code="A", best_before=SOONER)
    assert _lots() == {"A": 4, "B": 5}


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_is_no_receipt(place: Location, product: Product, quantity: int) -> None:
    with pytest.raises(WrongQuantity):
        stock.receive(location=place, product=product, quantity=quantity, at=NOW)


def test_the_ledger_cannot_be_rewritten(place: Location) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Movement.objects.update(quantity=99)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Movement.objects.all()._raw_delete("default")


def test_a_till_sells_what_expires_first_once(place: Location, product: Product) -> None:
    first = _sell(place, product, 4)
    assert _sell(place, product, 4) == first
    assert _lots() == {"A": 0, "B": 4}
    assert {(m.device, m.happened_at) for m in Movement.objects.filter(kind="sold")} == {("till:1", NOW)}


def test_a_till_that_knows_the_lot_sells_that_lot(place: Location, product: Product) -> None:
    _sell(place, product, 2, lot="B")
    assert _lots() == {"A": 3, "B": 3}


def test_a_lot_not_on_the_books_is_remembered_beside_the_sale(place: Location, product: Product) -> None:
    [movement] = _sell(place, product, 2, lot="Z9")
    assert movement.balance.lot.code == "A" and "Z9" in movement.reason


def test_a_sale_is_never_refused_and_asks_for_a_count(place: Location, product: Product) -> None:
    _sell(place, product, 10)
    assert _lots() == {"A": 0, "B": 0, "?": -2}
    assert queries.available([product.pk], at=NOW) == {product.pk: 0}
    notice = Notice.objects.get(kind="stock_uncounted")
    assert notice.user == people.mai()
    assert "Mật thốt nốt" in letter(notice).text
    make.stock(product, 5, at_place=place)
    assert queries.available([product.pk], at=NOW) == {product.pk: 3}  # two of them were sold before they came


def test_a_till_takes_promised_units_last_and_a_shortage_says_so(place: Location, product: Product) -> None:
    office = people.tam()
    stock.hold(order_id=1, wants=[Want(1, product.pk, 3)], at=NOW, expires_at=None, destination=Destination())
    _sell(place, product, 5)
    assert not Shortage.objects.exists()
    _sell(place, product, 2, key="till:2")
    _sell(place, product, 2, key="till:2")
    shortage = Shortage.objects.get()
    assert (shortage.quantity, shortage.movement.quantity) == (2, -2)
    told = Notice.objects.filter(kind="stock_short")
    assert {notice.user for notice in told} == {people.mai(), office}
    assert place.name in letter(told[0]).html
    assert [s.pk for s in queries.shortages([place.pk])] == [shortage.pk]


def test_what_comes_back_to_the_till_is_on_hand_again(place: Location, product: Product) -> None:
    for _ in range(2):
        stock.take_back(location_id=place.pk, lines=[Sold(product.pk, "A", 1)], key="till:9", at=NOW, device="till:1")
    assert _lots() == {"A": 4, "B": 5}


def test_spoiled_goods_are_written_off_never_more_than_there_are(place: Location, product: Product) -> None:
    facts = {"location": place, "product": product, "by": people.mai(), "at": NOW, "reason": "mốc"}
    for _ in range(2):
        stock.spoil(quantity=2, key="s1", lot_code="A", **facts)
    assert _lots() == {"A": 1, "B": 5}
    with pytest.raises(NotThere):
        stock.spoil(quantity=2, key="s2", lot_code="A", **facts)
    assert _lots() == {"A": 1, "B": 5}


def test_a_count_of_a_lot_writes_the_difference(place: Location, product: Product) -> None:
    movement = _count(place, product, 4, lot_code="B", reason="kiểm kê cuối tháng")
    assert movement is not None and (movement.quantity, movement.kind, movement.by) == (-1, "counted", people.mai())
    assert _lots() == {"A": 3, "B": 4}
    assert _count(place, product, 4, lot_code="B", key="c2") is None


def test_a_count_without_lots_takes_from_the_first_and_adds_to_the_last(place: Location, product: Product) -> None:
    _count(place, product, 4)
    assert _lots() == {"A": 0, "B": 4}
    _count(place, product, 9, key="c2")
    assert _lots() == {"A": 0, "B": 9}


def test_a_count_settles_what_a_till_sold_blindly(place: Location, product: Product) -> None:
    _sell(place, product, 10)
    _count(place, product, 0)
    assert _lots() == {"A": 0, "B": 0, "?": 0}


def test_a_count_starts_the_books_of_a_product(product: Product) -> None:
    place = make.location()
    _count(place, product, 6)
    assert queries.available_at(place.pk, [product.pk], at=NOW) == {product.pk: 6}


def test_a_count_that_the_books_overtook_is_refused(place: Location, product: Product) -> None:
    _sell(place, product, 1)
    with pytest.raises(StaleCount):
        _count(place, product, 8, seen=8)
    assert _count(place, product, 6, seen=7) is not None


def test_the_pages_of_a_place_show_its_lots(place: Location, product: Product) -> None:
    stock.hold(order_id=4, wants=[Want(41, product.pk, 4)], at=NOW, expires_at=None, destination=Destination())
    rows = queries.balances(location_ids=[place.pk], at=NOW)
    assert [(r.lot, r.on_hand, r.held, r.available) for r in rows] == [("A", 3, 3, 0), ("B", 5, 1, 4)]
    picks = queries.to_pick(4, place.pk)
    assert [(p.line_id, p.lot, p.quantity) for p in picks] == [(41, "A", 3), (41, "B", 1)]
    assert [(p.location, p.available) for p in queries.places(product.pk, at=NOW)] == [(place, 4)]
