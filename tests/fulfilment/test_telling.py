"""Goods that wait for their shopper, and shoppers that wait for their goods: each is told of once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.fulfilment import actions, tasks
from marketplace.fulfilment.models import Fulfilment
from marketplace.notices.models import Notice
from tests import make, people
from tests.checkout.shortages import missing
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
NOW = make.NOW


def pickup(until: str = "") -> Fulfilment:
    product = make.product()
    place = make.stock(product, 10)
    for day in range(7):
        place.hours.create(weekday=day, opens="07:00", closes="17:00")
    parcel = make.order((product, 2), payment="counter", location_id=place.pk).fulfilments.get()
    steps = [actions.start_picking, actions.pack, actions.mark_ready]
    for step in steps[: ["", "picking", "packed", "ready"].index(until)]:
        step(fulfilment=parcel, by=people.mai(), at=NOW)
    return parcel


def told(kind: str) -> list[Any]:
    return list(Notice.objects.filter(kind=kind).values_list("facts", flat=True))


def test_a_day_before_the_last_the_shopper_is_reminded_once() -> None:
    parcel = pickup("ready")
    day_before = NOW + timedelta(days=(parcel.collect_by - make.TODAY).days - 1)
    assert actions.tell_of_pickups(at=day_before - timedelta(days=1)) == 0
    assert [actions.tell_of_pickups(at=day_before) for _twice in range(2)] == [1, 0]
    [facts] = told("order_uncollected")
    assert (facts["code"], facts["collect_by"]) == (parcel.code, parcel.collect_by.isoformat())


@pytest.mark.parametrize("done", ["collected", "new", "over"])
def test_who_has_come_or_was_just_told_is_not_reminded(done: str) -> None:
    parcel = pickup("ready")
    last = NOW + timedelta(days=(parcel.collect_by - make.TODAY).days)
    if done == "collected":
        actions.hand_over(fulfilment=parcel, by=people.mai(), code=parcel.code, at=NOW)
    if done == "new":
        Fulfilment.objects.update(ready_at=last - timedelta(hours=3))
    assert actions.tell_of_pickups(at=last + timedelta(days=done == "over")) == 0


@pytest.mark.parametrize("until", ["", "picking", "packed"])
def test_what_is_later_than_promised_is_told_once(until: str) -> None:
    parcel = pickup(until)
    assert actions.tell_of_pickups(at=parcel.promised_at + timedelta(minutes=59)) == 0
    late = parcel.promised_at + timedelta(hours=2)
    assert [actions.tell_of_pickups(at=late) for _twice in range(2)] == [1, 0]
    [facts] = told("order_delayed")
    assert datetime.fromisoformat(facts["promised_at"]) == parcel.promised_at and facts["place"] == parcel.location.name


def test_a_new_promise_that_is_broken_is_told_of_again() -> None:
    parcel = pickup()
    first = parcel.promised_at + timedelta(hours=2)
    assert actions.tell_of_pickups(at=first) == 1
    Fulfilment.objects.update(promised_at=first + timedelta(hours=3))
    assert [actions.tell_of_pickups(at=first + timedelta(hours=hours)) for hours in (3, 5, 6)] == [0, 1, 0]


def test_a_day_that_was_promised_is_late_when_it_is_over() -> None:
    midnight = timezone.make_aware(datetime(2026, 11, 22))
    pickup()
    Fulfilment.objects.update(promised_at=midnight)
    assert actions.tell_of_pickups(at=midnight + timedelta(hours=24, minutes=59)) == 0
    assert actions.tell_of_pickups(at=midnight + timedelta(hours=25)) == 1
    assert told("order_delayed")[0]["promised_day"]


def test_what_is_ready_or_cancelled_is_not_late() -> None:
    parcel = pickup("ready")
    assert actions.tell_of_pickups(at=parcel.promised_at + timedelta(hours=2)) == 0


def test_whose_pieces_are_missing_was_told_so_already() -> None:
    product = make.product()
    short = missing(product, make.stock(product, 10))
    Fulfilment.objects.filter(pk=short.fulfilment_id).update(
        method="pickup", code="111111", promised_at=NOW, gathers=True, fee=0
    )
    assert actions.tell_of_pickups(at=NOW + timedelta(days=1)) == 0


def test_the_shopper_hears_why_nothing_came() -> None:
    product = make.product()
    make.stock(product, 5)
    parcel = make.order((product, 1), payment="cod").fulfilments.get()
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
    actions.start_picking(**about), actions.pack(**about)
    actions.ship(**about, carrier="VNPost", tracking_number="EE1")
    actions.fail(**about, reason="khách đi vắng")
    [facts] = told("order_undelivered")
    assert (facts["reason"], facts["carrier"]) == ("khách đi vắng", "VNPost")


def test_the_task_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    parcel = pickup()
    monkeypatch.setattr("django.utils.timezone.now", lambda: parcel.promised_at + timedelta(hours=2))
    tasks.tell_of_pickups()
    assert len(told("order_delayed")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_once() -> None:
    parcel = pickup()
    late = parcel.promised_at + timedelta(hours=2)
    assert sorted(map(str, at_once(3, lambda _: actions.tell_of_pickups(at=late)))) == ["0", "0", "1"]
