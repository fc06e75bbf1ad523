"""The shop over HTTP: what it answers, and the four ways in which it may not."""

import json
from collections.abc import Sequence
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from .clock import now

PATIENCE = 20  # seconds for one answer
LARGEST = 8 * 1024 * 1024
Row = dict[str, Any]


class Trouble(Exception):
    """No answer, or none from the shop: it may come later. `wait` is how long the shop asks us to wait, in seconds."""

    def __init__(self, reason: str, wait: float = 0) -> None:
        super().__init__(reason)
        self.reason, self.wait = reason, wait


class Unacceptable(Exception):
    """The shop does not take what was sent, now or later."""

    def __init__(self, code: str, title: str) -> None:
        super().__init__(title)
        self.code, self.title = code, title


class TokenEnded(Exception):
    """The token is unknown to the shop, or was revoked."""


class _NoRedirects(HTTPRedirectHandler):
    """The token goes to the shop alone, not where somebody between us points."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Shop:
    """The shop at an address, as it treats the bearer of this token."""

    def __init__(self, url: str, token: str, language: str, *, patience: float = PATIENCE) -> None:
        self._url, self._patience = url.rstrip("/") + "/api/v1/tills", patience
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": language, "Accept": "application/json"}
        self._open = build_opener(_NoRedirects).open

    def me(self) -> Row:
        return self._ask("me", "location")

    def report(self, events: Sequence[Row]) -> Row:
        return self._ask("events", "missing", body=json.dumps({"events": events}).encode())

    def answers(self, uuids: Sequence[str]) -> list[Row]:
        found: list[Row] = self._ask("events?" + urlencode([("uuid", uuid) for uuid in uuids]), "events")["events"]
        return found

    def changes(self, cursor: int) -> Row:
        return self._ask("changes?" + urlencode({"cursor": cursor, "limit": 500}), "articles")

    def _ask(self, what: str, expected: str, body: bytes | None = None) -> Row:
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        try:
            with self._open(Request(f"{self._url}/{what}", body, headers), timeout=self._patience) as answer:
                told = json.loads(answer.read(LARGEST))
        except HTTPError as error:
            with error:
                raise _refusal(error) from None
        except (OSError, HTTPException, ValueError) as error:  # no line, half an answer, or somebody else's page
            raise Trouble(str(getattr(error, "reason", "") or error) or type(error).__name__) from None
        if not isinstance(told, dict) or expected not in told:
            raise Trouble("an answer that is not the shop's")
        return told


def _refusal(error: HTTPError) -> Exception:
    """Only a problem document is the shop's own word; anything else came from somewhere between."""
    problem = _problem(error)
    code = problem.get("code")
    if code == "bad_token":
        return TokenEnded()
    if code in ("wrong_shape", "too_large", "not_json"):
        detail = "; ".join(f"{x['where']}: {x['what']}" for x in problem.get("errors", [])[:3])
        return Unacceptable(code, problem["title"] + (f" ({detail})" if detail else ""))
    return Trouble(str(problem.get("title") or f"HTTP {error.code}"), _wait(error.headers))


def _problem(error: HTTPError) -> Row:
    if error.headers.get_content_type() != "application/problem+json":
        return {}
    try:
        found = json.loads(error.read(LARGEST))
    except (OSError, HTTPException, ValueError):
        return {}
    return found if isinstance(found, dict) and "title" in found else {}


def _wait(headers: Message) -> float:
    """Retry-After in seconds; it may be a number or a date. At most an hour is believed."""
    told = headers.get("Retry-After", "")
    try:
        seconds = float(told) if told.strip().isdecimal() else (parsedate_to_datetime(told) - now()).total_seconds()
    except (TypeError, ValueError):
        return 0
    return min(max(seconds, 0), 3600)
