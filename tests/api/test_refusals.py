"""Whatever goes wrong at the door is a problem document: also what no operation ever sees."""

import http.client
import logging
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError
from django.test import Client

from marketplace.tills import actions
from marketplace.tills.models import TillEvent
from tests import make

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/tills/events"


def _told(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json; charset=utf-8"
    problem = answer.json()
    assert problem["status"] == answer.status_code and problem["title"]
    return answer.status_code, problem["code"]


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nothing", "/api/v1/tills/events/", "/api/v2/tills", "/api/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address(path: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method.upper(), path, b"{}", "application/json")
    assert _told(answer) == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("DELETE", EVENTS), ("PUT", EVENTS), ("POST", "/api/v1/tills/changes")])
def test_a_wrong_method(method: str, path: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answer = Client(enforce_csrf_checks=True).generic(method, path, b"{}", "application/json")
    assert _told(answer) == (405, "wrong_method")
    assert set(answer["Allow"].split(", ")) == ({"GET", "POST"} if path == EVENTS else {"GET"})
    assert [record.getMessage() for record in caplog.records] == [f"{method} {path} refused: 405 wrong_method"]


def test_a_missing_token_is_told_how_to_come_again() -> None:
    assert Client().get("/api/v1/tills/me")["WWW-Authenticate"] == "Bearer"


def _over_the_wire(live: str, token: str, headers: dict[str, str], body: Any, *, chunked: bool) -> Any:
    connection = http.client.HTTPConnection(urlsplit(live).netloc, timeout=10)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | headers
    try:
        connection.request("POST", EVENTS, body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_body_of_unknown_length_is_refused_unread(live: str, transactional_db: None) -> None:
    _till, token = make.till()
    pieces = (b"x" * 1024 for _ in range(4))
    status, body = _over_the_wire(live, token, {"Transfer-Encoding": "chunked"}, pieces, chunked=True)
    assert status == 411 and b'"length_required"' in body
    assert not TillEvent.objects.exists()


def test_a_body_longer_than_announced_is_cut_off(live: str, transactional_db: None) -> None:
    _till, token = make.till()
    status, body = _over_the_wire(live, token, {"Content-Length": "10"}, b'{"events":' + b" " * 2_000, chunked=False)
    assert status == 400 and b'"not_json"' in body


@pytest.mark.parametrize("length", ["-1", "many", "1048577", "9" * 400, "٣"])
def test_a_strange_length_is_refused(length: str) -> None:
    answer = Client().post(EVENTS, b"{}", "application/json", CONTENT_LENGTH=length)
    assert _told(answer) == (413, "too_large")


def test_when_the_database_is_away_the_till_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _till, token = make.till()
    monkeypatch.setattr(actions, "accept", _raising(OperationalError("the connection is lost")))
    answer = _report(token)
    assert _told(answer) == (503, "away") and int(answer["Retry-After"]) > 0


def test_a_mistake_of_ours_is_a_problem_too_and_says_nothing_of_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _till, token = make.till()
    monkeypatch.setattr(actions, "accept", _raising(ZeroDivisionError("secret")))
    answer = _report(token)
    assert _told(answer) == (500, "broken") and b"secret" not in answer.content
    assert "ZeroDivisionError" in caplog.text


def _report(token: str) -> Any:
    body = {"events": [make.till_event(make.product())]}
    return Client().post(EVENTS, body, "application/json", headers={"Authorization": f"Bearer {token}"})


def _raising(error: Exception) -> Any:
    def act(**_: Any) -> None:
        raise error

    return act
