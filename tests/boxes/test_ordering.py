"""A gift box from the basket to the buyer: whole, or not at all."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.basket.actions import BoxNotForSale, boxes_in, set_boxes
from marketplace.basket.models import Basket
from marketplace.basket.models import Line as BasketLine
from marketplace.boxes import actions as composing
from marketplace.checkout import actions
from marketplace.checkout.actions import placing
from marketplace.checkout.actions.conditions import WholeBoxes, refuse_cheaper
from marketplace.checkout.details import Details
from marketplace.checkout.queries import boxes as whole
from marketplace.checkout.queries.drafting import AdultsOnly, NoCashForAlcohol, propose
from marketplace.fulfilment.models import ShortLine
from marketplace.fulfilment.queries import boxed
from marketplace.order.models import Line, Order
from marketplace.order.proofs import boxes_were_ordered_whole
from marketplace.stock import queries as stock
from marketplace.stock.actions import OutOfStock
from marketplace.stock.models import Transfer
from tests import make, people
from tests.checkout import split
from tests.checkout.rules import broken
from tests.checkout.shortages import MONEY, answer, mend, settle_card, sold
from tests.checkout.test_offers import _offer
from tests.rows import changed, everything
from tests.settlement.owed import deliver, taken_in

pytestmark = pytest.mark.django_db
NOW = make.NOW


class Set:
    """Honey at the packer's, tea elsewhere, each of another maker; a box of one and two for 360,000."""

    def __init__(self, **fields: Any) -> None:
        self.point = split.open_daily(make.location("Điểm Châu Đốc"))
        self.other = split.open_daily(make.location("Điểm Long Xuyên", staff=people.khoa()))
        self.honey = make.product("Mật ong", price=200_000, **fields)
        self.tea = make.product("Trà", price=100_000, stars=None)
        make.stock(self.honey, 10, at_place=self.point)
        make.stock(self.tea, 10, at_place=self.other)
        make.tariff()
        self.box = make.box((self.honey, 1), (self.tea, 2), price=360_000, packed_at=self.point, title="Hộp quà Tết")


@pytest.fixture
def goods() -> Set:
    return Set()


def _place(basket: Any, **fields: Any) -> Order:
    return actions.place_order(basket=basket, details=make.details(**fields), by=None, at=NOW)


def test_its_parts_are_lines_that_cost_the_box_and_leave_in_one_parcel(goods: Set) -> None:
    order = _place(make.basket_of_boxes(goods.box, 2, (goods.honey, 1)))
    lines = order.lines.order_by("pk")
    assert [(x.title, x.quantity, x.unit_price_incl_tax, x.box_id and x.per_box) for x in lines] == [
        ("Mật ong", 1, 200_000, None), ("Mật ong", 2, 180_000, 1), ("Trà", 4, 90_000, 2),
    ]  # fmt: skip
    assert order.total_incl_tax == 200_000 + 720_000 + order.shipping_incl_tax
    assert [line.stars for line in lines] == [4, 4, None]
    parcel = order.fulfilments.get()
    assert (parcel.location, parcel.gathers) == (goods.point, True)
    assert {row.location: row.held for row in stock.balances(product_ids=[goods.tea.pk], at=NOW)} == {
        goods.other.name: 4
    }
    assert broken(NOW) == []


def _fish(place: Any, quantity: int = 5) -> Any:
    """It leaves from where it is."""
    fish = make.product("Cá tra tươi", price=100_000, travel_hours_max=96, stars=None)
    make.stock(fish, quantity, at_place=place)
    return fish


def test_delicate_goods_are_not_carried_to_the_packer_first(goods: Set) -> None:
    fish = _fish(goods.other)
    basket = make.basket_of_boxes(goods.box, 1, (fish, 2))
    before = everything()
    with pytest.raises(whole.CannotWait, match="Cá tra tươi"):
        _place(basket)
    assert not changed(before)
    make.stock(fish, 2, at_place=goods.point)
    parcel = _place(basket).fulfilments.get()
    assert (parcel.location, parcel.gathers) == (goods.point, True) and broken(NOW) == []


