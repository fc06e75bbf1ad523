"""Goods that wait for others longer than was promised: what would be too old by then is others, or its shopper is asked."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.checkout import actions, proofs, tasks
from marketplace.checkout.queries.keeping import too_old
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.actions import coming
from marketplace.fulfilment.models import Fulfilment
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock.actions import transfers
from marketplace.stock.models import Hold, Transfer
from tests import make, people
from tests.checkout.shortages import MONEY, answer, parcels, settle_card, short
from tests.rows import changed, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
NOW = make.NOW  # Friday, 20/11, 10 o'clock


def at(day: int, hour: int = 8) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour))


def on(day: int) -> date:
    return date(2026, 11, day)


@pytest.fixture
def goods() -> Any:
    """In Châu Đốc two pieces of lot A, good until the 24th; in Long Xuyên, three days away, nine of lot B that keep."""
    product = make.product("Bánh bò thốt nốt")
    product.near, product.far = make.location("Điểm Châu Đốc"), make.location("Điểm Long Xuyên", transfer_days=3)
    for place in (product.near, product.far):
        for day in range(6):
            place.hours.create(weekday=day, opens="07:00", closes="17:00")
    make.stock(product, 2, at_place=product.near, lot_code="A", best_before=on(24))
    make.stock(product, 9, at_place=product.far, lot_code="B", best_before=on(30))
    return product


@pytest.fixture
def order(goods: Any) -> Order:
    """Five, promised for Monday, the 23rd: two stand in Châu Đốc, three come from Long Xuyên."""
    made: Order = make.order((goods, 5), location_id=goods.near.pk, payment="counter", language="en")
    assert made.fulfilments.get().reaches_on == on(23) and kept(made) == {("A", 2), ("B", 3)}
    return made


def kept(order: Order) -> set[tuple[str, int]]:
    """Which lots are held for the order, and how many of each."""
    found: dict[str, int] = {}
    for code, units in Hold.objects.active().filter(order_id=order.pk).values_list("balance__lot__code", "quantity"):
        found[code] = found.get(code, 0) + units
    return set(found.items())


def put_off(until: int, *, sent: bool = False) -> None:
    """Somebody says on which day it is there."""
    about: dict[str, Any] = {"transfer": Transfer.objects.get(), "by": people.mai(), "at": NOW}
    if sent:
        coming.send(**about)
    coming.expect(**about, on=on(until))


def look() -> None:
    """As the clock does, twice."""
    for _twice in range(2):
        actions.replace_outlived(at=NOW)


def test_what_still_keeps_is_left_alone(order: Order) -> None:
    put_off(24)
    before = everything()
    look()
    assert not changed(before) and kept(order) == {("A", 2), ("B", 3)}


def test_others_that_keep_longer_are_brought_instead(order: Order, goods: Any) -> None:
    """The pieces at the point would be too old on Wednesday: two more come from where three come from."""
    put_off(25)
    assert too_old(Fulfilment.objects.put_off()) and proofs.what_waits_keeps_until_its_day in proofs.RULES
    assert not list(proofs.what_waits_keeps_until_its_day(timezone.now()))  # somebody is about it
    assert list(proofs.what_waits_keeps_until_its_day(timezone.now() + timedelta(minutes=6)))
    look()
    assert kept(order) == {("B", 5)} and parcels(order) == {"Điểm Châu Đốc": ("open", [5])}
    assert sum(line.quantity for line in Transfer.objects.get().lines.all()) == 5
    row = order.fulfilments.get().shorts.get()
    assert (row.quantity, row.outcome, row.good_until, row.found_at) == (2, "moved", on(24), goods.far)
    assert not Notice.objects.filter(kind="order_short").exists()


def test_an_order_that_is_paid_late_is_not_served_what_keeps_no_longer(goods: Any) -> None:
    """Promised for Monday when it was placed; paid on Monday it comes on Thursday, and two pieces keep until Tuesday."""
    order: Order = make.order((goods, 5), location_id=goods.near.pk, payment="card")
    settle_card(order, at(23))
    fulfilments.promise(order=order, at=at(23))
    parcel = order.fulfilments.get()
    assert parcel.reaches_on and parcel.reaches_on > on(24) and kept(order) == {("A", 2), ("B", 3)}
    actions.replace_outlived(at=at(23))
    assert kept(order) == {("B", 5)}


def test_a_parcel_for_a_door_that_is_paid_late_is_not_served_what_keeps_no_longer(goods: Any) -> None:
    """It waits for nothing from elsewhere: with the carrier three days later, it comes when its two pieces are too old."""
    order: Order = make.order((goods, 2), payment="card")
    parcel = order.fulfilments.get()
    assert not parcel.gathers and parcel.reaches_on == on(23) and kept(order) == {("A", 2)}
    settle_card(order, at(23))
    fulfilments.promise(order=order, at=at(23))
    actions.replace_outlived(at=at(23))
    assert kept(order) == {("B", 2)} and parcels(order)["Điểm Long Xuyên"] == ("open", [2])


def test_the_point_itself_may_have_what_keeps_no_longer_than_until_today(goods: Any) -> None:
    """All three travel and come too late; three that keep until tomorrow stand at the point, and nothing else is waited for."""
    goods.arrival_days = 7
    goods.save(update_fields=["arrival_days"])
    order = make.order((goods, 3), location_id=goods.near.pk, payment="counter")
    make.order((goods, 6), payment="cod")
    make.stock(goods, 3, at_place=goods.near, lot_code="F", best_before=on(28))
    put_off(26, sent=True)
    look()
    assert kept(order) == {("F", 3)} and order.fulfilments.get().reaches_on == on(20)


def test_the_point_itself_may_have_others(order: Order, goods: Any) -> None:
    make.stock(goods, 2, at_place=goods.near, lot_code="C", best_before=on(28))
    put_off(25)
    look()
    assert kept(order) == {("B", 3), ("C", 2)}
    assert order.fulfilments.get().shorts.get().outcome == "came"


def test_who_gets_no_others_is_asked_and_told_why(order: Order, goods: Any) -> None:
    """Long Xuyên has sold what it had left; nothing else keeps until Wednesday."""
    make.order((goods, 6), payment="cod")
    put_off(25, sent=True)
    look()
    assert kept(order) == set() and (short(order).quantity, short(order).good_until) == (2, on(24))
    said = letter(Notice.objects.get(kind="order_short"))
    page = Client().get(f"/en/missing/{short(order).token}/").content.decode()
    for text in (said.text, said.html, page):
        assert "had to be with you by 24/11/2026" in text
    actions.serve_waiting(at=NOW)
    assert short(order).quantity == 2  # lot A is free again, but not for this order
    mai = Client()
    mai.force_login(people.mai())
    assert "24/11/2026" in mai.get(reverse("desk:shortages")).content.decode()
    make.stock(goods, 1, at_place=goods.near, lot_code="C", best_before=on(28))
    actions.serve_waiting(at=NOW)
    assert kept(order) == {("C", 1)}
    answer(order, MONEY)
    assert parcels(order) == {"Điểm Châu Đốc": ("open", [4])}


def test_what_travels_arrives_for_nobody_when_it_comes_too_late(goods: Any) -> None:
    """It keeps until the 23rd, and a week on arrival is wanted."""
    goods.arrival_days = 7
    goods.save(update_fields=["arrival_days"])
    order = make.order((goods, 3), location_id=goods.near.pk, payment="counter")
    assert kept(order) == {("B", 3)}
    make.order((goods, 6), payment="cod")  # Long Xuyên has sold what it had left
    make.stock(goods, 2, at_place=make.location("Điểm Tân Châu"), lot_code="D", best_before=on(30) + timedelta(9))
    put_off(26, sent=True)
    look()
    assert kept(order) == {("D", 2)} and short(order).quantity == 1
    late = Transfer.objects.get(source=goods.far)
    transfers.arrive(transfer=late, arrived={late.lines.get().pk: 3}, key="k", by=people.mai(), at=at(26))
    assert kept(order) == {("D", 2)}


def test_goods_gathered_for_a_door_are_asked_again_as_well(goods: Any) -> None:
    """One parcel, three days under way: what is good until the 30th may not leave on the 28th."""
    sweet, other = make.product("Kẹo thốt nốt"), make.product("Đường thốt nốt")
    make.stock(sweet, 2, at_place=goods.near, lot_code="S", best_before=on(30))
    make.stock(other, 1, at_place=goods.far, lot_code="O")
    order = make.order((sweet, 2), (other, 1), payment="cod", one_parcel=True)
    assert order.fulfilments.get().gathers and kept(order) == {("S", 2), ("O", 1)}
    make.stock(sweet, 2, at_place=make.location("Điểm Tân Châu"), lot_code="T", best_before=on(30) + timedelta(20))
    put_off(28)
    look()
    assert kept(order) == {("T", 2), ("O", 1)}


def test_two_kinds_of_goods_are_looked_after_one_by_one(order: Order, goods: Any) -> None:
    """Each in a transaction of its own, which locks the balances of one product."""
    tea = make.product("Trà xạ đen")
    for place, lot, pieces, day in ((goods.near, "T", 4, 24), (goods.far, "U", 9, 30)):
        make.stock(tea, pieces, at_place=place, lot_code=lot, best_before=on(day))
    both: Order = make.order((goods, 2), (tea, 5), location_id=goods.near.pk, payment="counter")
    assert kept(both) >= {("T", 4), ("U", 1)}
    for transfer in Transfer.objects.all():
        coming.expect(transfer=transfer, on=on(25), by=people.mai(), at=NOW)
    look()
    assert kept(both) == {("B", 2), ("U", 5)} and not too_old(Fulfilment.objects.put_off())


def test_the_clock_rings(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    put_off(25)
    tasks.mend_shortages()
    assert kept(order) == {("B", 5)}


def test_many_that_keep_cost_a_handful_of_queries(goods: Any, django_assert_max_num_queries: Any) -> None:
    for _each in range(3):
        make.order((goods, 2), location_id=goods.near.pk, payment="counter")
    for transfer in Transfer.objects.all():
        coming.expect(transfer=transfer, on=on(24), by=people.mai(), at=NOW)
    with django_assert_max_num_queries(4):
        actions.replace_outlived(at=NOW)
