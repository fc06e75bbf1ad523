"""News of one dispute from several sides at once, and a parcel that leaves in that moment."""

import time
from typing import Any

import pytest

from marketplace.checkout.actions import disputing
from marketplace.fulfilment import actions as fulfilments
from marketplace.journal.models import Entry
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment.models import Dispute, Refund, Transaction
from tests import disputes, make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import paid
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW


def only_look(order_id: int) -> Order:
    order = Order.objects.get(pk=order_id)
    time.sleep(0.3)
    return order


def _told_by_four(**changes: Any) -> list[Any]:
    told = disputes.told(paid(), NOW, **changes)
    return at_once(4, lambda _number: disputing.hear(told=told, at=NOW))


def test_the_same_news_from_four_sides() -> None:
    assert _told_by_four(status="lost") == [None] * 4
    assert Dispute.objects.count() == Refund.objects.count() == 1
    assert Transaction.objects.filter(txn_type="Disputed").count() == 1
    assert Order.objects.get().status == "cancelled"
    assert Entry.objects.filter(action="order.cancelled").count() == 1 and broken(NOW) == []


def test_without_the_orders_lock_the_database_alone_refuses_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when several hear of it side by side."""
    monkeypatch.setattr(orders, "lock", only_look)
    assert _told_by_four(status="lost") != [None] * 4


def _picked_while_it_opens() -> tuple[list[Any], str]:
    order = paid()
    parcel, by, told = order.fulfilments.get(), people.mai(), disputes.told(order, NOW)

    def pick() -> None:
        fulfilments.start_picking(fulfilment=parcel, by=by, at=NOW)

    answers = at_once(2, lambda number: pick() if number else disputing.hear(told=told, at=NOW))
    return answers, order.fulfilments.get().status


def test_a_parcel_is_picked_before_it_is_known_or_not_at_all() -> None:
    (heard, picked), status = _picked_while_it_opens()
    assert heard is None and Dispute.objects.count() == 1
    assert (picked, status) == (None, "picking") or (type(picked), status) == (fulfilments.PaymentDisputed, "open")
