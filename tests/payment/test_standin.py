"""The stand-in answers Stripe's own package as Stripe would."""

import time
from typing import Any

import pytest
import requests
import stripe

from marketplace.payment.standin import Standin, refunds
from marketplace.payment.standin.payments import (
    DECLINED,
    GOOD,
    RETURNED_REFUND,
    SLOW_REFUND,
    THREE_D_SECURE,
    Outcome,
)

Params = dict[str, Any]


@pytest.fixture
def session(client: stripe.StripeClient, session_params: Params) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(session_params)


def paid(client: stripe.StripeClient, standin: Standin, session: Any, card: str = "4242424242424242") -> Any:
    assert standin.pay(session.id, card) is Outcome.PAID
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})


def test_a_new_session_is_open_and_unpaid(session: Any, standin: Standin) -> None:
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 125_000)
    assert session.url == f"{standin.url}/pay/{session.id}"
    assert session.payment_intent is None and session.livemode is False
    assert session.last_response.headers["request-id"].startswith("req_")


def test_a_paid_session_carries_intent_and_charge(client: Any, standin: Standin, session: Any) -> None:
    after = paid(client, standin, session)
    assert (after.status, after.payment_status, after.url) == ("complete", "paid", None)
    assert (after.payment_intent.status, after.payment_intent.amount_received) == ("succeeded", 125_000)
    assert after.payment_intent.latest_charge.payment_method_details.card.last4 == "4242"
    charge = client.v1.charges.retrieve(after.payment_intent.latest_charge.id)
    assert charge.paid and charge.amount_refunded == 0
    assert client.v1.payment_intents.retrieve(after.payment_intent.id).latest_charge == charge.id
    assert standin.pay(session.id) is Outcome.CLOSED


def test_a_declined_card_leaves_the_session_open(client: Any, standin: Standin, session: Any) -> None:
    assert standin.pay(session.id, DECLINED) is Outcome.DECLINED
    after = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (after.status, after.payment_status) == ("open", "unpaid")
    assert after.payment_intent.status == "requires_payment_method"
    assert after.payment_intent.last_payment_error.decline_code == "generic_decline"
    again = paid(client, standin, session)
    assert again.payment_intent.id == after.payment_intent.id
    assert again.payment_intent.last_payment_error is None


@pytest.mark.parametrize(("confirmed", "outcome", "status"), [
    (True, Outcome.PAID, "complete"), (False, Outcome.DECLINED, "open"), (None, Outcome.CHALLENGE, "open"),
])  # fmt: skip
def test_the_bank_asks(client: Any, standin: Standin, session: Any, confirmed: Any, outcome: Any, status: str) -> None:
    assert standin.pay(session.id, THREE_D_SECURE, confirmed=confirmed) is outcome
    after = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert after.status == status
    if confirmed is None:
        assert after.payment_intent.status == "requires_action"


def test_a_real_card_number_is_refused(standin: Standin, client: Any, session: Any) -> None:
    assert standin.pay(session.id, "4111111111111111") is Outcome.DECLINED
    assert "4111111111111111" not in str(standin.world.picture())


def test_lists_and_their_filters(client: Any, standin: Standin, session: Any, session_params: Params) -> None:
    other = client.v1.checkout.sessions.create(session_params)
    intent = paid(client, standin, session).payment_intent.id
    assert [one.id for one in client.v1.checkout.sessions.list().data] == [other.id, session.id]
    assert [one.id for one in client.v1.checkout.sessions.list({"payment_intent": intent}).data] == [session.id]
    assert [one.id for one in client.v1.checkout.sessions.list({"limit": 1}).auto_paging_iter()] == [
        other.id,
        session.id,
    ]
    assert [one.id for one in client.v1.payment_intents.list().data] == [intent]
    lines = client.v1.checkout.sessions.line_items.list(session.id).data
    assert [(line.description, line.quantity, line.amount_total) for line in lines] == [
        ("Đường thốt nốt", 2, 100_000), ("Phí giao hàng", 1, 25_000)]  # fmt: skip


def test_intents_of_checkout_are_not_cancelled_by_hand(client: Any, standin: Standin, session: Any) -> None:
    intent = paid(client, standin, session).payment_intent.id
    client.v1.payment_intents.update(intent, {"metadata": {"note": "gói quà"}})
    assert client.v1.payment_intents.retrieve(intent).metadata["note"] == "gói quà"
    with pytest.raises(stripe.InvalidRequestError, match="created by Checkout"):
        client.v1.payment_intents.cancel(intent)


def changed(params: Params, **changes: Any) -> Params:
    return {name: value for name, value in {**params, **changes}.items() if value is not None}


def line(**changes: Any) -> list[Params]:
    price = {"currency": "vnd", "unit_amount": 50_000, "product_data": {"name": "Mắm"}} | changes
    return [{"quantity": price.pop("quantity", 1), "price_data": price}]


