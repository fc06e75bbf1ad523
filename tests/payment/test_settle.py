"""Money from every side, in any order, any number of times, with one result."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.checkout import actions
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment.gateways import GatewayError
from marketplace.payment.gateways import stripe as gateway
from marketplace.payment.models import PaymentEvent, Refund, Source, Transaction
from marketplace.payment.queries import events_due, orders_to_ask_about, refunds_due
from marketplace.payment.standin import Standin
from marketplace.payment.standin.payments import DECLINED
from marketplace.stock import queries as stock
from tests import make
from tests.checkout.rules import broken
from tests.payment.conftest import SECRET

pytestmark = pytest.mark.django_db
WEBHOOK = "/payment/stripe/webhook/"


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = SECRET


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def placed(now: datetime, pieces: int = 2, *, of: Any = None) -> Order:
    """Lan's order, its page at the gateway open."""
    product = of or make.product()
    if of is None:
        make.stock(product, pieces, at=now)
    order = make.order((product, pieces), at=now)
    actions.start_payment(order=order, at=now)
    return order


def session_of(order: Order) -> str:
    return order.sources.order_by("-attempt")[0].reference


class Sides:
    """Everybody who may speak of a payment."""

    def __init__(self, standin: Standin, order: Order, at: datetime) -> None:
        self.standin, self.order, self.at = standin, order, at

    def pay(self) -> None:
        self.standin.pay(session_of(self.order))

    def redirect(self) -> None:
        actions.settle(order_id=self.order.pk, at=self.at)

    def webhooks(self) -> None:
        """Whatever the gateway has to tell, the newest first, and all of it acted on."""
        for delivery in reversed(self.standin.webhooks):
            answer = Client().post(
                WEBHOOK, delivery.payload, content_type="application/json",
                headers={"Stripe-Signature": delivery.signature},
            )  # fmt: skip
            assert answer.status_code == 204
        for event_id in PaymentEvent.objects.values_list("pk", flat=True):
            actions.handle_event(event_id=event_id, at=self.at)

    def sweeper(self) -> None:
        later = self.at + timedelta(minutes=5)
        for event_id in events_due(later):
            actions.handle_event(event_id=event_id, at=self.at)
        for order_id in orders_to_ask_about(later):
            actions.settle(order_id=order_id, at=self.at)
        for refund_id in refunds_due(later):
            actions.make_refund(refund_id=refund_id, at=self.at)


def _told(kind: str) -> int:
    return Notice.objects.filter(kind=kind).count()


def test_the_page_is_made_once_and_resumed(standin: Standin, now: datetime) -> None:
    order = placed(now)
    source = order.sources.get()
    assert actions.start_payment(order=order, at=now) == source.url == f"{standin.url}/pay/{source.reference}"
    assert gateway.read_session(source.reference).amount == order.total_incl_tax
    assert (source.attempt, source.state) == (1, Source.State.OPEN)
    assert source.expires_at == order.pay_by


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(said=st.lists(st.sampled_from(["pay", "redirect", "webhooks", "sweeper"]), min_size=1, max_size=7))
def test_any_order_any_number_of_times(standin: Standin, said: list[str]) -> None:
    """Before the payment nothing happens; after it, once everything."""
    with transaction.atomic():
        now = timezone.now()
        order = placed(now)
        sides = Sides(standin, order, now)
        for name in said:
            getattr(sides, name)()
        heard = "pay" in said and any(name != "pay" for name in said[said.index("pay") :])
        order.refresh_from_db()
        assert (order.status, order.paid_at) == (("confirmed", now) if heard else ("awaiting-payment", None))
        assert Transaction.objects.count() == _told("order_paid") == _told("order_new") == int(heard)
        assert not Refund.objects.exists()
        assert broken(now) == []
        transaction.set_rollback(True)
    with standin.world.lock:
        standin.world.deliveries.clear()


def test_a_declined_card_may_be_tried_again_on_the_same_page(standin: Standin, now: datetime) -> None:
    order = placed(now)
    standin.pay(session_of(order), DECLINED)
    actions.settle(order_id=order.pk, at=now)
    order.refresh_from_db()
    assert order.status == "awaiting-payment"
    assert actions.start_payment(order=order, at=now) == order.sources.get().url
    Sides(standin, order, now).pay()
    actions.settle(order_id=order.pk, at=now)
    order.refresh_from_db()
    assert order.status == "confirmed"


def test_unpaid_in_time_the_page_is_closed_the_goods_are_free_and_the_shopper_knows(
    standin: Standin, now: datetime
) -> None:
    order = placed(now)
    product = order.lines.get().product_id
    late = now + timedelta(minutes=35)
    for _ in range(2):
        actions.settle(order_id=order.pk, at=late)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "unpaid")
    assert gateway.read_session(session_of(order)).status == "expired"
    assert stock.available([product], at=late) == {product: 2}
    assert (_told("order_cancelled"), Refund.objects.count()) == (1, 0)
    with pytest.raises(actions.NotPayable):
        actions.start_payment(order=order, at=late)
    assert broken(late) == []


def test_an_order_whose_page_was_never_made_is_cancelled_too(standin: Standin, now: datetime) -> None:
    order = make.order(at=now)
    actions.settle(order_id=order.pk, at=now + timedelta(minutes=34))
    assert Order.objects.get(pk=order.pk).status == "awaiting-payment"
    actions.settle(order_id=order.pk, at=now + timedelta(minutes=35))
    assert Order.objects.get(pk=order.pk).status == "cancelled"


