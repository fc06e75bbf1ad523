"""What a lost dispute pays, and what it leaves: of one payment of several, and of part of one."""

from dataclasses import replace
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.checkout.actions import disputing
from marketplace.checkout.actions.refunding import give_back
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.models import Refund
from tests import disputes, make
from tests.checkout.rules import broken
from tests.checkout.shortages import paid

pytestmark = pytest.mark.django_db
NOW = make.NOW


def paid_twice() -> tuple[Order, Any]:
    """The second payment is due back; and the news that it was disputed, and lost."""
    order = paid()
    told = disputes.told(order, NOW, status="lost", payment_intent="pi_again")
    again = payments.open_source(order=order, method=payments.CARD, at=NOW, attempt=2)
    payments.money_came(source=again, amount=order.due, reference="pi_again", at=NOW)
    give_back(source=again, amount=order.due, reason="paid-twice", key=f"{order.number}-2-paid-twice", at=NOW)
    return order, told


def test_of_an_order_paid_twice_the_second_payment_is_lost_and_the_order_goes_on() -> None:
    order, told = paid_twice()
    disputing.hear(told=told, at=NOW)
    order.refresh_from_db()
    assert (order.status, Refund.objects.get().status) == ("confirmed", "covered")
    assert order.fulfilments.get().status == "open" and broken(NOW) == []


def test_of_an_order_paid_twice_both_are_lost_and_it_ends() -> None:
    order, told = paid_twice()
    disputing.hear(told=told, at=NOW)
    disputing.hear(told=replace(told, id="du_first", payment_intent=f"pi_{order.pk}"), at=NOW)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "disputed") and broken(NOW) == []
