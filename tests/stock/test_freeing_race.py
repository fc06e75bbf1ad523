"""A shopper takes pieces off an order while their lot is recalled: each piece is let go once, of the lot that has it then."""

from typing import Any

import pytest
from django.db import IntegrityError

from marketplace.locations.models import Location
from marketplace.stock import actions as stock
from marketplace.stock.actions import Destination, Want, freeing, recall
from marketplace.stock.models import Hold, Lot
from marketplace.stock.proofs import RULES
from tests import make, people
from tests.concurrency import at_once, in_step, when_another_is_in_step

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW


def _side_by_side(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Four pieces of lot A are promised, and three given up; meanwhile the recall gives the order those of lot B."""
    product, open_book = make.product(), freeing.Book
    place: Location = make.stock(product, 6, lot_code="A")
    make.stock(product, 6, at_place=place, lot_code="B")
    wants = [Want(1, product.pk, 4)]
    stock.hold(order_id=1, wants=wants, at=NOW, expires_at=None, destination=Destination(gathered_at=place.pk))
    lot, tam = Lot.objects.get(pk=Hold.objects.get().balance.lot_id), people.tam()

    def late(**about: Any) -> Any:
        in_step()
        return open_book(**about)

    monkeypatch.setattr(freeing, "Book", late)

    def either(number: int) -> None:
        if number:
            when_another_is_in_step()
            recall.freeze(lot_id=lot.pk, reason="nấm mốc", by=tam, at=NOW)
        else:
            freeing.free(order_id=1, units={(1, place.pk): 3}, at=NOW)

    return at_once(2, either)


def test_the_pieces_of_the_other_lot_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _side_by_side(monkeypatch) == [None, None]
    [left] = Hold.objects.active().select_related("balance__lot")
    assert left.quantity == 1 and left.balance.lot.frozen_at is None
    assert [row for rule in RULES for row in rule(NOW)] == []


def test_looked_up_before_the_lock_they_would_be_let_go_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what was promised before the recall is ended although it had ended."""
    kept: list[list[Hold]] = []
    look = freeing._promised

    def once(*about: Any) -> list[Hold]:
        kept[:] = kept or [look(*about)]
        return kept[0]

    monkeypatch.setattr(freeing, "_promised", once)
    assert [type(answer) for answer in _side_by_side(monkeypatch)] == [IntegrityError, type(None)]
