"""The inventory sync as it runs: a till posts over HTTP, a real Celery worker records, availability follows."""

import json
from typing import Any
from urllib.request import Request, urlopen

from django.utils.translation import override

from catalogue.models import Product
from marketplace.partner.strategy import Strategy
from marketplace.stock import queries as stock
from marketplace.tills.models import TillEvent
from tests import make
from tests.processes import Worker, wait_until


def _post(live: str, token: str, *events: Any) -> dict[str, Any]:
    body = json.dumps({"events": events}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(f"{live}/api/v1/tills/events", body, headers), timeout=10) as answer:
        assert answer.status == 202
        found: dict[str, Any] = json.load(answer)
        return found


def _page(live: str, product: Product) -> str:
    """The product's page as a reader of English gets it."""
    with override("en"), urlopen(live + product.get_absolute_url(), timeout=10) as page:
        return " ".join(page.read().decode().split())


def test_what_a_till_sells_is_gone_from_the_shop_once(live: str, worker: Worker) -> None:
    till, token = make.till()
    product = make.product()
    make.stock(product, 5, at_place=till.location)
    assert "Only 5 left" in _page(live, product)
    batch = [
        make.till_event(product, quantity=3, sequence=1),
        make.till_event(product, sequence=2, line={"code": "KHONG-CO"}),
        make.till_event(product, quantity=1, sequence=3),
        make.till_event(product, quantity=2, sequence=4, kind="return"),
    ]
    assert {x["status"] for x in _post(live, token, *batch)["events"]} == {"waiting"}
    waiting = TillEvent.objects.filter(status="waiting")
    wait_until(lambda: not waiting.exists(), seconds=20)

    def left() -> tuple[int, int]:
        online = Strategy().fetch_for_product(product).availability.num_available
        return stock.available_at(till.location_id, [product.pk])[product.pk], online

    assert left() == (3, 3)
    assert "Only 3 left" in _page(live, product)
    for _ in range(2):
        again = _post(live, token, *batch)
        assert [x["status"] for x in again["events"]] == ["recorded", "parked", "recorded", "recorded"]
        assert (again["last_sequence"], again["missing"]) == (4, [])
    assert left() == (3, 3)
    assert TillEvent.objects.count() == 4
