"""An order may end while its page at the gateway is being made."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.checkout.actions import paying
from marketplace.order.models import Order
from marketplace.payment.gateways import stripe as gateway
from marketplace.payment.models import Refund
from marketplace.payment.queries import orders_to_ask_about
from marketplace.payment.standin import Standin
from tests import make
from tests.checkout.rules import broken

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended_meanwhile(standin: Standin, monkeypatch: pytest.MonkeyPatch) -> Order:
    """Lan presses “pay” and, before the gateway has answered, “cancel” in another window."""
    now = timezone.now()
    product = make.product()
    make.stock(product, 2, at=now)
    order = make.order((product, 2), at=now)
    make_page = gateway.create_session

    def slowly(**asked: Any) -> gateway.SessionState:
        made = make_page(**asked)
        actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=now)
        return made

    monkeypatch.setattr(paying.stripe, "create_session", slowly)
    with pytest.raises(actions.NotPayable):
        actions.start_payment(order=order, at=now)
    order.refresh_from_db()
    return order


def test_the_page_is_closed_by_the_sweeper(standin: Standin, ended_meanwhile: Order) -> None:
    now = timezone.now()
    assert orders_to_ask_about(now) == [ended_meanwhile.pk]
    actions.settle(order_id=ended_meanwhile.pk, at=now)
    (session,) = standin.world.all("checkout.session")
    assert session["status"] == "expired"
    assert orders_to_ask_about(now + timedelta(days=1)) == [] and broken(now) == []


def test_who_paid_it_all_the_same_gets_the_money_back_though_no_webhook_comes(
    standin: Standin, ended_meanwhile: Order
) -> None:
    now = timezone.now()
    (session,) = standin.world.all("checkout.session")
    standin.pay(session["id"])
    for order_id in orders_to_ask_about(now):
        actions.settle(order_id=order_id, at=now)
    refund = Refund.objects.get()
    assert (refund.reason, refund.amount) == ("paid-late", ended_meanwhile.total_incl_tax)
    assert broken(now) == []


def test_time_over() -> None:
    order = make.order(at=make.NOW)
    with pytest.raises(actions.TimeOver):
        actions.start_payment(order=order, at=make.NOW + timedelta(minutes=35))


def test_the_way_of_a_parcel_that_was_emptied_before_is_not_paid(standin: Standin) -> None:
    now = timezone.now()
    product = make.product(price=50_001)
    for pieces in (3, 2):
        make.stock(product, pieces, at=now)
    order = make.order((product, 5), at=now)
    fee = order.shipping_incl_tax / 2
    pieces = {order.lines.get().pk: 3}
    actions.cancel_pieces(order=order, pieces=pieces, by=None, reason=Order.Because.SHOPPER, at=now)
    actions.start_payment(order=order, at=now)
    order.refresh_from_db()
    (session,) = standin.world.all("checkout.session")
    assert session["amount_total"] == order.due == 100_002 + fee and fee
