"""The tills' door: what it lets in, what it answers, how it says no."""

import logging
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries

from marketplace.stock import queries as stock
from marketplace.tills import actions, tasks
from marketplace.tills.models import Till, TillEvent
from marketplace.tokens import hashed
from tests import make, people

pytestmark = pytest.mark.django_db
EVENTS, ME = "/api/v1/tills/events", "/api/v1/tills/me"


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No worker listens here; the bell is heard in tests/tills/test_sync.py, with a real one."""
    rung: list[str] = []
    monkeypatch.setattr(tasks, "ring", lambda task, *args: rung.append(task.name))
    return rung


@pytest.fixture
def till() -> tuple[Till, str]:
    return make.till()


def _post(token: str, *events: Any, **headers: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"} | headers
    return Client().post(EVENTS, {"events": list(events)}, "application/json", headers=headers)


def _record(till: Till) -> None:
    while actions.record_next(till_id=till.pk, at=make.NOW):
        pass


def test_a_batch_is_kept_then_recorded_and_its_answer_can_be_read(till: tuple[Till, str], bells: list[str]) -> None:
    device, token = till
    product = make.product()
    make.stock(product, 10, at_place=device.location)
    event = make.till_event(product, quantity=3)

    answer = _post(token, event)
    assert answer.status_code == 202
    assert answer.json() == {
        "events": [{"uuid": event["uuid"], "sequence": 1, "status": "waiting", "code": "", "title": ""}],
        "last_sequence": 1, "missing": [],
    }  # fmt: skip
    assert bells == ["marketplace.tills.tasks.record_waiting"]
    assert stock.available_at(device.location_id, [product.pk], at=make.NOW) == {product.pk: 10}

    _record(device)
    assert stock.available_at(device.location_id, [product.pk], at=make.NOW) == {product.pk: 7}
    read = Client().get(EVENTS, {"uuid": [event["uuid"], str(uuid4())]}, headers={"Authorization": f"Bearer {token}"})
    assert [(x["uuid"], x["status"]) for x in read.json()["events"]] == [(event["uuid"], "recorded")]


def test_the_same_again_has_the_same_answer_and_another_body_is_refused(till: tuple[Till, str]) -> None:
    device, token = till
    product = make.product()
    make.stock(product, 10, at_place=device.location)
    event = make.till_event(product, quantity=3)
    _post(token, event)
    _record(device)
    again = _post(token, event, event).json()["events"]
    assert [x["status"] for x in again] == ["recorded", "recorded"]
    other = make.till_event(product, quantity=4, uuid=event["uuid"])
    [answer] = _post(token, other, **{"Accept-Language": "en"}).json()["events"]
    assert (answer["status"], answer["code"]) == ("refused", "event_differs")
    assert event["uuid"] in answer["title"] and "other contents" in answer["title"]
    _record(device)
    assert stock.available_at(device.location_id, [product.pk], at=make.NOW) == {product.pk: 7}
    assert TillEvent.objects.count() == 1


def test_another_till_cannot_use_an_event_or_read_it(till: tuple[Till, str]) -> None:
    _, token = till
    _, stranger = make.till()
    event = make.till_event(make.product())
    _post(token, event)
    assert _post(stranger, event).json()["events"][0]["code"] == "event_differs"
    read = Client().get(EVENTS, {"uuid": event["uuid"]}, headers={"Authorization": f"Bearer {stranger}"})
    assert read.json() == {"events": []}


def test_a_number_used_before_is_refused_and_a_gap_is_asked_for(till: tuple[Till, str]) -> None:
    _, token = till
    product = make.product()
    answer = _post(token, *(make.till_event(product, sequence=n) for n in (1, 2, 5, 5))).json()
    assert [x["code"] for x in answer["events"]] == ["", "", "", "sequence_taken"]
    assert (answer["last_sequence"], answer["missing"]) == (2, [{"first": 3, "last": 4}])
    late = _post(token, make.till_event(product, sequence=4), make.till_event(product, sequence=3)).json()
    assert (late["last_sequence"], late["missing"]) == (5, [])


def test_one_bad_event_is_parked_and_the_rest_go_on(till: tuple[Till, str]) -> None:
    device, token = till
    product = make.product()
    make.stock(product, 10, at_place=device.location)
    bad = make.till_event(product, sequence=1, line={"code": "KHONG-CO"})
    _post(token, bad, make.till_event(product, sequence=2))
    _record(device)
    answers = _post(token, bad, **{"Accept-Language": "en"}).json()["events"]
    assert [(x["status"], x["code"], x["title"]) for x in answers] == [
        ("parked", "unknown_code", "No product has the code “KHONG-CO”.")
    ]
    assert stock.available_at(device.location_id, [product.pk], at=make.NOW) == {product.pk: 9}


@pytest.mark.parametrize("token", [None, "", "wrong", "Bearer"])
def test_a_wrong_token_opens_nothing(token: str | None, caplog: pytest.LogCaptureFixture) -> None:
    product = make.product()
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    with caplog.at_level(logging.WARNING):
        answer = Client().post(EVENTS, {"events": [make.till_event(product)]}, "application/json", headers=headers)
    assert answer.status_code == 401
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "bad_token"
    assert TillEvent.objects.count() == 0
    assert [record.getMessage() for record in caplog.records] == [f"POST {EVENTS} refused: 401 bad_token"]


def test_a_revoked_token_opens_nothing(till: tuple[Till, str]) -> None:
    device, token = till
    actions.revoke(till=device, by=people.tam(), at=make.NOW)
    assert _post(token, make.till_event(make.product())).status_code == 401


SHAPES = [
    {"uuid": "nonsense"}, {"sequence": 0}, {"sequence": "1"}, {"occurred_at": "2026-11-20T10:00:00"}, {"kind": "gift"},
    {"lines": []}, {"lines": [{"code": "A", "quantity": 0}]}, {"lines": [{"code": "A", "quantity": -1}]},
    {"lines": [{"code": "A", "quantity": 1.5}]}, {"lines": [{"code": "", "quantity": 1}]},
    {"lines": [{"code": "a\x00b", "quantity": 1}]}, {"lines": [{"code": "A", "quantity": 10**12}]},
    {"occurred_at": "9999-12-31T23:59:59-12:00"}, {"colour": "red"}, {"lines": "none"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", SHAPES, ids=str)
def test_a_wrong_shape_is_refused_whole(wrong: dict[str, Any], till: tuple[Till, str]) -> None:
    product = make.product()
    answer = _post(till[1], make.till_event(product), make.till_event(product, sequence=2) | wrong)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "wrong_shape" and "events.1" in answer.json()["errors"][0]["where"]
    assert TillEvent.objects.count() == 0


@pytest.mark.parametrize("body", [b" ", b"{", b"[]", b"\xff\xfe", b'{"events": []}', b"null", b"[" * 100_000])
def test_no_body_at_all_breaks_the_door(body: bytes, till: tuple[Till, str]) -> None:
    answer = Client().post(EVENTS, body, "application/json", headers={"Authorization": f"Bearer {till[1]}"})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("not_json", "wrong_shape")


def test_too_much_is_refused_unread(till: tuple[Till, str]) -> None:
    body = b" " * (1024 * 1024 + 1)
    answer = Client().post(EVENTS, body, "application/json", headers={"Authorization": f"Bearer {till[1]}"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_too_often_is_refused_for_this_till_alone(till: tuple[Till, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.api.limits.RATE", "2/h")
    _, other = make.till()
    events = [make.till_event(make.product(), sequence=n) for n in (1, 2, 3)]
    answers = [_post(till[1], event) for event in events]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[2]["Retry-After"]) <= 3600
    assert TillEvent.objects.count() == 2
    assert _post(other, make.till_event(make.product())).status_code == 202


def test_a_tills_last_contact_is_known_to_the_minute(
    till: tuple[Till, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    device, token = till
    headers = {"Authorization": f"Bearer {token}"}
    told = Client().get(ME, headers=headers).json()
    device.refresh_from_db()
    assert device.last_contact_at is not None
    assert told == {
        "till": device.pk, "name": "Quầy 1", "location": {"id": device.location_id, "name": device.location.name},
        "last_sequence": 0, "highest_sequence": 0,
    }  # fmt: skip
    _post(token, make.till_event(make.product()), make.till_event(make.product(), sequence=7))
    with django_assert_num_queries(2):  # the token, the highest number; the contact was noted just now
        told = Client().get(ME, headers=headers).json()
    assert (told["last_sequence"], told["highest_sequence"]) == (1, 7)


def test_a_token_is_kept_as_its_hash_alone(till: tuple[Till, str]) -> None:
    device, token = till
    assert device.token_hash == hashed(token) and token not in str(Till.objects.filter(pk=device.pk).values())


def test_problems_speak_the_readers_language(till: tuple[Till, str]) -> None:
    titles = [
        Client().post(EVENTS, b"{", "application/json", headers={"Authorization": "Bearer x", "Accept-Language": code})
        .json()["title"] for code in ("vi", "en")
    ]  # fmt: skip
    with override("vi"):
        assert titles == [
            gettext("The token is missing, unknown or revoked."),
            "The token is missing, unknown or revoked.",
        ]
