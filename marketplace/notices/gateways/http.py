"""A message as a POST of JSON with a bearer token; the answer's status says whether another try helps."""

import json
import time
from typing import Any

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from .answers import Accepted, NotDelivered

TIMEOUT = Timeout(connect=3.0, read=5.0)
WHOLE = 8.0  # seconds of one message, however slowly its answer comes
MOST_BYTES, PIECE = 16 * 1024, 4 * 1024
# The message itself is wrong. A token or an address of ours that is wrong (401, 403, 404) is mended, and then it goes.
FINAL = {400, 410, 413, 422}


def post(url: str, *, token: str, key: str, body: dict[str, Any]) -> Accepted:
    """Taken on, once for each `key`: the other side knows a second try by it. Redirects are not followed with the token."""
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
                return _read(answer, ends)
    except (HTTPError, OSError) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error


def _read(answer: BaseHTTPResponse, ends: float) -> Accepted:
    found = bytearray()
    while len(found) < MOST_BYTES and (piece := answer.read1(PIECE, decode_content=False)):
        found += piece
        if time.monotonic() > ends:
            raise NotDelivered("too slow")
    text = found.decode("utf-8", "replace").replace("\0", "")
    if not 200 <= answer.status < 300:
        raise NotDelivered(f"{answer.status} {text[:300]}".strip(), final=answer.status in FINAL)
    return Accepted(str(answer.status), _reference(text))


def _reference(text: str) -> str:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(told.get("id", ""))[:100] if isinstance(told, dict) else ""
