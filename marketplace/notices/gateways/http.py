"""A message as a POST of JSON with a bearer token; the answer's status says whether another try helps."""

import json
import time
from collections.abc import Callable
from typing import Any

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Late

from .answers import Accepted, NotDelivered

TIMEOUT = Timeout(connect=3.0, read=5.0)
WHOLE = 8.0  # seconds of one message, however slowly its answer comes
MOST_BYTES, PIECE = 16 * 1024, 4 * 1024
# The message itself is wrong. A token or an address of ours that is wrong (401, 403, 404) is mended, and then it goes.
FINAL = {400, 410, 413, 422}


def reference(told: dict[str, Any]) -> str:
    """The number by which the other side knows the message."""
    return str(told.get("id", ""))


def post(
    url: str, *, token: str, key: str, body: dict[str, Any], read: Callable[[dict[str, Any]], str] = reference
) -> Accepted:
    """Taken on, once for each `key`: the other side knows a second try by it. Redirects are not followed with the token.

    `read` finds the message's number in an answer of JSON, or raises `NotDelivered` where it is a refusal.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": key}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    ends = time.monotonic() + WHOLE
    try:
        with PoolManager(num_pools=1) as pool:
            answer = pool.request(
                "POST", url, body=json.dumps(body).encode(), headers=headers, redirect=False, retries=False,
                timeout=TIMEOUT, preload_content=False,
            )  # fmt: skip
            with answer:
                return Accepted(str(answer.status), read(_told(_text(answer, ends)))[:100])
    except (HTTPError, OSError) as error:
        silent = isinstance(error, Late | TimeoutError)
        raise NotDelivered(f"{type(error).__name__}: {error}", silent=silent) from error


def _text(answer: BaseHTTPResponse, ends: float) -> str:
    """What a good answer says."""
    found = bytearray()
    while len(found) < MOST_BYTES and (piece := answer.read1(PIECE, decode_content=False)):
        found += piece
        if time.monotonic() > ends:
            raise NotDelivered("too slow", silent=True)
    text = found.decode("utf-8", "replace").replace("\0", "")
    if not 200 <= answer.status < 300:
        raise NotDelivered(f"{answer.status} {text[:300]}".strip(), final=answer.status in FINAL)
    return text


def _told(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
