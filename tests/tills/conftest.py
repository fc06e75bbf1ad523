"""A till that is asked, played on loopback, and its connector."""

from collections.abc import Iterator
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.tills.models import Connector
from tests import make

from .asked import TOKEN, connect
from .till_server import TillServer, till_server


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[TillServer]:
    """Loopback may be called, and the environment holds the token."""
    settings.TILL_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setenv(TOKEN, "bi-mat")
    with till_server() as running:
        yield running


@pytest.fixture
def product(db: None) -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def connector(server: TillServer, product: Product) -> Connector:
    return connect(server.url, product)
