"""Tills that are slow, endless, elsewhere or forbidden: each is let go in time, and says why at its connector."""

import logging
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.tills.connectors import actions
from marketplace.tills.gateways import ForbiddenAddress, http
from marketplace.tills.models import Connector
from tests import make

from .asked import connect, poll
from .till_server import TillServer, drips, says

NOW = make.NOW


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WHOLE", 1.0)
    monkeypatch.setattr(http, "READ", 0.5)


HEAD = b"HTTP/1.0 200 OK\r\n\r\n"
TROUBLES = {
    "silent": (drips(b"", pause=0.2), "till_too_slow"),
    "dripping": (drips(b" ", first=HEAD), "till_too_slow"),
    "dripping before it begins": (drips(b"X-A: b\r\n", first=b"HTTP/1.0 200 OK\r\n"), "till_too_slow"),
    "endless": (drips(b" " * 300_000, first=HEAD, pause=0), "till_answer_too_large"),
    "hung up": (lambda to: to.wfile.write(b""), "till_not_reached"),
    "cut off": (
        lambda to: to.wfile.write(b'HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n{"events'),
        "till_not_reached",
    ),
    "sent to a private host": (says(b"", 302, Location="http://10.0.0.1/"), "till_sent_elsewhere"),
    "token refused": (says({}, 401), "till_token_refused"),
    "squeezed": (says(b"\x1f\x8b\x08\x00", **{"Content-Encoding": "gzip"}), "till_not_understood"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_till_in_trouble_is_let_go_in_time(
    server: TillServer, connector: Connector, hurried: None, trouble: str, caplog: Any
) -> None:
    server.answer, code = TROUBLES[trouble]
    with caplog.at_level(logging.INFO):
        poll(connector)
    assert connector.error["code"] == code and connector.failures == 1
    assert len(server.asked) == 1
    assert [line.getMessage() for line in caplog.records if code in line.getMessage()]
    assert "bi-mat" not in caplog.text


def test_nobody_is_there(connector: Connector, server: TillServer) -> None:
    server.shutdown(), server.server_close()
    assert poll(connector).error["code"] == "till_not_reached"


def test_private_networks_are_closed_unless_named(connector: Connector, server: TillServer, settings: Any) -> None:
    settings.TILL_NETWORKS = []
    assert poll(connector).error["code"] == "till_forbidden_address"
    assert server.asked == []


def test_a_name_that_turns_private_is_not_called(
    product: Product, server: TillServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at when it is called, not when it was typed; one private address among public ones is one too many."""
    settings.TILL_NETWORKS = []
    connector = connect("https://till.example.vn/events?shop=7", product)
    for found in (["127.0.0.1"], ["93.184.216.34", "10.0.0.8"], ["::ffff:192.168.1.1"], ["169.254.169.254"]):
        answer = [(2, 1, 6, "", (one, 443)) for one in found]
        monkeypatch.setattr("marketplace.tills.gateways.addresses.socket.getaddrinfo", lambda *_, a=answer, **__: a)
        actions.hasten(connector=connector, at=NOW)
        assert poll(connector).error["code"] == "till_forbidden_address", found
    assert server.asked == []


@pytest.mark.parametrize("url", [
    "http://till.example.vn/", "https://10.0.0.1/", "https://[::1]/", "https://user:word@till.example.vn/", "ftp://x/",
    "https:///x", "https://169.254.169.254/", "https://till.example.vn:99999/", "file:///etc/passwd",
])  # fmt: skip
def test_what_must_not_be_asked_is_not_even_kept(product: Product, settings: Any, url: str) -> None:
    settings.TILL_NETWORKS = []
    with pytest.raises(ForbiddenAddress):
        connect(url, product)
    assert not Connector.objects.exists()


@pytest.mark.parametrize("name", ["SECRET_KEY", "till_token_a", "TILL_TOKEN_a", "TILL_TOKEN_A-B", "TILL_TOKEN_Á"])
def test_no_other_secret_can_be_named(product: Product, server: TillServer, name: str) -> None:
    with pytest.raises(actions.WrongTokenName):
        connect(server.url, product, token_name=name)


def test_a_token_that_is_not_there(product: Product, server: TillServer) -> None:
    connector = poll(connect(server.url, product, token_name="TILL_TOKEN_OTHER"))
    assert connector.error == {"code": "till_no_token", "facts": {"name": "TILL_TOKEN_OTHER"}}
    assert server.asked == []
