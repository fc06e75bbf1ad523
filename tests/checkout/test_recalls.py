"""A lot is recalled while orders wait for pieces of it: in a shelf, in a bag, on a list, on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.checkout import actions as checkout
from marketplace.checkout import proofs
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.models import Hold
from marketplace.stock.queries.short import open_cases
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import mend, parcels, short

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
NOW = make.NOW
LATER = make.TODAY + timedelta(days=6)


@pytest.fixture
def goods() -> Any:
    """Three pieces of lot A at one point of Mai's."""
    product = make.product("Mật thốt nốt", price=50_000)
    product.here = make.stock(product, 3, at_place=make.location("Điểm A"), lot_code="A")
    return product


def recall(code: str = "A") -> Any:
    lot = queries.lots().get(code=code)
    checkout.recall(lot_id=lot.pk, reason="phát hiện nấm mốc", by=people.tam(), at=NOW)
    return lot


def along(order: Order, *steps: Any) -> Fulfilment:
    parcel: Fulfilment = order.fulfilments.get()
    for step in steps:
        step(fulfilment=parcel, by=people.mai(), at=NOW)
    return parcel


def kept(order: Order) -> set[tuple[str, str, int]]:
    """What is held for the order: place, lot, pieces."""
    rows = Hold.objects.active().filter(order_id=order.pk)
    return set(rows.values_list("balance__location__name", "balance__lot__code", "quantity"))


def shorts(order: Order) -> list[tuple[int, str, str]]:
    rows = ShortLine.objects.filter(fulfilment__order=order).order_by("pk")
    return [(row.quantity, row.outcome, row.recalled_lot) for row in rows]


READY = (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready)


def test_a_case_is_open_at_once_and_another_place_serves(goods: Any) -> None:
    order = make.order((goods, 2), payment="cod")
    make.stock(goods, 5, at_place=make.location("Điểm B"), lot_code="B")
    recall()
    [case] = open_cases()
    assert kept(order) == {("Điểm A", "A", 2)} and broken(NOW) == []
    for _twice in range(2):
        checkout.mend(case_id=case, at=NOW)
    assert parcels(order) == {"Điểm A": ("cancelled", []), "Điểm B": ("open", [2])}
    assert kept(order) == {("Điểm B", "B", 2)} and shorts(order) == [(2, "moved", "A")] and not open_cases()


def test_who_gets_none_is_asked_with_the_reason(goods: Any) -> None:
    """Of two orders the older is served first; the other is asked."""
    first, second = (make.order((goods, 1), payment="cod", at=NOW + timedelta(minutes=n)) for n in range(2))
    make.stock(goods, 1, at_place=make.location("Điểm B"), lot_code="B")
    recall()
    mend(NOW + timedelta(minutes=2))
    assert kept(first) == {("Điểm B", "B", 1)} and kept(second) == set()
    assert (short(second).quantity, short(second).recalled_lot, short(second).reason) == (1, "A", "phát hiện nấm mốc")
    said = letter(Notice.objects.get(kind="order_short"))
    assert "nấm mốc" in said.text and "nấm mốc" in said.html
    assert "nấm mốc" in Client().get(f"/missing/{short(second).token}/").content.decode()


def test_no_piece_of_it_is_left_in_a_bag(goods: Any) -> None:
    """Others stand on the same shelf: the books say so at once, and what was packed is opened."""
    make.stock(goods, 9, at_place=goods.here, lot_code="B")
    packed = make.order((goods, 1), payment="cod")
    ready, shelf = (make.order((goods, 1), payment="counter", location_id=goods.here.pk) for _ in range(2))
    along(packed, *READY[:2])
    old = along(ready, *READY)
    old.refresh_from_db()
    recall()
    mend()
    for order in (packed, ready, shelf):
        assert kept(order) == {("Điểm A", "B", 1)} and parcels(order) == {"Điểm A": ("open", [1])}
    assert [shorts(order) for order in (packed, ready, shelf)] == [[(1, "came", "A")], [(1, "came", "A")], []]
    told = Notice.objects.get(kind="order_unready")
    assert told.facts["number"] == ready.number and not Notice.objects.filter(kind="order_promised_anew").exists()
    assert "nấm mốc" in letter(told).text and "Điểm A" in letter(told).html
    work = Notice.objects.filter(kind="order_new")
    assert [work.filter(facts__number=one.number).count() for one in (packed, ready, shelf)] == [2, 2, 1]  # picked anew
    new = along(ready, *READY)
    assert new.code != old.code and Notice.objects.filter(kind="order_ready").count() == 2
    fulfilments.hand_over(fulfilment=new, code=new.code, by=people.mai(), at=NOW)
    assert not open_cases()


def test_a_bag_that_nothing_can_replace_waits_open(goods: Any) -> None:
    order = make.order((goods, 2), payment="counter", location_id=goods.here.pk)
    along(order, *READY)
    recall()
    mend()
    assert parcels(order) == {"Điểm A": ("open", [2])} and short(order).quantity == 2
    assert {one.kind for one in Notice.objects.filter(key__contains=order.number)} >= {"order_unready", "order_short"}
    make.stock(goods, 2, at_place=goods.here, lot_code="C")
    checkout.serve_waiting(at=NOW)
    assert kept(order) == {("Điểm A", "C", 2)}


def test_what_was_picked_after_the_recall_stays_picked(goods: Any) -> None:
    """The case is taken up late: whoever picked since has taken the right lot."""
    make.stock(goods, 9, at_place=goods.here, lot_code="B")
    order = make.order((goods, 1), payment="cod")
    recall()
    fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=NOW + timedelta(minutes=1))
    mend(NOW + timedelta(minutes=2))
    assert parcels(order) == {"Điểm A": ("picking", [1])} and not open_cases()