def _paid_after_the_hold(standin: Standin, now: datetime) -> tuple[Order, datetime]:
    order = placed(now)
    standin.pay(session_of(order))
    return order, now + timedelta(minutes=36)


def test_paid_late_while_the_goods_are_still_there(standin: Standin, now: datetime) -> None:
    order, late = _paid_after_the_hold(standin, now)
    actions.settle(order_id=order.pk, at=late)
    order.refresh_from_db()
    assert (order.status, order.paid_at) == ("confirmed", late)
    assert broken(late) == []


def test_paid_late_when_the_goods_are_gone_the_money_goes_back_once(standin: Standin, now: datetime) -> None:
    order, late = _paid_after_the_hold(standin, now)
    other = make.order((order.lines.get().product, 2), at=late, payment="cod")
    for _ in range(2):
        actions.settle(order_id=order.pk, at=late)
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.status, order.cancel_reason, other.status) == ("cancelled", "sold-out", "confirmed")
    _refunded_once(standin, order, late)


def test_paid_late_nobody_gets_goods_that_will_not_keep(standin: Standin, now: datetime) -> None:
    """The good lot went to others; what is left will be past its date before it is delivered."""
    product, today = make.product(), timezone.localdate(now)
    place = make.stock(product, 2, at=now, lot_code="A", best_before=today + timedelta(days=30))
    order = placed(now, of=product)
    standin.pay(session_of(order))
    late = now + timedelta(minutes=36)
    make.order((product, 2), at=late, payment="cod")
    make.stock(product, 2, at=now, at_place=place, lot_code="B", best_before=today + timedelta(days=1))
    actions.settle(order_id=order.pk, at=late)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "sold-out")
    assert broken(late) == []


def _refunded_once(standin: Standin, order: Order, at: datetime) -> None:
    refund = Refund.objects.get()
    for _ in range(3):
        actions.make_refund(refund_id=refund.pk, at=at)
    refund.refresh_from_db()
    assert (refund.status, refund.amount) == ("made", order.total_incl_tax)
    assert len(standin.world.all("refund")) == 1
    assert _told("order_refunded") == 1
    source = refund.source
    source.refresh_from_db()
    assert source.amount_refunded == source.amount_debited == order.total_incl_tax
    assert broken(at) == []


def test_paid_on_a_closed_page_after_the_order_was_cancelled(standin: Standin, now: datetime) -> None:
    order = placed(now)
    standin.switch(pay_late=True)
    late = now + timedelta(minutes=36)
    actions.settle(order_id=order.pk, at=late)
    sides = Sides(standin, order, late)
    sides.pay()
    sides.webhooks()
    sides.webhooks()
    assert Refund.objects.get().reason == "paid-late"
    _refunded_once(standin, order, late)


def test_paid_twice_the_second_goes_back(standin: Standin, now: datetime) -> None:
    order = placed(now)
    standin.switch(pay_late=True)
    first = session_of(order)
    gateway.expire_session(first)
    actions.settle(order_id=order.pk, at=now)
    actions.start_payment(order=order, at=now)
    assert [one.attempt for one in order.sources.order_by("attempt")] == [1, 2]
    standin.pay(session_of(order))
    standin.pay(first)
    for _ in range(2):
        actions.settle(order_id=order.pk, at=now)
    order.refresh_from_db()
    assert order.status == "confirmed"
    refund = Refund.objects.get()
    assert refund.reason == "paid-twice"
    _refunded_once(standin, order, now)


def test_cancelled_by_the_shopper_what_was_paid_goes_back(standin: Standin, now: datetime) -> None:
    order = placed(now)
    standin.pay(session_of(order))
    actions.settle(order_id=order.pk, at=now)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=now)
    assert _told("order_cancelled") == 1
    _refunded_once(standin, order, now)


def test_cancelled_while_the_page_is_open_nobody_can_pay_it_any_more(standin: Standin, now: datetime) -> None:
    order = placed(now)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=now)
    assert orders_to_ask_about(now) == [order.pk]
    actions.settle(order_id=order.pk, at=now)
    assert gateway.read_session(session_of(order)).status == "expired"
    assert orders_to_ask_about(now + timedelta(hours=1)) == []


def test_a_silent_gateway_changes_nothing_and_is_asked_again(standin: Standin, now: datetime) -> None:
    order = make.order(at=now)
    standin.switch(fail_next=3)
    with pytest.raises(GatewayError):
        actions.start_payment(order=order, at=now)
    actions.start_payment(order=order, at=now)
    assert order.sources.count() == 1
    standin.pay(session_of(order))
    standin.switch(fail_next=3)
    with pytest.raises(GatewayError):
        actions.settle(order_id=order.pk, at=now)
    assert orders_to_ask_about(now) == [] and orders_to_ask_about(now + timedelta(minutes=2)) == [order.pk]
    actions.settle(order_id=order.pk, at=now)
    order.refresh_from_db()
    assert order.status == "confirmed"


def test_a_page_we_never_heard_of_still_pays_its_order(standin: Standin, now: datetime) -> None:
    """The gateway made the page, its answer was lost, and somebody paid it."""
    order = make.order(at=now)
    standin.switch(drop_next=3)
    with pytest.raises(GatewayError):
        actions.start_payment(order=order, at=now)
    assert order.sources.get().reference == ""
    (session,) = standin.world.all("checkout.session")
    standin.pay(session["id"])
    Sides(standin, order, now).webhooks()
    order.refresh_from_db()
    assert (order.status, order.sources.get().reference) == ("confirmed", session["id"])
