"""Carriers tell by API: each event once, each by itself, with a token that opens nothing else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from marketplace.fulfilment.models import ParcelEvent
from marketplace.shipping.actions import new_token
from tests import make, people
from tests.fulfilment.carried import NOW, carrier, sent

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/carriers/events"


@pytest.fixture
def token() -> str:
    sent()
    return new_token(carrier=carrier(gateway="api"), by=people.tam())


def _event(word: str, hours: float, **fields: Any) -> dict[str, Any]:
    when = (NOW - timedelta(days=400) + timedelta(hours=hours)).isoformat()
    return {"id": f"{word}-{hours}", "tracking_number": "BN1", "status": word, "happened_at": when} | fields


def _tell(token: str, *events: dict[str, Any], **headers: str) -> Any:
    body = json.dumps({"events": events})
    return Client().post(EVENTS, body, "application/json", headers={"Authorization": f"Bearer {token}"} | headers)


def _outcomes(answer: Any) -> list[tuple[str, bool, str]]:
    assert answer.status_code == 200, answer.content
    return [(one["outcome"], one["repeated"], one["code"]) for one in answer.json()["events"]]


def test_told_once_heard_once(token: str) -> None:
    events = [_event("taken", 1), _event("out", 3), _event("delivered", 4), _event("out", 2, tracking_number="BN404")]
    assert _outcomes(_tell(token, *events)) == [
        ("noted", False, ""), ("noted", False, ""), ("moved", False, ""), ("unknown", False, ""),
    ]  # fmt: skip
    assert _outcomes(_tell(token, *events)) == [
        ("noted", True, ""), ("noted", True, ""), ("moved", True, ""), ("unknown", True, ""),
    ]  # fmt: skip
    assert ParcelEvent.objects.count() == 4 and set(ParcelEvent.objects.values_list("source", flat=True)) == {"api"}


def test_it_may_say_why_in_one_of_our_words(token: str) -> None:
    assert _outcomes(_tell(token, _event("failed", 4, reason="Gọi 3 lần", why="unreached"))) == [("moved", False, "")]
    event = ParcelEvent.objects.select_related("fulfilment").get()
    assert (event.why, event.fulfilment and event.fulfilment.failure) == ("unreached", "unreached")
    assert _tell(token, _event("failed", 5, why="lazy")).status_code == 422


def test_one_that_is_refused_stops_no_other(token: str) -> None:
    ahead = _event("out", 0, happened_at="2099-01-01T00:00:00Z")
    assert _outcomes(_tell(token, _event("taken", 1), _event("taken", 1, status="out"), ahead, _event("moving", 2))) == [
        ("noted", False, ""), ("refused", False, "parcel_event_differs"), ("refused", False, "parcel_event_ahead"),
        ("noted", False, ""),
    ]  # fmt: skip


def test_a_tills_token_opens_nothing_here_nor_a_carriers_there(token: str) -> None:
    _till, tills = make.till()
    answer = _tell(tills, _event("taken", 1))
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")
    assert Client().get("/api/v1/tills/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"status": "verloren"}, {"happened_at": "2026-11-20T10:00:00"}, {"tracking_number": " "}, {"id": ""}, {"more": 1}],
)
def test_another_shape_is_refused_whole(token: str, wrong: dict[str, Any]) -> None:
    answer = _tell(token, _event("taken", 1), _event("out", 2, **wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")
    assert not ParcelEvent.objects.exists()


def test_a_carrier_hears_why_in_its_language(token: str) -> None:
    told = _tell(token, _event("out", 2, tracking_number="BN404"), **{"Accept-Language": "en"}).json()
    assert told["events"][0]["title"] == "No parcel has this number"
