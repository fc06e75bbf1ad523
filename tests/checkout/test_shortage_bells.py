"""From a till's report to the shopper's letter: nobody has to press anything."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from config.celery import BEAT, app
from marketplace.checkout import tasks
from marketplace.checkout.actions import answering
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import ShortLine
from marketplace.notices.models import Delivery, Notice
from marketplace.payment.models import Refund
from marketplace.stock.queries import short
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import mend, paid, sold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    """Whoever rings is heard at once, in this process."""
    app.conf.update(task_always_eager=True)
    yield
    app.conf.update(task_always_eager=False)


def _report(token: str, *events: Any) -> None:
    body, bearer = json.dumps({"events": events}), f"Bearer {token}"
    answer = Client().post("/api/v1/tills/events", body, "application/json", headers={"Authorization": bearer})
    assert answer.status_code in (200, 202), answer.content


def test_a_tills_report_ends_in_a_letter_and_a_receipt_in_goods(django_capture_on_commit_callbacks: Any) -> None:
    now = timezone.now()
    goods = make.product("Mật thốt nốt")
    place = make.stock(goods, 4, at=now)
    order = paid((goods, 3), at=now)
    _till, token = make.till(place)
    with django_capture_on_commit_callbacks(execute=True):
        _report(token, make.till_event(goods, quantity=3, occurred_at=now.isoformat()))
        app.tasks["marketplace.tills.tasks.record_waiting"].delay()
    row = ShortLine.objects.get()
    assert (row.quantity, row.fulfilment.order_id) == (2, order.pk)
    letter = Notice.objects.get(kind="order_short")
    assert row.token in letter.facts["url"] and Delivery.objects.filter(notice=letter).exists()
    make.stock(goods, 1, at_place=place, at=now)
    tasks.mend_shortages()
    row.refresh_from_db()
    assert row.quantity == 1
    ShortLine.objects.filter(pk=row.pk).update(wait_until=now - timedelta(seconds=1))
    tasks.mend_shortages()
    row.refresh_from_db()
    assert row.outcome == "money-back" and Refund.objects.get().reason == "short"
    assert broken(timezone.now()) == []


def test_cases_that_stay_open_do_not_hide_those_that_came_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parcel that is ready is not touched: its case waits for a count, and there are as many such as a page has."""
    monkeypatch.setattr(short, "PAGE", 2)
    now = timezone.now()
    for number in range(5):
        goods = make.product()
        place = make.stock(goods, 1, at=now)
        parcel = make.order((goods, 1), payment="counter", location_id=place.pk, at=now).fulfilments.get()
        if number < 4:
            for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
                step(fulfilment=parcel, by=people.mai(), at=now)
        sold(goods, place, 1, at=now)
    tasks.mend_shortages()
    assert ShortLine.objects.waiting().get().fulfilment == parcel
    first = short.open_cases()
    assert len(first) == 2 and len(short.open_cases(first[-1])) == 2 and short.open_cases(first[-1] + 2) == []


def test_the_bell_is_rung_again_by_the_clock() -> None:
    rung = [one for one in BEAT.values() if one["task"] == tasks.mend_shortages.name]
    assert [one["schedule"] for one in rung] == [30.0]
    assert app.amqp.router.route({}, tasks.mend_shortages.name)["queue"].name == "checkout"


def test_an_order_that_breaks_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two shoppers have waited long enough. Whatever is wrong with the first, the second has the money back."""
    product, now = make.product(), timezone.now()
    place = make.stock(product, 2, at=now)
    orders = [make.order((product, 1), payment="cod", at=now) for _ in range(2)]
    sold(product, place, 2, at=now)
    mend(now)
    give_up, first = answering._give_up, ShortLine.objects.waiting()[0]

    def broken_once(order: Any, row: ShortLine, at: Any) -> None:
        if row.pk == first.pk:
            raise ZeroDivisionError
        give_up(order, row, at)

    monkeypatch.setattr(answering, "_give_up", broken_once)
    answering.give_up_overdue(at=now + timedelta(days=settings.SHORTAGE_DAYS))
    [left] = ShortLine.objects.waiting()
    assert left.pk == first.pk and {order.fulfilments.get().status for order in orders} == {"open", "cancelled"}
