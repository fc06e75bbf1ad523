"""Plays a provider of SMS or Zalo: a real server on loopback that answers as a test wants."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Provider(ThreadingHTTPServer):
    """`answers`: statuses for the next messages, or what a 200 says; then 200. What came in: headers and bodies."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: list[int | dict[str, Any]] = []
        self.asked: list[tuple[dict[str, str], dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/messages"


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((dict(self.headers), body))
        answer = self.server.answers.pop(0) if self.server.answers else 200
        status, words = (200, answer) if isinstance(answer, dict) else (answer, {"error": "no"})
        said = json.dumps({"id": f"m-{len(self.server.asked)}"} if answer == 200 else words).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.url)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def provider() -> Iterator[Provider]:
    with Provider() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
