"""A shop with a little in it, as it is on the day of the tests."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.search import actions as search
from tests import make


@dataclass(frozen=True)
class Shop:
    sugar: Product
    fish: Product
    spirit: Product
    point: Location


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock of every page stands at make.NOW."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)
    return make.NOW


@pytest.fixture
def shop(db: None, today: datetime) -> Shop:
    """Sugar with four live stars and stock, fish whose stars have ended, and a spirit."""
    maker = make.producer(
        "Hợp tác xã Minh Tâm", commune=make.commune("Xã Vĩnh Hậu"), former_place="xã Đa Phước, huyện An Phú"
    )
    food = make.category("I")
    sugar = make.product("Đường thốt nốt Palmania", price=95_000, stars=4, producer=maker, category=food)
    fish = make.product("Khô cá lóc", price=210_000, stars=None, producer=maker, category=food)
    make.certificate(fish, stars=3, decided_on=make.TODAY.replace(year=2021))
    spirit = make.product("Rượu thốt nốt", price=180_000, stars=3, producer=maker, ethanol_percent=Decimal("39.5"))
    shop = Shop(sugar, fish, spirit, make.location("Điểm OCOP Núi Sam", phone="+84296385111"))
    make.stock(sugar, 7, at_place=shop.point)
    read()
    return shop


def read() -> None:
    """The search knows what was touched or made."""
    search.refresh(at=make.NOW, product_ids=list(Product.objects.values_list("pk", flat=True)))


@pytest.fixture
def adult(client: Any) -> Any:
    """A visitor who has said to be 18."""
    client.post("/age/", {"adult": "on", "next": "/"})
    return client
