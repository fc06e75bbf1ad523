"""For an hour nobody can be rung, and no worker runs: every payment is settled and every notice sent all the same, once."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.celery import BEAT, app
from marketplace.checkout import actions
from marketplace.notices.models import Delivery, Notice
from marketplace.order.models import Order
from marketplace.payment.models import PaymentEvent, Refund, Transaction
from marketplace.payment.standin import Standin
from tests import make
from tests.checkout.rules import broken
from tests.processes import Worker, celery_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
SECRET, HOUR = "whsec_of_the_dead_hour", 3600


@pytest.fixture
def stripe(settings: Any) -> Iterator[Standin]:
    with Standin(webhook_secret=SECRET) as playing:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = playing.url, "sk_test_of_the_dead_hour"
        settings.STRIPE_WEBHOOK_SECRET = SECRET
        yield playing


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """No bell is heard until it is ended."""
    with monkeypatch.context() as away:
        away.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
        away.setattr(app, "_pool", None)
        away.setattr(app.amqp, "_producer_pool", None)
        yield away


def _card(stripe: Standin, product: Any, at: datetime) -> Order:
    """Paid on the gateway's page."""
    order = make.order((product, 1), at=at)
    actions.start_payment(order=order, at=at)
    stripe.pay(order.sources.get().reference)
    return order


def _tell(stripe: Standin) -> None:
    """All that the gateway has said so far arrives at our door."""
    for word in stripe.webhooks:
        headers = {"Stripe-Signature": word.signature}
        answer = Client().post("/payment/stripe/webhook/", word.payload, "application/json", headers=headers)
        assert answer.status_code == 204


def _ring_for_everything(worker: Worker) -> None:
    """As beat does for every row of its table."""
    for entry in BEAT.values():
        app.send_task(entry["task"], entry.get("args", ()))
    assert worker.process.poll() is None


def _dead_hour(stripe: Standin, at: datetime) -> dict[str, Order]:
    """Paid and told, paid and never told, paid and cancelled, paid by transfer, never paid, and cash."""
    product = make.product()
    make.stock(product, 20, at=at)
    told, cancelled = _card(stripe, product, at), _card(stripe, product, at)
    _tell(stripe)
    actions.settle(order_id=cancelled.pk, at=at)
    actions.cancel(order=cancelled, by=None, reason=Order.Because.SHOPPER, at=at)
    untold = _card(stripe, product, at)
    transfer = make.transfer_order((product, 1), at=at)
    make.bank_line(transfer.sources.get().reference, transfer.due, at=at)
    unpaid = make.order((product, 1), at=at)
    cash = make.order((product, 1), at=at, payment="cod")
    return {
        "told": told,
        "untold": untold,
        "cancelled": cancelled,
        "transfer": transfer,
        "unpaid": unpaid,
        "cash": cash,
    }


def _states() -> dict[int, str]:
    return dict(Order.objects.values_list("pk", "status"))


def test_an_hour_without_broker_and_worker_costs_nothing_and_doubles_nothing(
    stripe: Standin, silence: Any, tmp_path: Path, caplog: Any
) -> None:
    before = timezone.now() - timedelta(seconds=HOUR)
    stripe.world.switches.clock_ahead = -HOUR
    orders = _dead_hour(stripe, before)
    assert sum("broker away" in line for line in caplog.messages) > 6
    waiting = Delivery.objects.filter(status="waiting")
    assert waiting.exists() and not Delivery.objects.exclude(status="waiting").exists()
    Delivery.objects.update(next_try_at=before)  # those of the views are an hour old as well
    PaymentEvent.objects.update(next_try_at=before)
    stripe.world.switches.clock_ahead = 0
    silence.undo()
    wanted = dict.fromkeys(orders, "confirmed") | {"cancelled": "cancelled", "unpaid": "cancelled"}
    with celery_worker(tmp_path) as worker:
        ends = time.monotonic() + 60
        while _states() != {orders[name].pk: end for name, end in wanted.items()} or _under_way():
            assert time.monotonic() < ends, (_states(), list(Notice.objects.values_list("kind", flat=True)))
            _ring_for_everything(worker)
            time.sleep(1)
        letters = len(worker.letters())
        _ring_for_everything(worker)  # nothing is left for it to do
        wait_until(lambda: worker.log.read_bytes().count(b"deliver_due") > 0, seconds=5)
        time.sleep(2)
        assert len(worker.letters()) == letters == Notice.objects.exclude(email="").count()
    assert Transaction.objects.filter(txn_type=Transaction.DEBIT).count() == 4
    assert [one.status for one in Refund.objects.all()] == ["made"] and len(stripe.world.all("refund")) == 1
    told = Counter(Notice.objects.filter(kind="order_paid").values_list("facts__number", flat=True))
    assert told == {orders[name].number: 1 for name in ("told", "untold", "cancelled", "transfer")}
    assert broken(timezone.now()) == []


def _under_way() -> bool:
    """Something still waits to be sent, made or acted on."""
    return (
        Delivery.objects.filter(status="waiting", channel="email").exists()
        or Refund.objects.exclude(status="made").exists()
        or PaymentEvent.objects.filter(handled_at=None, next_try_at__isnull=False).exists()
    )