@pytest.mark.parametrize(("changes", "param", "code"), [
    ({"mode": None}, "mode", "parameter_missing"),
    ({"line_items": None}, "line_items", "parameter_missing"),
    ({"success_url": None}, "success_url", "parameter_missing"),
    ({"success_url": "checkout/"}, "success_url", "url_invalid"),
    ({"customer_email": "lan"}, "customer_email", "email_invalid"),
    ({"colour": "red"}, "colour", "parameter_unknown"),
    ({"line_items": line(quantity=0)}, "line_items[0][quantity]", "parameter_invalid_integer"),
    ({"line_items": line(unit_amount="1.5")}, "line_items[0][price_data][unit_amount]", "parameter_invalid_integer"),
    ({"line_items": line(unit_amount=-1)}, "line_items[0][price_data][unit_amount]", "parameter_invalid_integer"),
    ({"line_items": line(currency="usd")}, "line_items[0][price_data][currency]", None),
    ({"line_items": line(product_data={"name": ""})}, "line_items[0][price_data][product_data][name]", "parameter_missing"),
    ({"line_items": line(unit_amount=12_999)}, None, "amount_too_small"),
    ({"line_items": line(unit_amount=100_000_000)}, None, "amount_too_large"),
    ({"expires_at": lambda: int(time.time()) + 29 * 60}, "expires_at", None),
    ({"expires_at": lambda: int(time.time()) + 25 * 3600}, "expires_at", None),
    ({"metadata": {"x": "y" * 501}}, "metadata[x]", None),
    ({"expand": ["colour"]}, "expand", None),
])  # fmt: skip
def test_a_session_that_makes_no_sense_is_refused(
    client: Any, standin: Standin, session_params: Params, changes: Params, param: str, code: str
) -> None:
    changes = {name: value() if callable(value) else value for name, value in changes.items()}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(changed(session_params, **changes))
    assert (refused.value.param, refused.value.code, refused.value.http_status) == (param, code, 400)


def test_what_is_unknown(client: Any, standin: Standin) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve("cs_test_nobody")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.customers.list()


@pytest.mark.parametrize("header", ["", "Bearer", "Basic c2tfdGVzdA==", "Bearer sk_live_something"])
def test_a_wrong_key_is_refused(standin: Standin, header: str) -> None:
    answer = requests.get(f"{standin.url}/v1/refunds", headers={"Authorization": header}, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_a_session_expires_by_itself(client: Any, standin: Standin, session_params: Params) -> None:
    session = client.v1.checkout.sessions.create(session_params | {"expires_at": int(time.time()) + 1900})
    standin.switch(clock_ahead=1899)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    standin.switch(clock_ahead=1901)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert standin.pay(session.id) is Outcome.CLOSED


def test_expiring_cancels_what_was_under_way(client: Any, standin: Standin, session: Any) -> None:
    standin.pay(session.id, THREE_D_SECURE)
    expired = client.v1.checkout.sessions.expire(session.id, {"expand": ["payment_intent"]})
    assert (expired.status, expired.url, expired.payment_intent.status) == ("expired", None, "canceled")
    with pytest.raises(stripe.InvalidRequestError, match=r'status in \["open"\] can be expired'):
        client.v1.checkout.sessions.expire(session.id)


def test_paying_late(client: Any, standin: Standin, session: Any) -> None:
    client.v1.checkout.sessions.expire(session.id)
    standin.switch(pay_late=True)
    assert paid(client, standin, session).payment_status == "paid"


def test_refunds_never_exceed_the_charge(client: Any, standin: Standin, session: Any) -> None:
    intent = paid(client, standin, session).payment_intent.id
    first = client.v1.refunds.create({"payment_intent": intent, "amount": 100_000})
    assert (first.status, first.amount) == ("succeeded", 100_000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refused:
        client.v1.refunds.create({"payment_intent": intent, "amount": 25_001})
    assert refused.value.param == "amount"
    rest = client.v1.refunds.create({"charge": first.charge})
    assert rest.amount == 25_000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"
    assert [one.id for one in client.v1.refunds.list({"payment_intent": intent}).data] == [rest.id, first.id]
    assert client.v1.charges.retrieve(first.charge).refunded is True
    assert client.v1.refunds.update(rest.id, {"metadata": {"by": "Tâm"}}).metadata["by"] == "Tâm"


def test_nothing_taken_nothing_refunded(client: Any, standin: Standin, session: Any) -> None:
    standin.pay(session.id, DECLINED)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        client.v1.refunds.create({"amount": 5})


def test_a_slow_refund_arrives_later(client: Any, standin: Standin, session: Any) -> None:
    intent = paid(client, standin, session, SLOW_REFUND).payment_intent.id
    refund = client.v1.refunds.create({"payment_intent": intent})
    assert refund.status == "pending"
    standin.switch(clock_ahead=10)
    refunds.settle_due(standin.world)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert "refund.updated" in [delivery.kind for delivery in standin.webhooks]


@pytest.mark.parametrize(("card", "fail", "first"), [
    (GOOD, True, "pending"), (SLOW_REFUND, True, "pending"), (RETURNED_REFUND, False, "succeeded"),
])  # fmt: skip
def test_a_refund_fails_after_it_was_taken_on(
    client: Any, standin: Standin, session: Any, card: str, fail: bool, first: str
) -> None:
    intent = paid(client, standin, session, card).payment_intent.id
    standin.switch(refund_fail=fail)
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 25_000})
    refunds.settle_due(standin.world)
    assert refund.status == client.v1.refunds.retrieve(refund.id).status == first
    standin.switch(clock_ahead=10)
    for _ in range(2):
        refunds.settle_due(standin.world)
    after = client.v1.refunds.retrieve(refund.id)
    assert (after.status, after.failure_reason) == ("failed", "expired_or_canceled_card")
    kinds = [delivery.kind for delivery in standin.webhooks]
    assert [kinds.count(kind) for kind in ("refund.failed", "charge.refund.updated", "refund.updated")] == [1, 1, 1]
    assert client.v1.charges.retrieve(refund.charge).amount_refunded == 0
    standin.switch(refund_fail=False)
    assert client.v1.refunds.create({"payment_intent": intent}).amount == 125_000


def test_events_can_be_read_again(client: Any, standin: Standin, session: Any) -> None:
    paid(client, standin, session)
    done = client.v1.events.list({"type": "checkout.session.completed"}).data[0]
    assert client.v1.events.retrieve(done.id).data.object["id"] == session.id
