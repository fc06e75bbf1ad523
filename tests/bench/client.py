"""The visitors, in a process of their own: each keeps one connection open and asks the next question from a common list.

Reads a plan (JSON) from standard input and answers the seconds that each request took. Knows nothing of the shop.
"""

import asyncio
import json
import sys
import time
from typing import Any

Ask = tuple[bytes, bytes, bytes]  # the request as it goes over the wire, the status and the place that must come back


class Unexpected(Exception):
    """A fast error page would be no measurement."""


def wire(host: str, *, path: str, cookies: str = "", form: str | None = None, token: str = "") -> bytes:
    """A GET, or a POST where there is a form; of JSON, where there is a token."""
    head = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        f"Host: {host}",
        "Accept: text/html",
        "Accept-Language: vi",
    ]
    head += [f"Cookie: {cookies}"] if cookies else []
    head += [f"Authorization: Bearer {token}"] if token else []
    if form is not None:
        kind = "application/json" if token else "application/x-www-form-urlencoded"
        head += [f"Content-Type: {kind}", f"Content-Length: {len(form)}"]
    return "\r\n".join([*head, "", form or ""]).encode()


def prepared(host: str, *, request: dict[str, Any], status: int, leads_to: str) -> Ask:
    """Nothing is left to be put together while the clock runs."""
    place = f"location: {leads_to}" if leads_to else ""
    return wire(host, **request), str(status).encode(), place.encode()


async def visitor(host: str, port: int, asks: list[Ask], seconds: list[float]) -> None:
    """Takes from the list until it is empty."""
    reader, writer = await asyncio.open_connection(host, port, limit=2**20)
    while asks:
        request, status, leads_to = asks.pop()
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(length(head))
        seconds.append(time.perf_counter() - began)
        if head[9:12] != status or leads_to not in head.replace(b"Location:", b"location:"):
            raise Unexpected(f"{request[:200]!r} was answered by\n{head.decode()}{body[:400]!r}")
        if b"connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection(host, port, limit=2**20)
    writer.close()


def length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise Unexpected(f"An answer without its length:\n{head.decode()}")


async def visit(plan: dict[str, Any]) -> dict[str, Any]:
    """All requests of a plan, over so many connections at once."""
    asks = [prepared(plan["host"], **ask) for ask in reversed(plan["asks"])]
    seconds: list[float] = []
    host, port = plan["host"].split(":")
    began = time.perf_counter()
    await asyncio.gather(*(visitor(host, int(port), asks, seconds) for _ in range(plan["connections"])))
    return {"elapsed": time.perf_counter() - began, "seconds": seconds}


if __name__ == "__main__":
    try:
        print(json.dumps(asyncio.run(visit(json.load(sys.stdin)))))
    except Unexpected as reason:
        sys.exit(str(reason))
