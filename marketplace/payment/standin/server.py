"""The stand-in's doors: Stripe's API, the page to pay on, and the switches. Loopback only."""

from __future__ import annotations

import json
import re
import socket
import sys
from contextlib import suppress
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import files, pages, payments, sessions
from .api import Api, HangUp
from .objects import API_VERSION, Thing, new_id
from .payments import Card, Outcome
from .refused import ApiError
from .world import World

CSS = (Path(__file__).parent / "page.css").read_bytes()
PAY = re.compile(r"/pay/(cs_test_[A-Za-z0-9]+)(/bank|/switches)?")
MOST_BODY = 6_000_000  # a file, and what goes with it
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *, port: int, world: World, merchant: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.world, self.merchant, self.api = world, merchant, Api(world)
        self._open: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no error; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def hang_up_all(self) -> None:
        """Ends the connections that callers keep open, so that a stopped server answers nobody."""
        for request in list(self._open):
            with suppress(OSError):  # the caller was quicker
                request.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: request bodies and ids are nobody's reading matter."""

    def _answer(self, method: str) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BODY:
            self.close_connection = True
            return self._json(413, {"error": {"type": "invalid_request_error", "message": "Too long"}})
        sent = self.rfile.read(length)
        try:
            body = self._read(sent)
            if parts.path.startswith("/v1/"):
                self._api(method, parts.path, parts.query if method == "GET" else body)
            elif parts.path.startswith("/_standin/"):
                self._control(method, parts.path, body)
            else:
                self._page(method, parts.path, body)
        except ApiError as error:
            self._json(error.status, error.body)

    def _read(self, sent: bytes) -> str:
        kind = self.headers.get("Content-Type") or ""
        return files.as_text(sent, kind) if kind.startswith("multipart/") else sent.decode("utf-8", "replace")

    def _api(self, method: str, path: str, text: str) -> None:
        request_id = new_id("req_")
        headers = {name.title(): value for name, value in self.headers.items()}
        try:
            status, body, extra = self.server.api.answer(
                method=method, path=path, text=text, headers=headers, request_id=request_id
            )
        except HangUp:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._json(status, body, {"Request-Id": request_id, "Stripe-Version": API_VERSION, **extra})

    def _control(self, method: str, path: str, body: str) -> None:
        world = self.server.world
        if path == "/_standin/state" and method == "GET":
            return self._json(200, world.picture())
        if path != "/_standin/switches":
            raise ApiError(f"Unrecognized request URL ({method}: {path})", status=404)
        if method == "POST":
            try:
                changes = json.loads(body)
            except ValueError:
                changes = None
            if not isinstance(changes, dict):
                raise ApiError('Switches are turned with a JSON object, as {"webhook_delay": 3}.')
            turn(world, changes)
        self._json(200, asdict(world.switches))

    def _page(self, method: str, path: str, body: str) -> None:
        if path == "/standin.css":
            return self._send(200, CSS, "text/css; charset=utf-8")
        match = PAY.fullmatch(path)
        session = self.server.world.things.get(match[1]) if match else None
        if match is None or session is None:
            return self._html(404, pages.unknown())
        fields = {name: values[-1] for name, values in parse_qs(body).items()}
        if method == "POST" and match[2] == "/switches":
            turn(self.server.world, _ticked(self.server.world, fields))
            return self._redirect(f"/pay/{session['id']}")
        if method == "GET" and match[2] == "/bank":
            return self._html(200, pages.bank(session))
        if method == "GET":
            return self._show(session, None)
        if match[2] == "/bank":
            confirmed = fields.get("answer") == "confirm"
            return self._after(
                session, payments.answer_challenge(self.server.world, session["id"], confirmed=confirmed)
            )
        card = read_card(fields)
        if card is None:
            return self._show(session, ("incomplete", "Give card number, expiry (MM/YY) and CVC."))
        self._after(session, payments.pay(self.server.world, session["id"], card))

    def _after(self, session: Thing, outcome: Outcome) -> None:
        if outcome is Outcome.PAID:
            return self._redirect(success_url(session))
        if outcome is Outcome.CHALLENGE:
            return self._redirect(f"/pay/{session['id']}/bank")
        if outcome is Outcome.CLOSED:
            return self._show(session, None)
        error = self.server.world.things[session["payment_intent"]]["last_payment_error"]
        self._show(session, (error["decline_code"], error["message"]))

    def _show(self, session: Thing, problem: tuple[str, str] | None) -> None:
        world = self.server.world
        with world.lock:
            if payments.payable(world, session):
                page = pages.pay(world, session, merchant=self.server.merchant, problem=problem)
            else:
                page = pages.closed(session, success_url=success_url(session))
        self._html(402 if problem else 200, page)

    def _json(self, status: int, body: Thing, extra: dict[str, str] | None = None) -> None:
        text = json.dumps(body, ensure_ascii=False, indent=2).encode()
        self._send(status, text, "application/json", extra)

    def _html(self, status: int, page: str) -> None:
        self._send(
            status,
            page.encode(),
            "text/html; charset=utf-8",
            {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
        )

    def _redirect(self, url: str) -> None:
        self._send(303, b"", "text/html; charset=utf-8", {"Location": url})

    def _send(self, status: int, body: bytes, kind: str, extra: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(extra or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def turn(world: World, changes: dict[str, Any]) -> None:
    """Sets switches, and lets a clock put forward take effect at once."""
    with world.change():
        world.switches.turn(changes)
    sessions.expire_due(world)


def success_url(session: Thing) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def read_card(fields: dict[str, str]) -> Card | None:
    """The card as typed, or none when it is not complete."""
    number = re.sub(r"[\s-]", "", fields.get("card_number", ""))
    expiry = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/\s*(?:20)?(\d\d)\s*", fields.get("expiry", ""))
    cvc = fields.get("cvc", "").strip()
    if not re.fullmatch(r"\d{12,19}", number) or not expiry or not re.fullmatch(r"\d{3,4}", cvc):
        return None
    return Card(number, month=int(expiry[1]), year=2000 + int(expiry[2]), cvc=cvc)


def _ticked(world: World, fields: dict[str, str]) -> dict[str, Any]:
    """Switches from a form: a box that is not ticked is not sent."""
    changes: dict[str, Any] = {}
    for name, now in asdict(world.switches).items():
        if isinstance(now, bool):
            changes[name] = name in fields
        elif re.fullmatch(r"\d+(\.\d+)?", fields.get(name, "")):
            changes[name] = float(fields[name]) if "." in fields[name] else int(fields[name])
    return changes
