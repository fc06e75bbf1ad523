"""What several tests of shortages begin and end with."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests import make

from .rules import broken


@pytest.fixture
def whole_afterwards(db: None) -> Iterator[None]:
    """Whatever a test did, every rule of every engine holds."""
    yield
    assert broken(make.NOW + timedelta(minutes=1)) == []


@pytest.fixture
def goods() -> Any:
    """Three pieces at one point of Mai's."""
    product = make.product("Mật thốt nốt", price=50_001)
    product.here = make.stock(product, 3, at_place=make.location("Điểm A"))
    return product
