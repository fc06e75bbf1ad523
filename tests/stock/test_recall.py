"""A lot is frozen everywhere in one action, and its buyers are known."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilment
from marketplace.locations.models import Location
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import Destination, OutOfStock, Sold, Want, recall, transfers
from marketplace.stock.models import Hold, Lot
from marketplace.stock.proofs import RULES
from tests import make, people

pytestmark = pytest.mark.django_db
NOW, KEEPS = make.NOW, make.TODAY + timedelta(days=90)


@pytest.fixture(autouse=True)
def proved() -> Any:
    yield
    assert [row for rule in RULES for row in rule(NOW)] == []


@pytest.fixture
def product() -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def place(product: Product) -> Location:
    return make.stock(product, 6, lot_code="A", best_before=KEEPS)


@pytest.fixture
def store(product: Product) -> Location:
    return make.stock(product, 6, at_place=product.producer.store, lot_code="A", best_before=KEEPS)


def lot() -> Lot:
    return Lot.objects.get(code="A")


def freeze() -> Lot:
    return recall.freeze(lot_id=lot().pk, reason="phát hiện nấm mốc", by=people.tam(), at=NOW)


def hold(product: Product, quantity: int, **where: Any) -> None:
    wants = [Want(1, product.pk, quantity)]
    stock.hold(order_id=1, wants=wants, at=NOW, expires_at=None, destination=Destination(**where))


def test_nobody_is_promised_a_recalled_lot_anywhere(product: Product, place: Location, store: Location) -> None:
    freeze()
    assert queries.available([product.pk], at=NOW) == {product.pk: 0}
    assert queries.available_at(place.pk, [product.pk], at=NOW) == {product.pk: 0}
    with pytest.raises(OutOfStock):
        hold(product, 1)
    with pytest.raises(recall.FrozenAlready):
        freeze()
    recall.thaw(lot_id=lot().pk, reason="mẫu kiểm nghiệm đạt", by=people.tam(), at=NOW)
    assert queries.available([product.pk], at=NOW) == {product.pk: 12}
    with pytest.raises(recall.NotFrozen):
        recall.thaw(lot_id=lot().pk, reason="x", by=people.tam(), at=NOW)


def test_every_place_that_holds_it_its_producer_and_the_office_know(place: Location, store: Location) -> None:
    office, empty = people.tam(), make.location(staff=people.khoa())
    freeze()
    told = Notice.objects.filter(kind="lot_frozen")
    assert {notice.user for notice in told} == {people.mai(), people.hung(), office}
    text = letter(told.get(user=people.mai())).text
    assert "nấm mốc" in text and f"/desk/stock/{place.pk}/" in text
    assert f"/desk/lots/{lot().pk}/" in letter(told.get(user=people.hung())).text
    recall.thaw(lot_id=lot().pk, reason="mẫu đạt", by=office, at=NOW)
    assert {x.user for x in Notice.objects.filter(kind="lot_thawed")} == {people.mai(), people.hung(), office}
    assert empty.staff.get() == people.khoa()


def test_where_it_travels_to_they_know_too(product: Product, store: Location) -> None:
    target = make.location()
    transfer = transfers.draft(source=store, target=target, by=people.hung(), at=NOW)
    transfers.add_line(transfer=transfer, lot_id=lot().pk, quantity=6, by=people.hung(), at=NOW)
    transfers.send(transfer=transfer, by=people.hung(), at=NOW)
    freeze()
    assert Notice.objects.filter(kind="lot_frozen", user=people.mai()).exists()
    assert [line.on_its_way for line in queries.travelling(lot())] == [6]
    line = transfer.lines.get()
    transfers.arrive(transfer=transfer, arrived={line.pk: 6}, key="k", by=people.mai(), at=NOW)
    assert queries.available([product.pk], at=NOW) == {product.pk: 0}


def test_it_travels_only_home(product: Product, place: Location) -> None:
    freeze()
    for target, allowed in ((make.location(), False), (product.producer.store, True)):
        transfer = transfers.draft(source=place, target=target, by=people.mai(), at=NOW)
        transfers.add_line(transfer=transfer, lot_id=lot().pk, quantity=2, by=people.mai(), at=NOW)
        if allowed:
            transfers.send(transfer=transfer, by=people.mai(), at=NOW)
        else:
            with pytest.raises(transfers.LotFrozen):
                transfers.send(transfer=transfer, by=people.mai(), at=NOW)


def test_orders_get_other_units_of_the_same_place(product: Product, place: Location) -> None:
    make.stock(product, 5, at_place=place, lot_code="B")
    hold(product, 4, gathered_at=place.pk)
    freeze()
    assert {(p.lot, p.quantity) for p in queries.to_pick(1, place.pk)} == {("B", 4)}
    assert queries.frozen_promises() == []
    stock.issue(order_id=1, location_id=place.pk, by=people.mai(), at=NOW, cause="fulfilment:1")


def test_what_has_no_other_stays_promised_and_cannot_leave(product: Product, place: Location) -> None:
    hold(product, 4, gathered_at=place.pk)
    freeze()
    assert [(x.order_id, x.quantity) for x in queries.frozen_promises()] == [(1, 4)]
    with pytest.raises(recall.LotRecalled):
        stock.issue(order_id=1, location_id=place.pk, by=people.mai(), at=NOW, cause="fulfilment:1")
    assert Hold.objects.active().units() == 4


def test_what_has_lapsed_is_promised_to_nobody_anew(product: Product, place: Location) -> None:
    make.stock(product, 5, at_place=place, lot_code="B")
    wants, before = [Want(1, product.pk, 4)], NOW - timedelta(hours=1)
    stock.hold(order_id=1, wants=wants, at=before, expires_at=NOW, destination=Destination(gathered_at=place.pk))
    freeze()
    assert Hold.objects.active().units() == 0 and queries.available([product.pk], at=NOW) == {product.pk: 5}


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_recall_has_a_reason(place: Location, reason: str) -> None:
    with pytest.raises(recall.WhyMissing):
        recall.freeze(lot_id=lot().pk, reason=reason, by=people.tam(), at=NOW)
    assert lot().frozen_at is None and not Notice.objects.exists()


def _collected(product: Product, place: Location, pieces: int) -> Any:
    order = make.order((product, pieces), payment="counter", location_id=place.pk)
    parcel = order.fulfilments.get()
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
    fulfilment.start_picking(**about)
    fulfilment.pack(**about)
    fulfilment.mark_ready(**about)
    fulfilment.hand_over(**about, code=parcel.code)
    return order


def test_who_bought_it_is_known_and_told_what_to_do(product: Product, place: Location) -> None:
    mine = _collected(product, place, 2)
    make.order((product, 1), payment="counter", location_id=place.pk)  # not handed over: nobody has it at home
    stock.sell(location_id=place.pk, lines=[Sold(product.pk, "A", 1)], key="till:1", at=NOW, device="till:1")
    bought = queries.buyers(lot())
    assert bought.orders == {mine.pk: 2}
    assert [(sale.quantity, sale.balance.location) for sale in bought.till_sales] == [(-1, place)]
    checkout.recall(lot_id=lot().pk, reason="phát hiện nấm mốc", by=people.tam(), at=NOW)
    told = Notice.objects.get(kind="lot_recalled")
    assert told.email == mine.email
    text = letter(told).text
    assert "2 × “Mật thốt nốt”" in text and "nấm mốc" in text and mine.number in text


def test_what_came_back_is_with_no_buyer(product: Product, place: Location) -> None:
    order = make.order((product, 2), payment="cod")
    parcel = order.fulfilments.get()
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
    fulfilment.start_picking(**about)
    fulfilment.pack(**about)
    fulfilment.ship(**about, carrier="VNPost", tracking_number="EE1")
    assert queries.buyers(lot()).orders == {order.pk: 2}
    fulfilment.fail(**about, reason="không nhận")
    checkout.take_back(**about, spoiled=False)
    assert queries.buyers(lot()).orders == {}
