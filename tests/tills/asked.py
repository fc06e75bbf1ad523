"""What the tests of connectors do again and again."""

from dataclasses import replace
from typing import Any

from catalogue.models import Product
from marketplace.tills import proofs, tasks
from marketplace.tills.connectors import actions
from marketplace.tills.models import Connector
from tests import make, people

NOW = make.NOW
TOKEN = "TILL_TOKEN_LONG_XUYEN"


def connect(url: str, product: Product, **told: Any) -> Connector:
    """A hundred pieces lie where it stands."""
    place = make.stock(product, 100)
    setup = replace(actions.Setup(url, TOKEN, 60, {}), **told)
    return actions.connect(location=place, name="Máy 3", setup=setup, by=people.tam(), at=NOW)


def poll(connector: Connector, at: Any = NOW) -> Connector:
    """Asked once, and all of it recorded; the inbox and the ledger tell the same."""
    actions.poll(connector_id=connector.pk, at=at)
    tasks.record_waiting()
    assert list(proofs.RULES[0](NOW)) == []
    connector.refresh_from_db()
    return connector
