"""Words from the payment company: signed ones are kept and acted on, others leave nothing behind."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.checkout.actions.settling import ANOTHER_CARD
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment import queries
from marketplace.payment.models import PaymentEvent
from marketplace.payment.standin import Standin
from marketplace.payment.standin.payments import DECLINED, GOOD
from marketplace.payment.standin.webhooks import sign
from tests import make
from tests.payment.conftest import SECRET

pytestmark = pytest.mark.django_db
WEBHOOK = "/payment/stripe/webhook/"


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = SECRET


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def _post(body: str, signature: str) -> Any:
    return Client().post(WEBHOOK, body, content_type="application/json", headers={"Stripe-Signature": signature})


@pytest.mark.parametrize("wrong", ["forged", "old", "missing", "garbage"])
def test_a_forged_word_is_refused_with_a_problem_one_line_and_nothing_else(
    now: datetime, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"id": "evt_1", "type": "checkout.session.completed", "created": 1, "data": {"object": {}}})
    seconds = int(now.timestamp())
    signature = {
        "forged": sign(body, "whsec_another", seconds), "old": sign(body, SECRET, seconds - 3600),
        "missing": "", "garbage": sign("no event", SECRET, seconds),
    }[wrong]  # fmt: skip
    answer = _post("no event" if wrong == "garbage" else body, signature)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["status"], bool(problem["title"])) == ("payment.bad_signature", 400, True)
    assert not PaymentEvent.objects.exists()
    assert len([one for one in caplog.records if one.name.startswith("marketplace")]) == 1


def test_a_word_about_nothing_we_know_waits_and_is_left_to_people(standin: Standin, now: datetime) -> None:
    about = {"id": "cs_test_nobody", "object": "checkout.session"}
    body = json.dumps({"id": "evt_2", "type": "checkout.session.completed", "created": 1, "data": {"object": about}})
    for _ in range(2):
        assert _post(body, sign(body, SECRET, int(now.timestamp()))).status_code == 204
    event = PaymentEvent.objects.get()
    for _ in range(9):
        actions.handle_event(event_id=event.pk, at=now)
    event.refresh_from_db()
    assert (event.handled_at, event.next_try_at, event.attempts) == (None, None, 9)
    assert event.error


def test_a_declined_card_is_told_once_to_who_has_left_the_page(standin: Standin, now: datetime) -> None:
    """However often it was tried there, and not any more once the order is over."""
    order = make.order(at=now)
    actions.start_payment(order=order, at=now)
    for _ in range(2):
        standin.pay(order.sources.get().reference, DECLINED)
    events = [_kept(told.payload, now) for told in standin.webhooks]
    later = now + ANOTHER_CARD + timedelta(minutes=1)  # the words came a moment after
    _handle(events * 2, now)
    assert not Notice.objects.filter(kind="payment_declined").exists()
    assert queries.events_due(later - timedelta(minutes=2)) == []
    assert queries.events_due(later) == [event.pk for event in events]
    _handle(events * 2, later)
    notice = Notice.objects.get(kind="payment_declined")
    assert notice.key == f"payment_declined:{order.number}:1" and order.token in notice.facts["url"]
    assert datetime.fromisoformat(notice.facts["pay_by"]) == Order.objects.get().pay_by
    assert queries.events_due(later + timedelta(days=1)) == []
    Notice.objects.all().delete()
    actions.cancel(order=order, by=None, reason="shopper", at=now)
    PaymentEvent.objects.update(handled_at=None)
    _handle(events, later)
    assert not Notice.objects.filter(kind="payment_declined").exists()


def test_who_has_paid_with_another_card_hears_nothing_of_the_first(standin: Standin, now: datetime) -> None:
    order = make.order(at=now)
    actions.start_payment(order=order, at=now)
    for card in (DECLINED, GOOD):
        standin.pay(order.sources.get().reference, card)
    events = [_kept(told.payload, now) for told in standin.webhooks]
    for at in (now, now + ANOTHER_CARD + timedelta(minutes=1)):
        _handle(events, at)
    assert Order.objects.get().status == Order.Status.CONFIRMED
    assert not Notice.objects.filter(kind="payment_declined").exists()


def _handle(events: list[PaymentEvent], at: datetime) -> None:
    for event in events:
        actions.handle_event(event_id=event.pk, at=at)


def _kept(body: str, now: datetime) -> PaymentEvent:
    assert _post(body, sign(body, SECRET, int(now.timestamp()))).status_code == 204
    return PaymentEvent.objects.get(source_id=json.loads(body)["id"])
