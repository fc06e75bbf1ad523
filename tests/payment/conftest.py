"""A stand-in Stripe for each test, and at its end every call, answer and event is held against Stripe's description."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe

from marketplace.payment.standin import Standin
from tests.payment import description

SECRET = "whsec_for_tests"
QUICK = (0.05, 0.05, 0.05)


class Shop(ThreadingHTTPServer):
    """Hears webhooks; answers with the statuses in `answers`, then always 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ear)
        self.heard: list[tuple[str, bytes]] = []  # signature, body
        self.answers: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}/payment/stripe/webhook/"

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.heard]


class Ear(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.headers["Stripe-Signature"], body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Location", "/elsewhere/")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def standin(shop: Shop, settings: Any, tmp_path: Path) -> Iterator[Standin]:
    """Plays Stripe, tells `shop` what happens, and is what the settings point to."""
    settings.MEDIA_ROOT = tmp_path
    with Standin(webhook_url=shop.url, webhook_secret=SECRET, retries=QUICK) as playing:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = playing.url, "sk_test_for_tests"
        yield playing
        for call in playing.calls:
            if call.status != 404 or "Unrecognized" not in call.body["error"]["message"]:
                description.check_call(call)
        for delivery in playing.webhooks:
            description.check_event(json.loads(delivery.payload))


@pytest.fixture
def client(standin: Standin) -> stripe.StripeClient:
    """Stripe's own package, without retries, so that a test sees each answer."""
    return stripe.StripeClient(
        "sk_test_for_tests",
        base_addresses={"api": standin.url, "files": standin.url},
        max_network_retries=0,
        stripe_version="2026-08-26.dahlia",
    )


@pytest.fixture
def session_params() -> dict[str, Any]:
    """A session of 125,000 đồng: two boxes of sugar and the shipping."""
    lines = [("Đường thốt nốt", 50_000, 2), ("Phí giao hàng", 25_000, 1)]
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": quantity,
                "price_data": {"currency": "vnd", "unit_amount": amount, "product_data": {"name": name}},
            }
            for name, amount, quantity in lines
        ],
        "client_reference_id": "AG-1001",
        "customer_email": "lan@example.com",
        "locale": "vi",
        "success_url": "http://127.0.0.1:8000/checkout/paid/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:8000/checkout/",
    }
