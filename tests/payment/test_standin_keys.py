"""Idempotency keys and the troubles that make them necessary."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema
import pytest
import requests
import stripe

from marketplace.payment.standin import Standin
from tests.payment import description

Params = dict[str, Any]


def test_the_same_key_makes_one_session(client: Any, standin: Standin, session_params: Params) -> None:
    first = client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"})
    again = client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"})
    assert again.id == first.id
    assert "idempotent-replayed" not in first.last_response.headers
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_the_same_key_with_another_body_is_refused(client: Any, session_params: Params) -> None:
    client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"})
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refused:
        client.v1.checkout.sessions.create(
            session_params | {"client_reference_id": "AG-2"}, {"idempotency_key": "order-1"}
        )
    assert refused.value.http_status == 400


def test_two_at_once_with_one_key(client: Any, standin: Standin, session_params: Params) -> None:
    """Whoever comes first is served, the other is told that the key is in use."""

    def create(_number: int) -> Any:
        try:
            return client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"})
        except stripe.StripeError as refused:
            return refused

    standin.switch(slow_seconds=2)
    with ThreadPoolExecutor(2) as pool:
        made, refused = sorted(pool.map(create, range(2)), key=lambda answer: isinstance(answer, stripe.StripeError))
    assert refused.http_status == 409
    assert refused.json_body["error"]["code"] == "idempotency_key_in_use"
    standin.switch(slow_seconds=0)
    assert client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"}).id == made.id


def test_a_failed_validation_is_not_kept(client: Any, session_params: Params) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(session_params | {"colour": "red"}, {"idempotency_key": "order-1"})
    assert client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"}).status == "open"


def test_a_refusal_that_was_carried_out_is_kept(client: Any, standin: Standin, session_params: Params) -> None:
    session = client.v1.checkout.sessions.create(session_params)
    standin.pay(session.id)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="can be expired") as refused:
            client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "expire-1"})
    assert refused.value.headers["idempotent-replayed"] == "true"


def test_a_key_is_forgotten_after_a_day(client: Any, standin: Standin, session_params: Params) -> None:
    first = client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"})
    standin.switch(clock_ahead=24 * 3600 + 5)
    assert client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"}).id != first.id


def test_failing_calls_do_nothing(client: Any, standin: Standin, session_params: Params) -> None:
    standin.switch(fail_next=1)
    with pytest.raises(stripe.APIError) as failed:
        client.v1.checkout.sessions.create(session_params)
    assert failed.value.http_status == 500
    assert client.v1.checkout.sessions.list().data == []


def test_a_dropped_call_was_carried_out(client: Any, standin: Standin, session_params: Params) -> None:
    standin.switch(drop_next=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"})
    made = client.v1.checkout.sessions.create(session_params, {"idempotency_key": "order-1"})
    assert [one.id for one in client.v1.checkout.sessions.list().data] == [made.id]


def test_switches_over_http(standin: Standin) -> None:
    url = f"{standin.url}/_standin/switches"
    assert requests.post(url, json={"webhook_delay": 2.5, "pay_late": True}, timeout=5).json()["pay_late"] is True
    for wrong in ({"colour": 1}, {"webhook_drop": 3}, {"fail_next": -1}, {"fail_next": "many"}, [1]):
        assert requests.post(url, json=wrong, timeout=5).status_code == 400
    switches = requests.get(f"{standin.url}/_standin/state", timeout=5).json()["switches"]
    assert (switches["webhook_delay"], switches["webhook_drop"], switches["fail_next"]) == (2.5, False, 0)


@pytest.mark.parametrize("spoil", [
    lambda session: session.update(status="finished"),
    lambda session: session.update(colour="red"),
    lambda session: session.update(amount_total="125000"),
    lambda session: session.pop("livemode"),
    lambda session: session["automatic_tax"].update(enabled=None),
])  # fmt: skip
def test_the_description_sees_what_is_wrong(client: Any, standin: Standin, session_params: Params, spoil: Any) -> None:
    """The check of every other test must be able to fail."""
    client.v1.checkout.sessions.create(session_params)
    call = standin.calls[-1]
    description.check_call(call)
    wrong = type(call)(
        call.method, call.path, call.text, call.status, {**call.body, "automatic_tax": dict(call.body["automatic_tax"])}
    )
    spoil(wrong.body)
    with pytest.raises(jsonschema.ValidationError):
        description.check_call(wrong)


def test_the_description_sees_a_wrong_request(client: Any, standin: Standin, session_params: Params) -> None:
    client.v1.checkout.sessions.create(session_params)
    call = standin.calls[-1]
    for wrong in ("colour=red", "expires_at=soon", "line_items[0][quantity]=x"):
        with pytest.raises(jsonschema.ValidationError):
            description.check_call(type(call)(call.method, call.path, wrong, 200, call.body))
