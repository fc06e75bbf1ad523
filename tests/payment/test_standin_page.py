"""Somebody pays on the stand-in's page, without JavaScript."""

import re
import signal
import subprocess
import sys
from typing import Any

import pytest
import requests

from marketplace.payment.standin import Standin

GOOD = {"card_number": "4242 4242 4242 4242", "expiry": "12 / 40", "cvc": "123"}


@pytest.fixture
def session(client: Any, session_params: dict[str, Any]) -> Any:
    return client.v1.checkout.sessions.create(session_params)


def post(url: str, **fields: str) -> requests.Response:
    return requests.post(url, data=fields, allow_redirects=False, timeout=5)


def status(client: Any, session: Any) -> str:
    return str(client.v1.checkout.sessions.retrieve(session.id).status)


def test_the_page_says_what_it_is_and_what_is_paid(session: Any) -> None:
    answer = requests.get(session.url, timeout=5)
    for words in ("không có tiền nào được chuyển", "no money moves", "125.000\u00a0₫", "Đường thốt nốt",
                  "2 × 50.000", "AG-1001", "lan@example.com", "http://127.0.0.1:8000/checkout/"):  # fmt: skip
        assert words in answer.text
    assert "<script" not in answer.text and "style=" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (
        requests.get(session.url.split("/pay/")[0] + "/standin.css", timeout=5)
        .headers["Content-Type"]
        .startswith("text/css")
    )


def test_paying_goes_back_to_the_shop(client: Any, session: Any) -> None:
    answer = post(session.url, **GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (
        303, f"http://127.0.0.1:8000/checkout/paid/?session={session.id}")  # fmt: skip
    assert status(client, session) == "complete"
    again = post(session.url, **GOOD)
    assert again.status_code == 200 and "Đơn này đã thanh toán" in again.text
    assert "Đơn này đã thanh toán" in requests.get(session.url, timeout=5).text


@pytest.mark.parametrize(("fields", "words"), [
    ({"card_number": "4000000000000002"}, "Ngân hàng từ chối thẻ này."),
    ({"card_number": "4000000000009995"}, "Thẻ không đủ tiền."),
    ({"card_number": "4012888888881881"}, "chỉ nhận thẻ thử"),
    ({"expiry": "01/20"}, "Thẻ đã hết hạn."),
    ({"expiry": "13/40"}, "Hãy nhập số thẻ"),
    ({"card_number": "42"}, "Hãy nhập số thẻ"),
    ({"cvc": ""}, "Hãy nhập số thẻ"),
])  # fmt: skip
def test_a_refusal_is_said_and_may_be_followed_by_another_card(
    client: Any, session: Any, fields: dict[str, str], words: str
) -> None:
    answer = post(session.url, **GOOD | fields)
    assert answer.status_code == 402 and words in answer.text
    assert status(client, session) == "open"
    assert post(session.url, **GOOD).status_code == 303


@pytest.mark.parametrize(("answer", "after"), [("confirm", "complete"), ("fail", "open")])
def test_the_bank_page(client: Any, standin: Standin, session: Any, answer: str, after: str) -> None:
    asked = post(session.url, **GOOD | {"card_number": "4000000000003220"})
    assert asked.headers["Location"] == f"/pay/{session.id}/bank"
    assert "Xác nhận" in requests.get(f"{session.url}/bank", timeout=5).text
    done = post(f"{session.url}/bank", answer=answer)
    assert done.status_code == (303 if answer == "confirm" else 402)
    assert status(client, session) == after


def test_an_expired_session(client: Any, standin: Standin, session: Any) -> None:
    client.v1.checkout.sessions.expire(session.id)
    assert "Phiên thanh toán đã hết hạn" in post(session.url, **GOOD).text
    assert status(client, session) == "expired"
    standin.switch(pay_late=True)
    assert post(session.url, **GOOD).status_code == 303


def test_what_the_shop_sends_is_escaped(client: Any, session_params: dict[str, Any]) -> None:
    session_params["line_items"][0]["price_data"]["product_data"]["name"] = "<script>alert(1)</script>"
    session = client.v1.checkout.sessions.create(session_params)
    assert "&lt;script&gt;" in requests.get(session.url, timeout=5).text


def test_the_panel_of_switches(standin: Standin, session: Any) -> None:
    page = requests.get(session.url, timeout=5).text
    fields = dict(re.findall(r'type="number"[^>]*name="(\w+)" value="([^"]+)"', page))
    answer = post(
        f"{session.url}/switches", **fields | {"webhook_delay": "1.5", "webhook_repeat": "2", "pay_late": "on"}
    )
    assert answer.headers["Location"] == f"/pay/{session.id}"
    switches = standin.world.switches
    assert (switches.webhook_delay, switches.webhook_repeat, switches.pay_late, switches.webhook_drop) == (
        1.5,
        2,
        True,
        False,
    )


def test_an_unknown_page(standin: Standin) -> None:
    for path in ("/", "/pay/cs_test_nobody", "/elsewhere"):
        answer = requests.get(standin.url + path, timeout=5)
        assert answer.status_code == 404 and "Không có trang này" in answer.text


def test_from_the_command_line() -> None:
    """It prints where it is, answers there on loopback only, and ends when told."""
    running = subprocess.Popen(
        [sys.executable, "-m", "marketplace.payment.standin", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    with running:
        assert running.stdout
        url = running.stdout.readline().split()[3].rstrip(":")
        assert url.startswith("http://127.0.0.1:")
        assert requests.get(f"{url}/_standin/switches", timeout=5).json()["fail_next"] == 0
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
