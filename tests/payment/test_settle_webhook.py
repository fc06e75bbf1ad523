"""Words from the payment company: signed ones are kept and acted on, others leave nothing behind."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.payment.models import PaymentEvent
from marketplace.payment.standin import Standin
from marketplace.payment.standin.webhooks import sign
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