def test_what_travels_for_a_pickup_arrives_for_nobody(goods: Any) -> None:
    """Two of five are on their way when their lot is recalled; one of them has arrived."""
    make.stock(goods, 2, at_place=make.location("Điểm B"), lot_code="B")
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    [transfer] = queries.transfers()
    about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
    stock.transfers.send(**about)
    line = transfer.lines.get()
    stock.transfers.arrive(**about, arrived={line.pk: 1}, key="first")
    make.stock(goods, 1, at_place=make.location("Điểm C"), lot_code="C")
    recall("B")
    [case] = open_cases()
    assert broken(NOW) == []
    checkout.mend(case_id=case, at=NOW)
    assert not open_cases() and short(order).quantity == 1
    assert kept(order) == {("Điểm A", "A", 3), ("Điểm C", "C", 1)}
    stock.transfers.arrive(**about, arrived={line.pk: 1}, key="second")
    assert not open_cases() and kept(order) == {("Điểm A", "A", 3), ("Điểm C", "C", 1)}


def test_it_arrives_before_anybody_takes_the_case_up(goods: Any) -> None:
    make.stock(goods, 2, at_place=make.location("Điểm B"), lot_code="B")
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    [transfer] = queries.transfers()
    about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
    stock.transfers.send(**about)
    recall("B")
    stock.transfers.arrive(**about, arrived={transfer.lines.get().pk: 2}, key="all")
    assert len(open_cases()) == 1 and broken(NOW) == []
    mend()
    assert short(order).quantity == 2 and kept(order) == {("Điểm A", "A", 3)} and not open_cases()


def test_a_list_names_the_lot_that_is_sent_instead(goods: Any) -> None:
    """What waits to be sent to the point is recalled: the same place has others, or another place sends them."""
    place = make.stock(goods, 2, at_place=make.location("Điểm B"), lot_code="B")
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    make.stock(goods, 2, at_place=place, lot_code="B2")
    recall("B")
    mend()
    assert {(one.source.name, line.lot.code) for one in queries.transfers() for line in one.lines.all()} == {
        ("Điểm B", "B2")
    }
    make.stock(goods, 2, at_place=make.location("Điểm C"), lot_code="C")
    recall("B2")
    mend()
    assert {(one.source.name, line.lot.code) for one in queries.transfers() for line in one.lines.all()} == {
        ("Điểm C", "C")
    }
    assert kept(order) == {("Điểm A", "A", 3), ("Điểm C", "C", 2)} and not open_cases()


def test_who_has_not_paid_yet_is_served_until_the_same_moment(goods: Any) -> None:
    order = make.order((goods, 2))
    make.stock(goods, 5, at_place=make.location("Điểm B"), lot_code="B")
    recall()
    mend()
    assert kept(order) == {("Điểm B", "B", 2)}
    assert Hold.objects.active().get().expires_at == order.pay_by


def test_a_lot_that_is_sound_after_all_closes_the_case(goods: Any) -> None:
    order = make.order((goods, 2), payment="cod")
    lot = recall()
    stock.recall.thaw(lot_id=lot.pk, reason="mẫu đạt", by=people.tam(), at=NOW)
    mend()
    assert not open_cases() and kept(order) == {("Điểm A", "A", 2)} and shorts(order) == []


def test_what_tills_sold_of_it_beyond_the_books_is_still_owed(goods: Any) -> None:
    """It must have been pieces of the other lot: the order gets them elsewhere, although on the books they are there."""
    make.stock(goods, 2, at_place=goods.here, lot_code="B", best_before=LATER + timedelta(days=30))
    order = make.order((goods, 2), payment="cod")
    assert kept(order) == {("Điểm A", "B", 2)}
    make.stock(goods, 5, at_place=make.location("Điểm C"), lot_code="C")
    stock.sell(location_id=goods.here.pk, lines=[stock.Sold(goods.pk, "A", 7)], key="x", at=NOW, device="till:1")
    recall()
    mend()
    assert kept(order) == {("Điểm C", "C", 2)} and not open_cases()


def test_the_proof_knows_when_nobody_is_about_it(goods: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the shelf and on the way: without the case, prove names what is kept for whom."""
    make.stock(goods, 2, at_place=make.location("Điểm B"), lot_code="A")
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    [transfer] = queries.transfers()
    stock.transfers.send(transfer=transfer, by=people.mai(), at=NOW)
    monkeypatch.setattr(stock.recall, "_open_cases", lambda book, lot: None)
    lot = recall()
    said = list(proofs.recalled_goods_are_promised_to_nobody(NOW))
    assert len(said) == 2 and all(f"order {order.pk}" in one for one in said)
    stock.recall.thaw(lot_id=lot.pk, reason="mẫu đạt", by=people.tam(), at=NOW)


def test_the_point_reads_why(goods: Any) -> None:
    tam, now = Client(), timezone.now()
    tam.force_login(people.tam())
    order = make.order((goods, 2), payment="cod", at=now)
    lot = queries.lots().get(code="A")
    tam.post(reverse("desk:lot-freeze", args=[lot.pk]), {"reason": "nấm mốc"})
    for page in (reverse("desk:shortages"), reverse("desk:stock", args=[goods.here.pk])):
        assert "thu hồi" in tam.get(page).content.decode(), page
    mend(now)
    page = tam.get(reverse("desk:parcel", args=[order.fulfilments.get().pk])).content.decode()
    assert "Lô A đã bị thu hồi" in page
