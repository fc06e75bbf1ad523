"""The gateway asks for what it should, understands the answers, and says whether it may ask again."""

import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from stripe import WebhookSignature

from marketplace.payment.gateways import GatewayError, GatewayRefused
from marketplace.payment.gateways import stripe as gateway
from marketplace.payment.gateways.stripe import SessionLine
from marketplace.payment.standin import Standin, refunds
from marketplace.payment.standin.payments import DECLINED, SLOW_REFUND, THREE_D_SECURE
from marketplace.payment.standin.webhooks import sign
from tests.payment.conftest import SECRET, Shop

LINES = [SessionLine("Đường thốt nốt", Decimal(50_000), 2), SessionLine("Phí giao hàng", Decimal(25_000))]


@pytest.fixture
def given(standin: Standin) -> dict[str, Any]:
    return {
        "reference": "AG-1001", "amount": Decimal(125_000), "lines": LINES, "email": "lan@example.com",
        "success_url": "http://127.0.0.1:8000/paid/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:8000/checkout/",
        "expires_at": datetime.now(UTC) + timedelta(minutes=45), "locale": "vi", "key": "order-1001",
    }  # fmt: skip


def test_a_session_is_made(standin: Standin, given: dict[str, Any]) -> None:
    state = gateway.create_session(**given)
    assert (state.status, state.paid, state.currency, state.reference) == ("open", False, "vnd", "AG-1001")
    assert (state.amount, state.amount_received, state.refunded) == (Decimal(125_000), Decimal(0), Decimal(0))
    assert state.url == f"{standin.url}/pay/{state.id}" and state.payment_intent is None
    assert state.expires_at == given["expires_at"].replace(microsecond=0)
    assert gateway.read_session(state.id) == state


def test_the_same_key_makes_one_session(standin: Standin, given: dict[str, Any]) -> None:
    first = gateway.create_session(**given)
    assert gateway.create_session(**given) == first
    with pytest.raises(GatewayRefused, match="từ chối"):
        gateway.create_session(**given | {"reference": "AG-2"})
    assert len(standin.world.all("checkout.session")) == 1


def test_without_an_address(given: dict[str, Any]) -> None:
    assert gateway.create_session(**given | {"email": "", "locale": "en"}).status == "open"


