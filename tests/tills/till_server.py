"""Plays a till that is asked: a real server on loopback, whose answers a test writes beforehand."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[BaseHTTPRequestHandler], None]


class TillServer(ThreadingHTTPServer):
    """`pages` by cursor, or one `answer` for every question; `asked` is what came in."""

    daemon_threads = True

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.answer: Answer | None = None
        self.asked: list[tuple[str, str]] = []  # cursor, Authorization
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/events?shop=7"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has hung up."""


class _Handler(BaseHTTPRequestHandler):
    server: TillServer

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        assert query["shop"] == ["7"] and query["limit"] == ["200"]
        cursor = query.get("since", [""])[0]
        self.server.asked.append((cursor, self.headers.get("Authorization", "")))
        (self.server.answer or says(self.server.pages.get(cursor, {"events": []})))(self)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


def says(told: Any, status: int = 200, **headers: str) -> Answer:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in headers.items():
            to.send_header(name, value)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return answer


def drips(piece: bytes, *, first: bytes = b"", pause: float = 0.05) -> Answer:
    """Never ends."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.wfile.write(first)
        while True:
            to.wfile.write(piece)
            time.sleep(pause)

    return answer


@contextmanager
def till_server() -> Iterator[TillServer]:
    with TillServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
