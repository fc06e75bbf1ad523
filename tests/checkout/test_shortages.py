"""A till sells what was promised: the newest order gets its pieces elsewhere, or its shopper waits."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from marketplace.checkout import actions
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import ShortLine
from marketplace.fulfilment.queries import cash_due
from marketplace.notices.models import Notice
from marketplace.stock import actions as stock
from marketplace.stock.queries import short as cases
from tests import make, people
from tests.checkout.shortages import WAIT, answer, deliver, mend, parcels, short, sold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
NOW = make.NOW


def test_the_newest_order_is_served_from_elsewhere(goods: Any) -> None:
    older = make.order((goods, 1), payment="cod")
    newer = make.order((goods, 2), payment="cod", at=NOW + timedelta(minutes=1))
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 1)
    mend()
    assert parcels(older) == {"Điểm A": ("open", [1])}
    assert parcels(newer) == {"Điểm A": ("open", [1]), "Điểm B": ("open", [1])}
    row = ShortLine.objects.get()
    assert (row.quantity, row.outcome, row.found_at.name, row.wait_until) == (1, "moved", "Điểm B", None)
    assert cases.open_cases() == []
    assert Notice.objects.filter(kind="order_new", facts__place="Điểm B").exists()
    assert not Notice.objects.filter(kind="order_short").exists()


def test_what_moves_whole_leaves_no_parcel_behind(goods: Any) -> None:
    order = make.order((goods, 2), payment="cod")
    days = order.fulfilments.get().travel_days
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 3)
    mend()
    assert parcels(order) == {"Điểm A": ("cancelled", []), "Điểm B": ("open", [2])}
    parcel = order.fulfilments.get(location__name="Điểm B")
    assert (cash_due(parcel), parcel.travel_days) == (order.total_incl_tax, days) and days
    deliver(parcel)
    order.refresh_from_db()
    assert order.status == "completed"


def test_who_lost_all_pieces_hears_of_those_that_come_back(goods: Any) -> None:
    order, there = make.order((goods, 2), payment="cod"), make.location("Điểm B")
    make.stock(goods, 5, at_place=there)
    sold(goods, goods.here, 3)
    mend()
    make.stock(goods, 5, at_place=goods.here)
    sold(goods, there, 5, "y")
    mend()
    assert parcels(order) == {"Điểm A": ("open", [2]), "Điểm B": ("cancelled", [])}
    told = Notice.objects.filter(kind="order_new").order_by("pk")
    assert list(told.values_list("facts__place", flat=True)) == ["Điểm A", "Điểm B", "Điểm A"]
    mend()
    assert told.count() == 3


def test_a_picked_parcel_only_when_no_other_is_left(goods: Any) -> None:
    first = make.order((goods, 1), payment="cod")
    last = make.order((goods, 1), payment="cod", at=NOW + timedelta(minutes=1))
    fulfilments.start_picking(fulfilment=last.fulfilments.get(), by=people.mai(), at=NOW)
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 2)
    mend()
    assert parcels(first)["Điểm B"] == ("open", [1])
    assert parcels(last) == {"Điểm A": ("picking", [1])}
    sold(goods, goods.here, 1, "y")
    mend()
    assert parcels(last) == {"Điểm A": ("cancelled", []), "Điểm B": ("open", [1])}


def test_what_waits_in_a_bag_is_left_alone_and_the_case_stays_open(goods: Any) -> None:
    order = make.order((goods, 1), payment="counter", location_id=goods.here.pk, collect_on=make.TODAY)
    parcel, about = order.fulfilments.get(), {"by": people.mai(), "at": NOW}
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(fulfilment=parcel, **about)
    sold(goods, goods.here, 3)
    mend()
    assert parcels(order) == {"Điểm A": ("ready", [1])} and len(cases.open_cases()) == 1
    stock.count(location=goods.here, product=goods, counted=1, key="again", **about)
    mend()
    assert cases.open_cases() == []
    assert not ShortLine.objects.exists()


def test_nobody_has_it_the_shopper_is_asked_and_the_parcel_waits(goods: Any) -> None:
    order = make.order((goods, 3), payment="cod")
    sold(goods, goods.here, 2)
    mend()
    row = short(order)
    assert (row.quantity, row.wait_until) == (2, NOW + timedelta(days=settings.SHORTAGE_DAYS))
    told = Notice.objects.get(kind="order_short")
    assert row.token in told.facts["url"] and told.facts["amount"] == 100_002
    with pytest.raises(fulfilments.Incomplete):
        fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=NOW)
    assert cases.open_cases() == []
    mend()
    assert ShortLine.objects.count() == 1


def test_who_waits_is_served_when_units_come_the_oldest_first(goods: Any) -> None:
    older = make.order((goods, 1), payment="cod")
    newer = make.order((goods, 2), payment="cod", at=NOW + timedelta(minutes=1))
    sold(goods, goods.here, 3)
    mend()
    for order in (older, newer):
        answer(order, WAIT)
    actions.serve_waiting(at=NOW)
    assert ShortLine.objects.waiting().count() == 2
    make.stock(goods, 1, at_place=goods.here)
    make.stock(goods, 1, at_place=make.location("Điểm B"))
    actions.serve_waiting(at=NOW)
    assert parcels(older) == {"Điểm A": ("open", [1])} and not older.fulfilments.get().shorts.waiting().exists()
    assert parcels(newer) == {"Điểm A": ("open", [1]), "Điểm B": ("open", [1])} and short(newer).quantity == 1
    make.stock(goods, 9, at_place=goods.here)
    actions.serve_waiting(at=NOW)
    assert not ShortLine.objects.waiting().exists()
    told = Notice.objects.filter(kind="order_found").order_by("pk")
    assert [(one.facts["quantity"], one.facts["more"]) for one in told] == [(1, 0), (1, 1), (1, 0)]
    fulfilments.start_picking(fulfilment=newer.fulfilments.get(location=goods.here), by=people.mai(), at=NOW)


def test_a_cancelled_order_asks_nothing_any_more(goods: Any) -> None:
    order = make.order((goods, 2), payment="cod")
    sold(goods, goods.here, 2)
    mend()
    row = short(order)
    actions.cancel(order=order, by=None, reason="shopper", at=NOW)
    row.refresh_from_db()
    assert (row.outcome, bool(row.closed_at)) == ("cancelled", True)
    with pytest.raises(actions.NothingToChoose):
        actions.answer_shortage(short=row, choice=WAIT, by=None, at=NOW)
