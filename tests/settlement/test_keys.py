"""What tills moved, told under the names of a former release."""

from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from marketplace.settlement.models import Entry
from marketplace.stock.models import Movement
from tests import make
from tests.checkout.rules import broken

from .owed import NOW, sold_at_till, taken_in

pytestmark = pytest.mark.django_db
renaming = import_module("marketplace.settlement.migrations.0004_tills_are_told_by_number")


def keys() -> tuple[Any, Any]:
    return list(Movement.objects.order_by("pk").values_list("key", flat=True)), list(
        Entry.objects.order_by("pk").values_list("key", flat=True)
    )


def run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statements}")


def test_old_rows_get_the_new_names_and_are_the_same_events() -> None:
    product, place = make.product(), make.location()
    make.stock(product, 9, at_place=place)
    till, _token = make.till(place)
    line = {"code": product.upc, "quantity": 2, "price": 110_000}
    sold = sold_at_till(till, line)
    sold_at_till(till, {"code": product.upc, "quantity": 6}, kind="count", sequence=2)
    taken_in()
    before = keys()
    run(renaming.BY_UUID)
    movements, entries = keys()
    assert f"till:{sold}:0" in movements and f"till:{sold}:0" in entries
    assert any(key.startswith("counted:till:") and UUID(key.split(":")[2]) for key in movements)
    run(renaming.BY_NUMBER)
    assert keys() == before


def _one_of_before_and_one() -> UUID:
    """Two events of a till, of which the ledger tells the first, and it alone, under its uuid."""
    product, place = make.product(), make.location()
    make.stock(product, 9, at_place=place)
    till, _token = make.till(place)
    line = {"code": product.upc, "price": 110_000}
    older = sold_at_till(till, line | {"quantity": 2})
    run(renaming.BY_UUID)
    sold_at_till(till, line | {"quantity": 3}, sequence=2)
    return older


def test_an_older_name_does_not_keep_the_others_waiting() -> None:
    _one_of_before_and_one()
    assert [entry.quantity for entry in taken_in()] == [3]


def test_an_older_name_is_complained_of() -> None:
    """Nobody is owed for it as long as it has that name: somebody must know."""
    older = _one_of_before_and_one()
    assert [str(older) in complaint for complaint in broken(NOW)] == [True, True]  # not moved, and moved for nobody
