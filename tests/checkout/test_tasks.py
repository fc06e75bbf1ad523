"""Bells that are lost are rung again: what must happen is a row, and beat finds it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.celery import app
from marketplace.checkout import actions, tasks
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.payment.standin import Standin, refunds
from tests import make
from tests.checkout.rules import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    """Whoever rings is heard at once, in this process."""
    app.conf.update(task_always_eager=True)
    yield
    app.conf.update(task_always_eager=False)


@pytest.fixture
def stripe(settings: Any) -> Any:
    """No webhook reaches us: the sweepers are alone."""
    with Standin() as playing:
        settings.STRIPE_API_BASE = playing.url
        yield playing


def _ago(minutes: int) -> Any:
    return timezone.now() - timedelta(minutes=minutes)


def _waiting(minutes_ago: int) -> Order:
    product = make.product()
    make.stock(product, at=_ago(100))
    order = make.order((product, 1), at=_ago(minutes_ago))
    actions.start_payment(order=order, at=_ago(minutes_ago))
    return order


def test_a_payment_nobody_told_of_is_found(stripe: Standin) -> None:
    order = _waiting(2)
    stripe.pay(order.sources.get().reference)
    tasks.settle_open()
    order.refresh_from_db()
    assert order.status == "confirmed"


def test_an_order_past_its_time_is_cancelled(stripe: Standin) -> None:
    order = make.order(at=_ago(36))
    tasks.release_expired()
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "unpaid")
    assert broken(timezone.now()) == []


def test_goods_nobody_came_for_are_free() -> None:
    product = make.product()
    place = make.stock(product, at=_ago(100))
    order = make.order((product, 1), at=_ago(90), location_id=place.pk, payment="counter")
    parcel = order.fulfilments.get()
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(fulfilment=parcel, by=None, at=_ago(60))
    Fulfilment.objects.update(collect_by=timezone.localdate() - timedelta(days=1))
    tasks.release_expired()
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "uncollected")


def test_a_refund_that_is_due_is_made(stripe: Standin) -> None:
    order = _waiting(2)
    stripe.pay(order.sources.get().reference)
    tasks.settle(order.pk)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=timezone.now())
    for _ in range(2):
        tasks.make_refunds()
    assert Refund.objects.get().status == "made"
    assert len(stripe.world.all("refund")) == 1
    assert broken(timezone.now()) == []


def test_a_refund_whose_end_nobody_told_is_followed(stripe: Standin, settings: Any) -> None:
    order = _waiting(2)
    stripe.pay(order.sources.get().reference)
    tasks.settle(order.pk)
    stripe.switch(refund_fail=True)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=timezone.now())
    tasks.make_refunds()
    stripe.switch(clock_ahead=10)
    refunds.settle_due(stripe.world)
    Refund.objects.update(next_try_at=_ago(1))
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    tasks.make_refunds()
    assert Refund.objects.get().status == "pending"
    Refund.objects.update(next_try_at=_ago(1))
    settings.STRIPE_API_BASE = stripe.url
    tasks.make_refunds()
    assert Refund.objects.get().status == "failed"
    assert broken(timezone.now()) == []


def test_a_gateway_that_is_away_breaks_no_sweep(stripe: Standin, settings: Any) -> None:
    order = _waiting(2)
    Order.objects.update(pay_by=_ago(1))
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    tasks.release_expired()
    tasks.settle_open()
    order.refresh_from_db()
    assert order.status == "awaiting-payment"
    settings.STRIPE_API_BASE = stripe.url
    tasks.release_expired()
    order.refresh_from_db()
    assert order.status == "cancelled"


def test_a_broker_that_is_away_breaks_no_page(stripe: Standin, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    order = _waiting(2)
    monkeypatch.setattr(tasks.settle, "apply_async", _away)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    answer = Client().get(f"/checkout/paid/{order.token}/")
    order.refresh_from_db()
    assert (answer.status_code, order.status) == (302, "awaiting-payment")


def _away(*args: Any, **kwargs: Any) -> None:
    raise ConnectionError("no broker")