def test_nor_where_the_packers_own_are_sold_under_the_lock(goods: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tea comes from elsewhere anyway, so neither day nor fee would tell; what is rolled back with the try has not been."""
    fish = _fish(goods.point)
    make.stock(fish, 5, at_place=goods.other)
    hold, tried = placing.stock.hold_planned, []

    def late(**about: Any) -> Any:
        if not tried:
            sold(fish, goods.point, 5)
        tried.append(1)
        return hold(**about)

    monkeypatch.setattr(placing.stock, "hold_planned", late)
    _place(make.basket_of_boxes(goods.box, 1, (fish, 2)))
    there = {row.location: row.held for row in stock.balances(product_ids=[fish.pk], at=NOW)}
    assert len(tried) == 2 and there == {goods.point.name: 2, goods.other.name: 0}


def test_nor_where_a_till_sells_them_afterwards(goods: Set) -> None:
    fish = _fish(goods.point)
    make.stock(fish, 5, at_place=goods.other)
    order = _place(make.basket_of_boxes(goods.box, 1, (fish, 2)))
    sold(fish, goods.point, 4)
    mend()
    short = ShortLine.objects.get(fulfilment__order=order)
    assert (short.line.title, short.quantity, short.outcome) == ("Cá tra tươi", 1, "")
    assert not Transfer.objects.filter(lines__lot__product=fish).exists() and broken(NOW) == []


def test_it_is_collected_where_the_shopper_likes(goods: Set) -> None:
    order = _place(make.basket_of_boxes(goods.box), location_id=goods.other.pk, payment="counter")
    assert order.fulfilments.get().location == goods.other and order.total_incl_tax == 360_000
    assert broken(NOW) == []


def test_offers_come_on_top(goods: Set) -> None:
    _offer(value=10)
    order = _place(make.basket_of_boxes(goods.box))
    assert sum(line.line_price_incl_tax for line in order.lines.all()) == 324_000
    assert broken(NOW) == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1_000, 900_000), st.integers(1, 4)), min_size=2, max_size=4),
    st.integers(50, 100), st.integers(1, 2),
)  # fmt: skip
def test_any_box_is_ordered_for_its_price_and_gives_it_back(
    goods: Set, inside: list[tuple[int, int]], percent: int, count: int
) -> None:
    with transaction.atomic():
        parts = [(make.product(price=price, stars=None), quantity) for price, quantity in inside]
        for product, _quantity in parts:
            make.stock(product, 10, at_place=goods.point)
        before = sum(price * quantity for price, quantity in inside)
        step = composing.step([composing.Piece(Decimal(1), quantity) for _price, quantity in inside])
        price = -(-before * percent // 100 // step) * step
        box = make.box(*parts, price=min(price, before), packed_at=goods.point)
        order = _place(make.basket_of_boxes(box, count))
        assert order.total_incl_tax - order.shipping_incl_tax == min(price, before) * count
        settle_card(order)
        actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
        assert split.back(order) == order.total_incl_tax
        assert broken(NOW) == []
        transaction.set_rollback(True)


def test_each_maker_is_owed_the_own_share(goods: Set) -> None:
    make.stock(goods.tea, 10, at_place=goods.point)
    order = _place(make.basket_of_boxes(goods.box, 2), location_id=goods.point.pk, payment="counter")
    deliver(order.fulfilments.get())
    owed = {entry.producer: (entry.quantity, entry.gross) for entry in taken_in()}
    assert owed == {goods.honey.producer: (2, 360_000), goods.tea.producer: (4, 360_000)}
    assert broken(NOW) == []


def test_more_than_there_is_changes_nothing(goods: Set) -> None:
    basket = make.basket_of_boxes(goods.box, 3)
    before = everything()
    with pytest.raises(OutOfStock, match="Trà"):
        set_boxes(basket=basket, box=goods.box, count=6)
    assert not changed(before)
    assert boxes_in(basket=basket, box=goods.box) == 3


def test_loose_pieces_of_the_same_goods_count_as_well(goods: Set) -> None:
    basket = make.basket((goods.tea, 9))
    with pytest.raises(OutOfStock):
        set_boxes(basket=basket, box=goods.box, count=1)


def test_out_of_the_shop_it_goes_into_no_basket_and_no_order(goods: Set) -> None:
    basket = make.basket_of_boxes(goods.box)
    composing.take_out(box=goods.box, by=people.tam(), at=NOW)
    goods.box.refresh_from_db()
    with pytest.raises(BoxNotForSale):
        set_boxes(basket=make.basket(), box=goods.box, count=1)
    before = everything()
    with pytest.raises(whole.BoxGone):
        _place(Basket.objects.get(pk=basket.pk))
    assert not changed(before)


def test_who_packs_reads_how_many_boxes_are_left(goods: Set) -> None:
    order = _place(make.basket_of_boxes(goods.box, 2), payment="cod")
    honey, tea = order.lines.order_by("pk")
    actions.cancel_pieces(order=order, pieces={honey.pk: 1, tea.pk: 1}, by=None, reason="Hàng bị móp", at=NOW)
    parts = order.fulfilments.get().lines.order_by("line_id")
    assert [boxed(part) for part in parts] == ["1 × Hộp quà Tết", "Hộp quà Tết"]


def test_what_is_left_of_a_box_whose_other_part_was_paid_back_may_be_cancelled(goods: Set) -> None:
    order = _place(make.basket_of_boxes(goods.box, 2), payment="cod")
    honey, tea = order.lines.order_by("pk")
    actions.cancel_pieces(order=order, pieces={honey.pk: honey.quantity}, by=None, reason="Hết hàng", at=NOW)
    lines = list(order.lines.select_related("box").order_by("pk"))
    with pytest.raises(WholeBoxes):
        refuse_cheaper(bargains=[], lines=lines, wanted={tea.pk: tea.quantity - 1})
    refuse_cheaper(bargains=[], lines=lines, wanted={tea.pk: tea.quantity})


@pytest.mark.parametrize("torn", ["a part is gone", "a part is less"])
def test_a_torn_box_is_not_ordered(goods: Set, torn: str) -> None:
    basket = make.basket_of_boxes(goods.box, 2)
    tea = BasketLine.objects.filter(basket=basket, product=goods.tea)
    if torn == "a part is gone":
        tea.delete()
    else:
        tea.update(quantity=2)
    with pytest.raises(whole.BoxGone):
        _place(basket)


def test_the_database_keeps_no_half_boxes(goods: Set) -> None:
    order = _place(make.basket_of_boxes(goods.box))
    for wrong in ({"quantity": 3}, {"per_box": None}, {"box": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.filter(order=order, product=goods.tea).update(**wrong)


def test_it_goes_one_way(goods: Set) -> None:
    fields = vars(make.details()) | {"method": "both", "location_id": goods.point.pk}
    basket = make.basket_of_boxes(goods.box, 1, (make_loose(goods), 1))

    def asked(*collected: Any) -> Any:
        details = Details(**fields | {"collected": tuple(product.pk for product in collected)})
        return propose(basket, user=AnonymousUser(), details=details, at=NOW)

    with pytest.raises(whole.BoxApart):
        asked(goods.tea)
    found = asked(goods.tea, goods.honey)
    assert [one.opening.method for one in found.parcels] == ["delivery", "pickup"]


def make_loose(goods: Set) -> Any:
    product = make.product("Khô cá")
    make.stock(product, 5, at_place=goods.other)
    return product


def test_with_wine_in_it_it_is_for_adults_and_never_for_cash() -> None:
    goods = Set(ethanol_percent=29)
    basket = make.basket_of_boxes(goods.box)
    with pytest.raises(AdultsOnly):
        _place(basket)
    with pytest.raises(NoCashForAlcohol):
        _place(basket, adult=True, payment="cod")


def test_the_proof_sees_half_a_box(goods: Set) -> None:
    order = _place(make.basket_of_boxes(goods.box))
    assert list(boxes_were_ordered_whole(NOW)) == []
    Line.objects.filter(order=order, product=goods.tea).update(quantity=4)
    [said] = boxes_were_ordered_whole(NOW)
    assert order.number in said and "Hộp quà Tết" in said


@pytest.mark.parametrize("boxes", [1, 3])
def test_placing_asks_no_more_for_more_boxes(goods: Set, boxes: int) -> None:
    basket = make.basket_of_boxes(goods.box, boxes)
    with CaptureQueriesContext(connection) as queries:
        _place(basket)
    assert len(queries) <= 45


def test_pieces_lost_at_the_till_are_asked_about_with_their_share(goods: Set) -> None:
    """Nobody sells half a box; what a till takes afterwards is answered by the shopper, at the price in the box."""
    order = settle_card(_place(make.basket_of_boxes(goods.box)))
    sold(goods.honey, goods.point, 10)
    mend()
    answer(order, MONEY)
    assert split.back(order) == 180_000
    assert broken(NOW) == []
