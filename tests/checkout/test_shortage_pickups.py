"""Pieces that a pickup point lacks: they come from elsewhere, or do not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from marketplace.checkout import actions
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import ShortLine
from marketplace.fulfilment.queries import cash_due
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.stock import actions as stock
from marketplace.stock.queries import transfers
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import MONEY, answer, mend, parcels, short, sold

pytestmark = pytest.mark.django_db
NOW = make.NOW
LATER = make.TODAY + timedelta(days=6)


@pytest.fixture(autouse=True)
def _whole_afterwards(db: None) -> Iterator[None]:
    """Whatever a test did, every rule of every engine holds."""
    yield
    assert broken(NOW + timedelta(minutes=1)) == []


@pytest.fixture
def goods() -> Any:
    """Three pieces at one point of Mai's."""
    product = make.product("Mật thốt nốt", price=50_001)
    product.here = make.stock(product, 3, at_place=make.location("Điểm A"))
    return product


def test_what_never_reached_the_point_is_looked_for_elsewhere(goods: Any) -> None:
    """Five to collect: three are there, two were sent for; one arrives, and nobody has another."""
    make.stock(goods, 2, at_place=make.location("Điểm B"))
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    [transfer] = transfers()
    about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
    stock.transfers.send(**about)
    [line] = transfer.lines.all()
    stock.transfers.arrive(**about, arrived={line.pk: 1}, key="k")
    stock.transfers.close(**about, reasons={line.pk: "Vỡ trên đường"})
    assert broken(NOW) == []
    actions.take_up_missing(at=NOW)
    actions.take_up_missing(at=NOW)
    row = short(order)
    assert (row.quantity, row.reason, row.transfer_line_id) == (1, "Vỡ trên đường", line.pk)
    assert broken(NOW) == []
    make.stock(goods, 1, at_place=make.location("Điểm C"))
    actions.serve_waiting(at=NOW)
    row.refresh_from_db()
    assert (row.outcome, row.found_at.name) == ("moved", "Điểm C")
    assert [one.source.name for one in transfers()] == ["Điểm C", "Điểm B"]


def test_a_list_shrinks_with_what_its_place_has_lost(goods: Any) -> None:
    """What was to be sent to the point is sold where it stood: another place sends it, and the list says so."""
    second, third = make.location("Điểm B"), make.location("Điểm C")
    make.stock(goods, 2, at_place=second)
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    make.stock(goods, 4, at_place=third)
    sold(goods, second, 1)
    mend()
    lists = {one.source.name: [line.quantity for line in one.lines.all()] for one in transfers()}
    assert lists == {"Điểm B": [1], "Điểm C": [1]}
    sold(goods, second, 1, "y")
    mend()
    lists = {one.source.name: sum(line.quantity for line in one.lines.all()) for one in transfers()}
    assert lists == {"Điểm C": 2} and parcels(order) == {"Điểm A": ("open", [5])}


def test_who_is_to_send_more_is_told_so_once(goods: Any) -> None:
    """Hùng's place sends two as it was told to; Mai's sends one and then one more."""
    second, third = make.location("Điểm B", staff=people.hung()), make.location("Điểm C")
    make.stock(goods, 2, at_place=second)
    make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    make.stock(goods, 4, at_place=third)
    for key in ("x", "y"):
        sold(goods, goods.here, 1, key)
        mend()
        mend()
    told = Notice.objects.filter(kind="transfer_wanted").order_by("pk")
    assert [(one.facts["source"], [units for units, _name in one.facts["lines"]]) for one in told] == [
        ("Điểm B", [2]), ("Điểm C", [1]), ("Điểm C", [1, 1]),
    ]  # fmt: skip
    assert [one.user for one in told] == [people.hung(), people.mai(), people.mai()]
    assert ["thay cho" in letter(one).text and "thay cho" in letter(one).html for one in told] == [False, False, True]


def test_a_list_that_is_written_anew_says_when_its_goods_are_there(goods: Any) -> None:
    """Nobody has sent them for three days: what leaves now is there in two days, and the shopper is promised so."""
    second, now = make.location("Điểm B"), NOW + timedelta(days=3)
    make.stock(goods, 3, at_place=second)
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    assert [one.expected_on for one in transfers()] == [make.TODAY + timedelta(days=2)]
    sold(goods, goods.here, 1, at=now)
    mend(now)
    assert [one.expected_on for one in transfers()] == [make.TODAY + timedelta(days=5)]
    assert localdate(order.fulfilments.get().promised_at) == make.TODAY + timedelta(days=5)
    sold(goods, second, 1, "y", at=now + timedelta(days=1))
    mend(now + timedelta(days=1))
    assert [one.expected_on for one in transfers()] == [make.TODAY + timedelta(days=6)]


def test_what_is_collected_comes_by_transfer_from_elsewhere(goods: Any) -> None:
    order = make.order((goods, 2), payment="counter", location_id=goods.here.pk, collect_on=make.TODAY)
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 2)
    mend()
    assert parcels(order) == {"Điểm A": ("open", [2])}
    row = ShortLine.objects.get()
    assert (row.quantity, row.outcome, row.found_at.name) == (1, "moved", "Điểm B")


def test_a_sale_before_the_units_come_takes_what_was_sent_for(goods: Any) -> None:
    """The place that was to send them sells them, too: then the shopper is asked."""
    order = make.order((goods, 2), payment="counter", location_id=goods.here.pk, collect_on=make.TODAY)
    other = make.stock(goods, 1, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 2)
    mend()
    sold(goods, other, 1, "y")
    mend()
    assert short(order).quantity == 1
    answer(order, MONEY)
    parcel = order.fulfilments.get()
    assert cash_due(parcel) == 50_001
    fulfilments.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)


def test_nothing_is_packed_between_the_loss_and_the_search_for_others(goods: Any) -> None:
    """The list from elsewhere is closed with a piece missing; whoever looks for others has not come by yet."""
    make.stock(goods, 2, at_place=make.location("Điểm B"))
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    [transfer] = transfers()
    about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
    stock.transfers.send(**about)
    [line] = transfer.lines.all()
    stock.transfers.arrive(**about, arrived={line.pk: 1}, key="k")
    stock.transfers.close(**about, reasons={line.pk: "Vỡ trên đường"})
    parcel = order.fulfilments.get()
    with pytest.raises(fulfilments.StillComing):
        fulfilments.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)
    actions.take_up_missing(at=NOW)
    with pytest.raises(fulfilments.Incomplete):
        fulfilments.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)
