"""In the half minute before the case of a recall is taken up nothing of the lot leaves, nor what was packed with it."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions.recall import LotRecalled
from marketplace.stock.models import Movement
from tests import make, people
from tests.checkout.shortages import mend, parcels
from tests.checkout.test_recalls import LATER, READY, along, kept, recall
from tests.rows import changed, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
NOW = make.NOW
SOON = NOW + timedelta(seconds=10)


@pytest.fixture
def goods() -> Any:
    """Three pieces of lot A at one point of Mai's."""
    product = make.product("Mật thốt nốt", price=50_000)
    product.here = make.stock(product, 3, at_place=make.location("Điểm A"), lot_code="A")
    return product


def ship(parcel: Fulfilment) -> None:
    fulfilments.ship(fulfilment=parcel, by=people.mai(), at=SOON, carrier="VNPost", tracking_number="EE1")


def collect(parcel: Fulfilment) -> None:
    fulfilments.hand_over(fulfilment=parcel, code=parcel.code, by=people.mai(), at=SOON)


def issued(order: Order) -> list[tuple[str, int]]:
    rows = Movement.objects.filter(kind="issued", cause=f"fulfilment:{order.fulfilments.get().pk}")
    return list(rows.values_list("balance__lot__code", "quantity"))


@pytest.mark.parametrize("way", ["counter", "cod"])
def test_a_bag_packed_before_the_recall_is_not_given_out(goods: Any, way: str) -> None:
    """The books promise others of the same shelf already; in the bag there are still the old ones."""
    make.stock(goods, 9, at_place=goods.here, lot_code="B")
    where = {"location_id": goods.here.pk} if way == "counter" else {}
    order = make.order((goods, 2), payment=way, **where)
    steps, give = (READY, collect) if way == "counter" else (READY[:2], ship)
    parcel = along(order, *steps)
    parcel.refresh_from_db()
    recall()
    assert kept(order) == {("Điểm A", "B", 2)}
    before = everything()
    with pytest.raises(LotRecalled, match="A"):
        give(parcel)
    assert not changed(before)
    mend(SOON)
    assert parcels(order) == {"Điểm A": ("open", [2])}
    give(along(order, *steps))
    assert issued(order) == [("B", -2)]


def test_nobody_elses_pieces_stand_in_for_recalled_ones(goods: Any) -> None:
    """Five of lot B lie there, and all are promised: the first order stays without, and takes none of them."""
    order = make.order((goods, 2), payment="cod")
    make.stock(goods, 5, at_place=goods.here, lot_code="B")
    other = make.order((goods, 1), (goods, 5), payment="cod")
    parcel = along(order, *READY[:2])
    recall()
    assert ("Điểm A", "A", 2) in kept(order)
    before = everything()
    with pytest.raises(LotRecalled):
        ship(parcel)
    assert not changed(before)
    mend(SOON)
    assert issued(order) == [] and sum(units for *_where, units in kept(other)) <= 5


def test_what_was_picked_after_the_recall_may_leave_at_once(goods: Any) -> None:
    """Whoever picks by the list as it is now takes the sound lot: nobody waits for the case."""
    make.stock(goods, 9, at_place=goods.here, lot_code="B")
    order = make.order((goods, 2), payment="cod")
    recall()
    for step in READY[:2]:
        step(fulfilment=order.fulfilments.get(), by=people.mai(), at=SOON)
    ship(order.fulfilments.get())
    assert issued(order) == [("B", -2)]
    mend(SOON)
    assert parcels(order) == {"Điểm A": ("shipped", [2])}


def test_a_bag_without_the_lot_goes_out_as_before(goods: Any) -> None:
    other = make.product("Đường thốt nốt")
    make.stock(other, 2, at_place=goods.here, lot_code="A")
    order = make.order((other, 1), payment="cod")
    parcel = along(order, *READY[:2])
    along(make.order((goods, 1), payment="cod"), *READY[:2])
    stock.recall.freeze(lot_id=queries.lots().get(product=goods).pk, reason="nấm mốc", by=people.tam(), at=NOW)
    ship(parcel)
    mend(SOON)
    assert issued(order) == [("A", -1)]


def test_a_list_that_names_the_lot_waits_until_it_is_written_anew(goods: Any) -> None:
    """Somebody has packed for the point by the list, with pieces of lot B."""
    place = make.stock(goods, 2, at_place=make.location("Điểm B"), lot_code="B")
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    make.stock(goods, 2, at_place=place, lot_code="B2")
    [transfer] = queries.transfers()
    recall("B")
    before = everything()
    with pytest.raises(LotRecalled, match="B"):
        stock.transfers.send(transfer=transfer, by=people.mai(), at=SOON)
    assert not changed(before)
    mend(SOON)
    [transfer] = queries.transfers()
    stock.transfers.send(transfer=transfer, by=people.mai(), at=SOON)
    assert {line.lot.code for line in transfer.lines.all()} == {"B2"} and kept(order) == {("Điểm A", "A", 3)}
