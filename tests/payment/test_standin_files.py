"""The stand-in takes files as Stripe does: in parts, by what is in them, once for each key."""

from io import BytesIO
from typing import Any

import pytest
import requests
import stripe

from marketplace.payment.standin import Standin, files

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"\r\n--\r\n"


def named(content: bytes, name: str = "so.png") -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def send(client: Any, content: bytes = PICTURE, key: str = "", **changes: Any) -> Any:
    params = {"purpose": "dispute_evidence", "file": named(content)} | changes
    return client.v1.files.create(params, {"idempotency_key": key} if key else {})


def test_it_is_known_by_name_size_and_kind(client: Any) -> None:
    made = send(client)
    assert (made.object, made.filename, made.size, made.type) == ("file", "so.png", len(PICTURE), "png")
    assert client.v1.files.retrieve(made.id).id == made.id


def test_another_boundary_is_the_same_request(client: Any, standin: Standin) -> None:
    first, again = send(client, key="once"), send(client, key="once")
    assert first.id == again.id and again.last_response.headers["idempotent-replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        send(client, PICTURE + b"!", key="once")
    assert len(standin.world.all("file")) == 1


@pytest.mark.parametrize(("content", "changes", "said"), [
    (b"<html>", {}, "type"), (b"%PDF-" + bytes(files.MOST), {}, "at most"), (PICTURE, {"purpose": "business_logo"}, "purpose"),
    (PICTURE, {"colour": "red"}, "unknown"),
])  # fmt: skip
def test_what_it_refuses(client: Any, standin: Standin, content: bytes, changes: Any, said: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=said):
        send(client, content, **changes)
    assert standin.world.all("file") == []


@pytest.mark.parametrize(("body", "kind"), [
    (b"purpose=dispute_evidence&file=abc", "application/x-www-form-urlencoded"), (b"--x--", "multipart/form-data"),
    (b"--x\r\n\r\nabc\r\n--x--\r\n", "multipart/form-data; boundary=x"),
])  # fmt: skip
def test_a_body_that_is_no_file(standin: Standin, body: bytes, kind: str) -> None:
    headers = {"Authorization": "Bearer sk_test_x", "Content-Type": kind}
    answer = requests.post(f"{standin.url}/v1/files", data=body, headers=headers, timeout=5)
    assert answer.status_code == 400 and answer.json()["error"]["message"]


def test_a_dispute_names_only_files_that_are_there_and_not_too_much(
    client: Any, standin: Standin, session_params: Any
) -> None:
    session = client.v1.checkout.sessions.create(session_params)
    standin.pay(session.id)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    dispute = standin.dispute(intent)
    with pytest.raises(stripe.InvalidRequestError, match="No such file"):
        client.v1.disputes.update(dispute["id"], {"evidence": {"receipt": "file_nobody"}})
    half = [send(client, b"%PDF-" + bytes(2_300_000) + bytes([n])).id for n in range(2)]
    with pytest.raises(stripe.InvalidRequestError, match="total size"):
        client.v1.disputes.update(
            dispute["id"], {"evidence": {"receipt": half[0], "customer_signature": half[1]}, "submit": False}
        )
    told = client.v1.disputes.update(dispute["id"], {"evidence": {"receipt": half[0]}, "submit": False})
    assert told.evidence.receipt == half[0] and told.evidence_details.has_evidence
    assert told.evidence_details.submission_count == 0
