"""Asks a till over HTTP: what has happened since the cursor? The answer is JSON of a bounded size, in bounded time."""

import json
import math
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as TimeoutOfUrllib3

from . import (
    AnswerTooLarge,
    NotReached,
    NotUnderstood,
    SentElsewhere,
    TillError,
    TokenRefused,
    TooSlow,
    WrongStatus,
    addresses,
)

CONNECT, READ, WHOLE = 3.0, 4.0, 6.0  # seconds: until connected, between two pieces, of one question
MOST_BYTES = 2 * 1024 * 1024
PIECE = 64 * 1024


def ask(*, url: str, token: str, cursor: str, limit: int) -> Any:
    """The till's answer, whatever JSON it is. Redirects are not followed: the token is for this address alone."""
    headers = {"Accept": "application/json", "User-Agent": "cho-ocop-tills/1"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    begun = time.monotonic()
    try:
        with addresses.guarded(WHOLE) as manager:
            answer = manager.request(
                "GET", _question(url, cursor, limit), headers=headers, redirect=False, retries=False,
                preload_content=False, timeout=Timeout(connect=CONNECT, read=READ),
            )  # fmt: skip
            with answer:
                _look_at_status(answer)
                body = _body(answer)
    except (HTTPError, OSError) as error:
        raise (TooSlow(seconds=int(WHOLE)) if _slow(error, begun) else NotReached()) from error
    if time.monotonic() - begun >= WHOLE:
        raise TooSlow(seconds=int(WHOLE))
    return _json(body)


def _slow(error: Exception, begun: float) -> bool:
    return isinstance(error, TimeoutError | TimeoutOfUrllib3) or time.monotonic() - begun >= WHOLE


def _question(url: str, cursor: str, limit: int) -> str:
    parts = urlsplit(url)
    asked = [*parse_qsl(parts.query, keep_blank_values=True), ("limit", str(limit))]
    asked += [("since", cursor)] if cursor else []
    return urlunsplit(parts._replace(query=urlencode(asked), fragment=""))


def _look_at_status(answer: BaseHTTPResponse) -> None:
    if answer.status == 200:
        return
    kinds: dict[int, type[TillError]] = {401: TokenRefused, 403: TokenRefused}
    kind = SentElsewhere if 300 <= answer.status < 400 else kinds.get(answer.status, WrongStatus)
    raise kind(status=answer.status)


def _body(answer: BaseHTTPResponse) -> bytes:
    """Read piece by piece, as it comes: what never ends is let go."""
    found = bytearray()
    while piece := answer.read1(PIECE, decode_content=False):
        found += piece
        if len(found) > MOST_BYTES:
            raise AnswerTooLarge(most=MOST_BYTES // 1024 // 1024)
    return bytes(found)


def _json(body: bytes) -> Any:
    try:
        return _kept(json.loads(body))
    except (ValueError, RecursionError):
        raise NotUnderstood(where="JSON") from None


def _kept(found: Any) -> Any:
    """Without what no database keeps: NUL, half a character, a number that is none."""
    if isinstance(found, str):
        return found.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(found, float) and not math.isfinite(found):
        return None
    if isinstance(found, list):
        return [_kept(one) for one in found]
    if isinstance(found, dict):
        return {_kept(name): _kept(one) for name, one in found.items()}
    return found
