"""A worker replaces goods of two kinds that were put off for too long, while a shopper orders the same two."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from marketplace.checkout import actions
from marketplace.checkout.actions import keeping
from marketplace.fulfilment.actions import coming
from marketplace.fulfilment.models import ShortLine
from marketplace.order.models import Order
from marketplace.stock.models import Transfer
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.test_keeping import kept, on
from tests.concurrency import at_once, in_step, when_another_is_in_step

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW


def _put_off() -> tuple[Order, list[Any]]:
    """Two pieces of each kind stand at the point and come too late; the kind that is replaced last has the first balances."""
    near, far = make.location("Điểm Châu Đốc"), make.location("Điểm Long Xuyên", transfer_days=3)
    cake, tea = make.product("Bánh bò thốt nốt"), make.product("Trà xạ đen")
    for product, old, new in ((tea, "T", "U"), (cake, "A", "B")):
        make.stock(product, 2, at_place=near, lot_code=old, best_before=on(24))
        make.stock(product, 9, at_place=far, lot_code=new, best_before=on(30))
    order: Order = make.order((cake, 5), (tea, 5), location_id=near.pk, payment="counter")
    assert kept(order) == {("A", 2), ("B", 3), ("T", 2), ("U", 3)}
    about: dict[str, Any] = {"transfer": Transfer.objects.get(), "by": people.mai(), "at": NOW}
    coming.send(**about)
    coming.expect(**about, on=on(25))
    return order, [(cake, 1), (tea, 1)]


def _side_by_side(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], Order]:
    """The shopper comes when the first kind is replaced, and the second is not yet."""
    order, wanted = _put_off()
    keep = keeping.keep

    def slowly(**facts: Any) -> None:
        keep(**facts)
        in_step()  # meanwhile the shopper has come to the balances

    monkeypatch.setattr(keeping, "keep", slowly)

    def shop() -> None:
        when_another_is_in_step()
        make.order(*wanted, payment="cod")

    return at_once(2, lambda number: shop() if number else actions.replace_outlived(at=NOW)), order


def test_nobody_waits_for_a_shopper_who_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, order = _side_by_side(monkeypatch)
    assert answers == [None, None] and kept(order) == {("B", 2), ("U", 2)}
    assert ShortLine.objects.count() == 2 and broken(NOW + timedelta(minutes=1)) == []


def test_in_one_transaction_the_database_stops_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: two books of one transaction lock balances in another order than the one book of the shopper."""

    def all_at_once(rows: Iterable[Any], deed: Callable[[Any], Any]) -> list[Any]:
        with transaction.atomic():
            return [deed(row) for row in rows]

    monkeypatch.setattr(keeping, "one_by_one", all_at_once)
    answers, _order = _side_by_side(monkeypatch)
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", OperationalError.__name__]
