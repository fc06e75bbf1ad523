"""Goods from several places in one parcel, later: brought together at one of them, and sent on when all is there."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.checkout.queries.reviewing import review
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.actions import coming
from marketplace.fulfilment.models import ShortLine
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.models import Hold, Transfer
from tests import make, people

from . import split
from .shortages import mend, parcels, sold
from .split import NOW, TODAY, Two

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]


@pytest.fixture
def goods() -> Two:
    return split.two()


def _one(goods: Two, *wanted: Any, **fields: Any) -> Order:
    return split.paid(goods, *(wanted or goods.wanted()), one_parcel=True, **fields)


def _arrive(**more: Any) -> None:
    """All that was sent for the order is there."""
    for transfer in Transfer.objects.order_by("pk"):
        about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
        if transfer.status == "draft":
            stock.transfers.send(**about)
        came = {line.pk: line.on_its_way for line in transfer.lines.all() if line.on_its_way}
        if came:
            stock.transfers.arrive(arrived=came, key=f"all{transfer.pk}", **about)


def test_it_is_gathered_where_most_of_it_is_first_and_costs_one_fee(goods: Two) -> None:
    order = _one(goods)
    parcel = order.fulfilments.get()
    assert (parcel.location, parcel.method, parcel.gathers, parcel.routing) == (
        goods.near,
        "delivery",
        True,
        "gathered",
    )
    assert parcel.fee == order.shipping_incl_tax == 35_000  # three kilograms
    # in two days at the near point, packed there on that day, three days with the carrier
    assert parcel.arrives_on == TODAY + timedelta(days=5)
    transfer = Transfer.objects.get()
    assert (transfer.source, transfer.target, transfer.expected_on) == (
        goods.far,
        goods.near,
        TODAY + timedelta(days=2),
    )
    assert {hold.balance.location_id: hold.quantity for hold in Hold.objects.active()} == {
        goods.near.pk: 2,
        goods.far.pk: 1,
    }


def test_nothing_is_packed_before_all_is_there(goods: Two) -> None:
    order = _one(goods)
    parcel = order.fulfilments.get()
    with pytest.raises(fulfilments.StillComing, match="Điểm Long Xuyên"):
        fulfilments.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)
    _arrive()
    fulfilments.delivered(**split.shipped(parcel))
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED
    assert sum(row.on_hand for row in queries.balances(product_ids=[goods.sugar.pk, goods.fish.pk])) == 17


def _told() -> list[tuple[str, str]]:
    letters = Notice.objects.filter(kind="order_promised_anew").order_by("pk")
    return [(one.facts["before"]["when"], one.facts["parcels"][0]["when"]) for one in letters]


def _in(days: int) -> date:
    return TODAY + timedelta(days)


def test_what_is_gathered_late_is_at_the_door_later_and_the_shopper_knows(goods: Two) -> None:
    """Nobody has sent the fish by closing time: it leaves tomorrow, and the parcel comes a day later, told once."""
    order = _one(goods)
    for _twice in range(2):
        coming.keep_promises(at=NOW + timedelta(hours=8))
    parcel = order.fulfilments.get()
    assert (parcel.arrives_on, parcel.first_arrives_on, parcel.promised_at) == (_in(6), _in(5), None)
    assert Transfer.objects.get().expected_on == _in(3)
    assert _told() == [(_in(5).isoformat(), _in(6).isoformat())]
    said = letter(Notice.objects.get(kind="order_promised_anew"))
    assert f"{_in(5):%d/%m/%Y}" in said.text and f"{_in(6):%d/%m/%Y}" in said.html and "Điểm Long Xuyên" in said.text


def test_people_who_know_the_day_better_put_off_their_parcel_alone(goods: Two) -> None:
    """Fish is brought to the point where it is collected; the sugar that leaves from there waits for nothing."""
    order = split.paid(goods, **split.mixed(goods, location_id=goods.near.pk))
    fast, kept = split.parcel(order, goods.near), split.parcel(order, goods.near, "pickup")
    assert not fast.gathers and kept.gathers
    coming.expect(transfer=Transfer.objects.get(), on=_in(4), by=people.mai(), at=NOW)
    was, kept = kept.promised_at, split.parcel(order, goods.near, "pickup")
    assert kept.first_promised_at == was and timezone.localdate(kept.promised_at) == _in(4)
    assert split.parcel(order, goods.near).arrives_on == fast.arrives_on and len(_told()) == 1
    split.shipped(fast)


def test_goods_that_do_not_keep_till_then_leave_at_once(goods: Two) -> None:
    """There is no choice where nothing could be gathered in time."""
    bread = make.product("Bánh mì", weight_grams=500)
    make.stock(bread, 5, at_place=goods.far, best_before=TODAY + timedelta(days=3))
    order = _one(goods, (goods.sugar, 1), (bread, 1))
    assert {parcel.gathers for parcel in order.fulfilments.all()} == {False} and order.fulfilments.count() == 2
    assert not Transfer.objects.exists()


def test_producers_stores_gather_nothing_of_others() -> None:
    first, second = make.product(weight_grams=500), make.product(weight_grams=500)
    for product in (first, second):
        make.stock(product, 5, at_place=product.producer.store)
    place = split.open_daily(make.location("Điểm Tri Tôn"))
    order = make.order((first, 1), (second, 1), one_parcel=True)
    parcel = order.fulfilments.get()
    assert parcel.location == place and Transfer.objects.count() == 2


def test_one_place_has_everything_and_there_is_nothing_to_choose(goods: Two) -> None:
    make.stock(goods.fish, 5, at_place=goods.near)
    parcel = _one(goods).fulfilments.get()
    assert not parcel.gathers and parcel.arrives_on == TODAY + timedelta(days=3)


def _review(goods: Two, **fields: Any) -> Any:
    basket, details = make.basket(*goods.wanted()), make.details(**fields)
    return review(basket, user=AnonymousUser(), details=details, at=NOW)


def test_both_ways_stand_side_by_side_with_cost_and_day(goods: Two) -> None:
    fast = _review(goods)
    assert [(one.title, one.pieces, int(one.fee)) for one in fast.parcels] == [
        ("Kiện hàng từ Điểm Châu Đốc", 2, 30_000), ("Kiện hàng từ Điểm Long Xuyên", 1, 30_000),
    ]  # fmt: skip
    said = [(one.value, int(one.fee), one.chosen) for one in fast.choices]
    assert said == [("fast", 60_000, True), ("one", 35_000, False)]
    assert "23/11" in fast.choices[0].when and "25/11" in fast.choices[1].when
    one = _review(goods, one_parcel=True)
    [parcel] = one.parcels
    assert (parcel.pieces, int(parcel.fee)) == (3, 35_000) and "Điểm Long Xuyên" in parcel.when
    assert [(choice.value, choice.chosen) for choice in one.choices] == [("fast", False), ("one", True)]


def test_one_parcel_is_not_offered_where_one_is_enough(goods: Two) -> None:
    make.stock(goods.fish, 5, at_place=goods.near)
    assert _review(goods).choices == [] == _review(goods, one_parcel=True).choices
    assert _review(goods, **split.mixed(goods)).choices == []


def test_what_a_till_sold_is_brought_from_elsewhere_into_the_same_parcel(goods: Two) -> None:
    order = _one(goods)
    other = make.stock(goods.sugar, 5, at_place=split.open_daily(make.location("Điểm Tri Tôn")))
    sold(goods.sugar, goods.near, 9)
    mend()
    assert parcels(order) == {goods.near.name: ("open", [2, 1])}
    assert {one.source for one in Transfer.objects.all()} == {goods.far, other}
    _arrive()
    split.shipped(order.fulfilments.get())


def test_what_a_till_sold_at_the_sender_is_no_case_of_another_parcel(goods: Two) -> None:
    """Sugar is delivered from where fish waits for its shopper: only the sugar's parcel loses pieces."""
    order = split.paid(goods, **split.mixed(goods, location_id=goods.near.pk))
    sold(goods.sugar, goods.near, 9)
    mend()
    short = ShortLine.objects.get()
    assert (short.fulfilment.method, short.quantity) == ("delivery", 1)
    kept = split.parcel(order, goods.near, "pickup")
    _arrive()
    split.ready(kept)
    assert Transfer.objects.count() == 1


def test_what_went_missing_on_its_way_is_looked_for_again(goods: Two) -> None:
    order = _one(goods)
    transfer = Transfer.objects.get()
    about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
    stock.transfers.send(**about)
    stock.transfers.close(reasons={line.pk: "vỡ" for line in transfer.lines.all()}, **about)
    actions.take_up_missing(at=NOW)
    assert Transfer.objects.exclude(pk=transfer.pk).get().source == goods.far
    _arrive()
    split.shipped(order.fulfilments.get())


def test_the_cancelled_order_sends_nothing(goods: Two) -> None:
    order = _one(goods)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    assert not Transfer.objects.exists() and not Hold.objects.active().exists()
    assert split.back(order) == order.total_incl_tax
