"""What happened is told to the shop: signed, again until it answers, and as badly as the switches say."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from marketplace.payment.standin import Standin
from marketplace.payment.standin.payments import DECLINED
from tests.payment.conftest import QUICK, SECRET, Shop

PAID = ["payment_intent.succeeded", "checkout.session.completed"]


@pytest.fixture
def session(client: Any, session_params: dict[str, Any]) -> Any:
    return client.v1.checkout.sessions.create(session_params)


def test_every_event_is_told_and_signed(client: Any, standin: Standin, shop: Shop, session: Any) -> None:
    standin.pay(session.id, DECLINED)
    standin.pay(session.id)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent})
    client.v1.refunds.update(refund.id, {"metadata": {"by": "Tâm"}})
    assert standin.wait_for_webhooks()
    assert shop.kinds == ["payment_intent.payment_failed", *PAID, "refund.created", "charge.refunded", "refund.updated"]
    for signature, body in shop.heard:
        event = client.construct_event(body, signature, SECRET)
        assert event.livemode is False
    assert json.loads(shop.heard[2][1])["data"]["object"]["id"] == session.id
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(shop.heard[0][1], shop.heard[0][0], "whsec_another")


def test_an_event_holds_the_object_as_it_was(client: Any, standin: Standin, shop: Shop, session: Any) -> None:
    standin.pay(session.id)
    client.v1.refunds.create(
        {"payment_intent": client.v1.checkout.sessions.retrieve(session.id).payment_intent, "amount": 1}
    )
    client.v1.refunds.create(
        {"payment_intent": client.v1.checkout.sessions.retrieve(session.id).payment_intent, "amount": 2}
    )
    told = [json.loads(one.payload)["data"]["object"] for one in standin.webhooks if one.kind == "charge.refunded"]
    assert [charge["amount_refunded"] for charge in told] == [1, 3]


def test_expiry_is_told(client: Any, standin: Standin, shop: Shop, session: Any) -> None:
    client.v1.checkout.sessions.expire(session.id)
    assert standin.wait_for_webhooks() and shop.kinds == ["checkout.session.expired"]


@pytest.mark.parametrize("status", [500, 404, 302])
def test_it_is_told_again_until_the_shop_answers(standin: Standin, shop: Shop, session: Any, status: int) -> None:
    shop.answers = [status, status]
    standin.pay(session.id)
    assert standin.wait_for_webhooks()
    first = standin.webhooks[0]
    assert first.state == "delivered" and sorted(shop.kinds) == sorted([*PAID, shop.kinds[0], shop.kinds[1]])
    assert {attempt["status"] for one in standin.webhooks for attempt in one.tries} == {status, 200}


def test_it_gives_up_in_the_end(standin: Standin, shop: Shop, session: Any) -> None:
    shop.answers = [500] * 100
    standin.pay(session.id)
    assert standin.wait_for_webhooks()
    assert [(one.state, len(one.tries)) for one in standin.webhooks] == [("failed", len(QUICK) + 1)] * 2


def test_a_shop_that_is_away(session_params: dict[str, Any]) -> None:
    with Standin(webhook_url="http://127.0.0.1:9/", retries=(0.05,)) as standin:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": standin.url})
        standin.pay(client.v1.checkout.sessions.create(session_params).id)  # type: ignore[arg-type]
        assert standin.wait_for_webhooks()
        assert "ConnectionRefused" in standin.webhooks[0].tries[0]["error"]


def test_late(standin: Standin, shop: Shop, session: Any) -> None:
    standin.switch(webhook_delay=0.4)
    start = time.monotonic()
    standin.pay(session.id)
    assert standin.wait_for_webhooks() and time.monotonic() - start >= 0.4
    assert shop.kinds == PAID


def test_repeated(standin: Standin, shop: Shop, session: Any) -> None:
    standin.switch(webhook_repeat=3)
    standin.pay(session.id)
    assert standin.wait_for_webhooks()
    assert sorted(shop.kinds) == sorted(PAID * 3)
    assert len({json.loads(body)["id"] for _, body in shop.heard}) == 2


def test_in_disorder(client: Any, standin: Standin, shop: Shop, session: Any) -> None:
    standin.switch(webhook_disorder=True)
    standin.pay(session.id)
    client.v1.refunds.create({"payment_intent": client.v1.checkout.sessions.retrieve(session.id).payment_intent})
    assert standin.wait_for_webhooks()
    assert shop.kinds == ["charge.refunded", "refund.created", *reversed(PAID)]


def test_dropped(standin: Standin, shop: Shop, session: Any) -> None:
    standin.switch(webhook_drop=True)
    standin.pay(session.id)
    assert standin.wait_for_webhooks() and shop.heard == []
    assert {one.state for one in standin.webhooks} == {"dropped"}


def test_a_restart_forgets_nothing(shop: Shop, session_params: dict[str, Any], tmp_path: Path) -> None:
    """Sessions, keys and webhooks on their way are in the state file."""
    file = tmp_path / "stripe.json"
    with Standin(webhook_url=shop.url, state=file) as before:
        before.switch(webhook_delay=1)
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": before.url})
        made = client.v1.checkout.sessions.create(session_params, {"idempotency_key": "k"})  # type: ignore[arg-type]
        before.pay(made.id)
    assert shop.heard == []
    with Standin(webhook_url=shop.url, state=file) as after:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": after.url})
        assert client.v1.checkout.sessions.retrieve(made.id).payment_status == "paid"
        assert client.v1.checkout.sessions.create(session_params, {"idempotency_key": "k"}).id == made.id  # type: ignore[arg-type]
        assert after.wait_for_webhooks() and shop.kinds == PAID