@pytest.mark.parametrize("wrong", [
    {"amount": Decimal(125_001)},
    {"amount": Decimal(0), "lines": []},
    {"amount": Decimal("20000.5"), "lines": [SessionLine("Mắm", Decimal("20000.5"))]},
    {"amount": Decimal(90_000), "lines": [SessionLine("Mắm", Decimal(100_000)), SessionLine("Giảm", Decimal(-10_000))]},
])  # fmt: skip
def test_wrong_amounts_are_not_sent(standin: Standin, given: dict[str, Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(gateway.WrongAmount):
        gateway.create_session(**given | wrong)
    assert standin.calls == []


def test_below_the_least_amount(given: dict[str, Any]) -> None:
    with pytest.raises(gateway.AmountTooSmall, match="quá nhỏ") as refused:
        gateway.create_session(**given | {"amount": Decimal(500), "lines": [SessionLine("Tem", Decimal(500))]})
    assert refused.value.reason == "amount_too_small"


def test_paid(standin: Standin, given: dict[str, Any]) -> None:
    made = gateway.create_session(**given)
    standin.pay(made.id)
    state = gateway.read_session(made.id)
    assert (state.status, state.paid, state.amount_received, state.url) == ("complete", True, Decimal(125_000), None)
    assert state.payment_intent and gateway.find_session(state.payment_intent) == state
    intent = standin.world.things[state.payment_intent]
    assert (intent["description"], intent["metadata"]) == ("AG-1001", {"reference": "AG-1001"})


@pytest.mark.parametrize("card", [DECLINED, THREE_D_SECURE])
def test_not_paid_yet(standin: Standin, given: dict[str, Any], card: str) -> None:
    made = gateway.create_session(**given)
    standin.pay(made.id, card)
    state = gateway.read_session(made.id)
    assert (state.status, state.paid, state.amount_received) == ("open", False, Decimal(0))


def test_an_unknown_session(standin: Standin) -> None:
    with pytest.raises(GatewayRefused) as refused:
        gateway.read_session("cs_test_nobody")
    assert refused.value.reason == "resource_missing"
    assert gateway.find_session("pi_nobody") is None


def test_expiring(standin: Standin, given: dict[str, Any]) -> None:
    made = gateway.create_session(**given)
    assert gateway.expire_session(made.id).status == "expired"
    assert gateway.expire_session(made.id).status == "expired"


def test_expiring_what_was_paid_says_so(standin: Standin, given: dict[str, Any]) -> None:
    made = gateway.create_session(**given)
    standin.pay(made.id)
    state = gateway.expire_session(made.id)
    assert (state.status, state.paid) == ("complete", True)


def paid_intent(standin: Standin, given: dict[str, Any], card: str = "4242424242424242") -> tuple[str, str]:
    made = gateway.create_session(**given)
    standin.pay(made.id, card)
    return made.id, str(gateway.read_session(made.id).payment_intent)


def test_a_part_and_then_the_rest_go_back(standin: Standin, given: dict[str, Any]) -> None:
    session_id, intent = paid_intent(standin, given)
    part = gateway.refund(payment_intent=intent, amount=Decimal(25_000), key="refund-1", metadata={"line": "2"})
    assert (part.status, part.amount) == ("succeeded", Decimal(25_000))
    assert gateway.read_session(session_id).refunded == Decimal(25_000)
    with pytest.raises(GatewayRefused):
        gateway.refund(payment_intent=intent, amount=Decimal(100_001), key="refund-2")
    gateway.refund(payment_intent=intent, amount=Decimal(100_000), key="refund-3")
    with pytest.raises(gateway.AlreadyRefunded):
        gateway.refund(payment_intent=intent, amount=Decimal(1), key="refund-4")
    assert gateway.read_session(session_id).refunded == Decimal(125_000)
    assert gateway.read_refund(part.id) == part


def test_a_refund_is_made_once_even_days_later(standin: Standin, given: dict[str, Any]) -> None:
    """Stripe has forgotten the idempotency key by then; the metadata has not."""
    session_id, intent = paid_intent(standin, given)
    first = gateway.refund(payment_intent=intent, amount=Decimal(25_000), key="refund-1")
    standin.switch(clock_ahead=3 * 24 * 3600)
    assert gateway.refund(payment_intent=intent, amount=Decimal(25_000), key="refund-1") == first
    assert gateway.read_session(session_id).refunded == Decimal(25_000)


def test_a_refund_whose_answer_is_lost_is_made_once(standin: Standin, given: dict[str, Any]) -> None:
    """The package asks again by itself, with the same key."""
    session_id, intent = paid_intent(standin, given)
    gateway.refund(payment_intent=intent, amount=Decimal(1_000), key="refund-0")
    standin.switch(drop_next=2)
    gateway.refund(payment_intent=intent, amount=Decimal(25_000), key="refund-1")
    assert gateway.read_session(session_id).refunded == Decimal(26_000)


def test_a_pending_refund(standin: Standin, given: dict[str, Any]) -> None:
    _, intent = paid_intent(standin, given, SLOW_REFUND)
    assert gateway.refund(payment_intent=intent, amount=Decimal(25_000), key="refund-1").status == "pending"


def test_a_further_round_makes_what_failed_and_nothing_else(standin: Standin, given: dict[str, Any]) -> None:
    session_id, intent = paid_intent(standin, given)
    about: dict[str, Any] = {"payment_intent": intent, "amount": Decimal(25_000), "key": "refund-1"}
    standin.switch(refund_fail=True)
    first = gateway.refund(**about)
    standin.switch(clock_ahead=10)
    refunds.settle_due(standin.world)
    failed = gateway.read_refund(first.id)
    assert (failed.failed, failed.reason) == (True, "expired_or_canceled_card")
    standin.switch(refund_fail=False)
    second = gateway.refund(**about, round=2)
    assert second.id != first.id and not second.failed
    assert [gateway.refund(**about, round=again).id for again in (1, 2, 3)] == [second.id] * 3
    assert gateway.read_session(session_id).refunded == Decimal(25_000)


def test_a_short_trouble_is_outlived(standin: Standin, given: dict[str, Any]) -> None:
    standin.switch(fail_next=2)
    assert gateway.create_session(**given).status == "open"


def test_a_long_trouble_may_be_tried_again_later(standin: Standin, given: dict[str, Any]) -> None:
    standin.switch(fail_next=3)
    with pytest.raises(GatewayError):
        gateway.create_session(**given)
    assert gateway.create_session(**given).status == "open"


def test_nobody_there(standin: Standin, given: dict[str, Any], settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(GatewayError):
        gateway.create_session(**given)


def test_a_wrong_key_is_for_the_operator(standin: Standin, given: dict[str, Any], settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_wrong"
    with pytest.raises(GatewayError, match="Invalid API Key"):
        gateway.create_session(**given)


def test_a_slow_answer_is_waited_for_within_bounds(
    standin: Standin, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT", (0.2, 0.3))
    monkeypatch.setattr(gateway, "RETRIES", 0)
    gateway._client_for.cache_clear()
    standin.switch(slow_seconds=1)
    start = time.monotonic()
    with pytest.raises(GatewayError):
        gateway.create_session(**given)
    assert time.monotonic() - start < 0.9
    gateway._client_for.cache_clear()


def test_a_call_ends_before_a_task_must() -> None:
    """Every try, and at most half a second and then one and a half between them."""
    assert (gateway.RETRIES + 1) * sum(gateway.TIMEOUT) + 0.5 + 1 < 20


def test_webhooks_name_what_they_are_about(standin: Standin, shop: Shop, given: dict[str, Any]) -> None:
    session_id, intent = paid_intent(standin, given)
    gateway.refund(payment_intent=intent, amount=Decimal(125_000), key="refund-1")
    assert standin.wait_for_webhooks()
    events = [gateway.read_webhook(body, signature, SECRET) for signature, body in shop.heard]
    assert [(event.kind, event.object_id) for event in events] == [
        ("payment_intent.succeeded", intent), ("checkout.session.completed", session_id),
        ("refund.created", intent), ("charge.refunded", intent),
    ]  # fmt: skip
    assert all(event.id.startswith("evt_") and event.created_at.tzinfo is UTC for event in events)
    assert [event.id for event in events] == [json.loads(body)["id"] for _, body in shop.heard]


BODY = json.dumps({
    "id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "created": 1_790_000_000,
    "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
})  # fmt: skip


def test_the_signature_is_stripes_own() -> None:
    at = int(time.time())
    assert sign(BODY, SECRET, at) == WebhookSignature.generate_signature_header(BODY, SECRET, at)
    assert gateway.read_webhook(BODY.encode(), sign(BODY, SECRET, at), SECRET).object_id == "pi_1"


@pytest.mark.parametrize(("body", "signed", "with_secret", "secret", "age"), [
    (BODY, BODY, "whsec_another", SECRET, 0),
    (BODY.replace("pi_1", "pi_2"), BODY, SECRET, SECRET, 0),
    (BODY, BODY, SECRET, SECRET, 400),
    (BODY, BODY, "", "", 0),
    (BODY, BODY, "", " , ", 0),
    (BODY, BODY, SECRET, "whsec_old,whsec_older", 0),
    (BODY, BODY, SECRET, f"whsec_old,{SECRET}", 400),
    ("[]", "[]", SECRET, SECRET, 0),
    ("{", "{", SECRET, SECRET, 0),
    ('{"id": "evt_1"}', '{"id": "evt_1"}', SECRET, SECRET, 0),
], ids=["another secret", "another body", "too old", "no secret", "only commas", "none of several", "several, too old", "a list", "no JSON", "no event"])  # fmt: skip
def test_what_stripe_did_not_say_is_refused(body: str, signed: str, with_secret: str, secret: str, age: int) -> None:
    signature = sign(signed, with_secret, int(time.time()) - age)
    with pytest.raises(gateway.BadSignature) as refused:
        gateway.read_webhook(body.encode(), signature, secret)
    assert refused.value.code == "payment.bad_signature"


def test_while_a_secret_is_changed_for_another_both_are_good() -> None:
    for signed in ("whsec_old", SECRET):
        event = gateway.read_webhook(BODY.encode(), sign(BODY, signed, int(time.time())), f"whsec_old, {SECRET}")
        assert event.id == "evt_1"


@pytest.mark.parametrize("signature", ["", "t=1", "nonsense", "t=x,v1=00", "v1=00"])
def test_a_header_that_is_no_signature_is_refused(signature: str) -> None:
    with pytest.raises(gateway.BadSignature):
        gateway.read_webhook(BODY.encode(), signature, SECRET)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(gateway.BadSignature):
        gateway.read_webhook(b"\xff\xfe", "t=1,v1=00", SECRET)
