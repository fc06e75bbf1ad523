"""A bank that asks the payer, and an order that costs less by the time its page is made."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment.gateways import GatewayError
from marketplace.payment.gateways import stripe as gateway
from marketplace.payment.models import Transaction
from marketplace.payment.standin import Standin
from marketplace.payment.standin.payments import THREE_D_SECURE, answer_challenge
from tests import make
from tests.checkout.rules import broken
from tests.payment.conftest import SECRET
from tests.payment.test_settle import Sides, placed, session_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = SECRET


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_bank_asks_the_payer_to_confirm(standin: Standin, now: datetime, confirmed: bool) -> None:
    """3-D Secure: nothing is paid while it asks; who does not confirm may take another card on the same page."""
    order = placed(now)
    assert standin.pay(session_of(order), THREE_D_SECURE) == "challenge"
    actions.settle(order_id=order.pk, at=now)
    order.refresh_from_db()
    assert order.status == "awaiting-payment"
    answer_challenge(standin.world, session_of(order), confirmed=confirmed)
    if not confirmed:
        Sides(standin, order, now).webhooks()
        assert Order.objects.get(pk=order.pk).status == "awaiting-payment"
        Sides(standin, order, now).pay()
    Sides(standin, order, now).webhooks()
    order.refresh_from_db()
    assert (order.status, Transaction.objects.count()) == ("confirmed", 1) and broken(now) == []


def test_pieces_taken_off_while_the_gateway_was_silent_a_new_page_asks_for_less(
    standin: Standin, now: datetime
) -> None:
    """Under the old key Stripe would refuse another amount for a day."""
    order = make.order(at=now)
    standin.switch(drop_next=3)
    with pytest.raises(GatewayError):
        actions.start_payment(order=order, at=now)
    orders.take_off(order=orders.lock(order.pk), line_id=order.lines.get().pk, quantity=1)
    actions.start_payment(order=order, at=now)
    old, new = order.sources.order_by("attempt")
    assert (old.state, new.state, new.attempt) == ("closed", "open", 2)
    assert gateway.read_session(new.reference).amount == Order.objects.get(pk=order.pk).due < order.due
