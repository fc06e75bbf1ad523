"""A buyer's bank asks for the money: what is known, what waits, what is booked, whatever brings the news and in any order."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.checkout.tasks import make_refund
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.disputes.actions import Disputed, NotHeld
from marketplace.payment.models import Dispute, Refund, Transaction
from marketplace.payment.queries import refunds_due
from marketplace.payment.standin import Standin
from marketplace.payment.standin.payments import ASKED_ABOUT, DISPUTED, GOOD, NOT_RECEIVED
from marketplace.stock import queries as stock
from tests import make, people
from tests.checkout.rules import broken
from tests.payment.conftest import SECRET
from tests.payment.test_refunds import news
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = SECRET


@pytest.fixture
def now() -> datetime:
    people.tam()
    return timezone.now()


def bought(standin: Standin, now: datetime, card: str = GOOD, *, of: Any = None, **fields: Any) -> Order:
    """Lan has paid by card."""
    product = of or make.product()
    if of is None:
        make.stock(product, 2, at=now)
    order = make.order((product, 2), at=now, **fields)
    actions.start_payment(order=order, at=now)
    standin.pay(order.sources.get().reference, card)
    actions.settle(order_id=order.pk, at=now)
    order.refresh_from_db()
    return order


def disputed(standin: Standin, now: datetime, card: str = DISPUTED, **fields: Any) -> Dispute:
    bought(standin, now, card, **fields)
    news(standin, now)
    return Dispute.objects.select_related("source__order").get()


def decided(standin: Standin, dispute: Dispute, at: datetime, *, won: bool) -> Dispute:
    standin.decide(dispute.reference, won=won)
    news(standin, at)
    dispute.refresh_from_db()
    return dispute


def told(kind: str) -> int:
    return Notice.objects.filter(kind=kind).count()


def parcel() -> Fulfilment:
    return Fulfilment.objects.get()


def test_it_is_known_once_and_the_office_hears_of_it(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    news(standin, now)
    assert (dispute.state, dispute.reason, dispute.network_code) == ("needs_response", "fraudulent", "10.4")
    assert dispute.amount == dispute.source.amount_debited and dispute.withdrawn and not dispute.refundable
    assert dispute.due_by and dispute.due_by > now + 8 * DAY and dispute.decided_at is None
    [notice] = Notice.objects.filter(kind="dispute_opened")
    assert notice.user == people.tam() and notice.facts["number"] == dispute.source.order.number
    assert Dispute.objects.count() == 1 and broken(now) == []


def test_nothing_leaves_the_house_as_long_as_it_is_not_decided(standin: Standin, now: datetime) -> None:
    dispute, by = disputed(standin, now), people.mai()
    before = everything()
    with pytest.raises(fulfilments.PaymentDisputed):
        fulfilments.start_picking(fulfilment=parcel(), by=by, at=now)
    assert changed(before) == set()
    decided(standin, dispute, now, won=True)
    fulfilments.start_picking(fulfilment=parcel(), by=by, at=now)
    assert parcel().status == "picking" and broken(now) == []


def test_what_is_packed_waits_at_the_counter_and_is_kept_longer_afterwards(standin: Standin, now: datetime) -> None:
    product, by = make.product(), people.mai()
    point = make.stock(product, 2, at=now)
    order = bought(standin, now, of=product, location_id=point.pk)
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(fulfilment=parcel(), by=by, at=now)
    last = parcel().collect_by
    dispute = standin.dispute(order.sources.get().payment_intent)
    news(standin, now)
    with pytest.raises(fulfilments.PaymentDisputed):
        fulfilments.hand_over(fulfilment=parcel(), by=by, code=parcel().code, at=now)
    late = now + 20 * DAY
    assert actions.cancel_uncollected(at=late) == 0
    decided(standin, Dispute.objects.get(reference=dispute["id"]), late, won=True)
    assert last and parcel().collect_by > last + 10 * DAY
    fulfilments.hand_over(fulfilment=parcel(), by=by, code=parcel().code, at=late)
    assert Order.objects.get().status == "completed" and broken(late) == []


def test_the_office_lets_the_order_go_on(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    actions.release_order(dispute=dispute, by=people.tam(), at=now)
    for step in (fulfilments.start_picking, fulfilments.pack):
        step(fulfilment=parcel(), by=people.mai(), at=now)
    fulfilments.ship(fulfilment=parcel(), by=people.mai(), carrier="VNPost", tracking_number="1", at=now + DAY)
    assert parcel().status == "shipped" and broken(now + DAY) == []
    with pytest.raises(NotHeld):
        actions.release_order(dispute=dispute, by=people.tam(), at=now)


def test_lost_before_anything_left_the_order_ends_and_its_goods_are_on_sale(standin: Standin, now: datetime) -> None:
    dispute = decided(standin, disputed(standin, now), now, won=False)
    order, refund = Order.objects.get(), Refund.objects.get()
    assert (order.status, order.cancel_reason) == ("cancelled", "disputed")
    assert (refund.status, refund.amount) == ("covered", dispute.amount)
    assert stock.available([order.lines.get().product_id], at=now) == {order.lines.get().product_id: 2}
    make_refund(refund.pk)
    assert standin.world.all("refund") == [] and refunds_due(now + 30 * DAY) == []
    assert told("dispute_decided") == told("order_cancelled") == 1 and told("order_refunded") == 0
    assert Notice.objects.get(kind="order_cancelled").facts["refund"] is False
    booked(dispute, int(dispute.amount))
    assert broken(now) == []


def booked(dispute: Dispute, *amounts: int) -> None:
    moves = Transaction.objects.filter(source=dispute.source, txn_type="Disputed").order_by("pk")
    assert [int(one.amount) for one in moves] == list(amounts)


def test_lost_after_the_goods_arrived_the_order_stands_and_the_loss_isbooked(standin: Standin, now: datetime) -> None:
    order = bought(standin, now)
    for step in (fulfilments.start_picking, fulfilments.pack):
        step(fulfilment=parcel(), by=people.mai(), at=now)
    fulfilments.ship(fulfilment=parcel(), by=people.mai(), carrier="VNPost", tracking_number="1", at=now)
    fulfilments.delivered(fulfilment=parcel(), by=people.mai(), at=now)
    standin.dispute(order.sources.get().payment_intent, reason="product_not_received")
    news(standin, now + DAY)
    dispute = decided(standin, Dispute.objects.get(), now + DAY, won=False)
    order.refresh_from_db()
    assert (order.status, Refund.objects.count(), dispute.is_lost) == ("completed", 0, True)
    booked(dispute, int(dispute.amount))
    assert broken(now + DAY) == []


def test_a_part_that_is_lost_leaves_the_order_to_the_office(standin: Standin, now: datetime) -> None:
    order = bought(standin, now)
    standin.dispute(order.sources.get().payment_intent, amount=20_000)
    news(standin, now)
    decided(standin, Dispute.objects.get(), now, won=False)
    order.refresh_from_db()
    assert order.status == "confirmed"
    actions.cancel(order=order, by=people.tam(), reason=Order.Because.OFFICE, at=now)
    covered, rest = Refund.objects.order_by("pk")
    assert (covered.status, covered.amount) == ("covered", 20_000)
    assert (rest.status, rest.amount) == ("due", order.total_incl_tax - 20_000)
    make_refund(rest.pk)
    [made] = standin.world.all("refund")
    assert made["amount"] == rest.amount and broken(now) == []


@pytest.mark.parametrize("won", [True, False])
def test_what_is_due_back_waits_for_the_bank(standin: Standin, now: datetime, won: bool) -> None:
    dispute = disputed(standin, now)
    order = dispute.source.order
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=now)
    refund = Refund.objects.get()
    assert (refund.status, refund.next_try_at) == ("due", None)
    make_refund(refund.pk)
    assert standin.world.all("refund") == [] and broken(now) == []
    decided(standin, dispute, now, won=won)
    for refund_id in refunds_due(now):
        make_refund(refund_id)
    refund.refresh_from_db()
    assert refund.status == ("made" if won else "covered")
    assert len(standin.world.all("refund")) == int(won) and broken(now) == []


def test_a_refund_that_the_gateway_refuses_brings_the_news(standin: Standin, now: datetime) -> None:
    """No event came: the gateway's no is the first that is heard of it."""
    order = bought(standin, now)
    standin.dispute(order.sources.get().payment_intent)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=now)
    refund = Refund.objects.get()
    make_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.status, refund.next_try_at, refund.attempts) == ("due", None, 0)
    dispute = decided(standin, Dispute.objects.get(), now, won=True)
    make_refund(refund.pk)  # anew: under its first key the gateway would say no for a day
    refund.refresh_from_db()
    assert refund.status == "made" and dispute.state == "won" and broken(now) == []


def test_one_of_which_no_event_came_is_found(standin: Standin, now: datetime) -> None:
    bought(standin, now, NOT_RECEIVED)
    actions.find_disputes(at=now)
    actions.find_disputes(at=now)
    assert Dispute.objects.get().reason == "product_not_received" and told("dispute_opened") == 1


def test_a_silent_gateway_is_asked_again(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    standin.decide(dispute.reference, won=True)
    standin.switch(fail_next=3)
    actions.follow_dispute(dispute_id=dispute.pk, at=now)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.next_try_at) == ("needs_response", now + timedelta(hours=1)) and dispute.error
    actions.follow_dispute(dispute_id=dispute.pk, at=now)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.next_try_at, dispute.error) == ("won", None, "")


def test_a_question_of_the_bank_bars_no_refund(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now, ASKED_ABOUT)
    assert dispute.is_inquiry and dispute.refundable and not dispute.withdrawn and dispute.holds
    actions.cancel(order=dispute.source.order, by=None, reason=Order.Because.OFFICE, at=now)
    make_refund(Refund.objects.get().pk)
    assert Refund.objects.get().status == "made" and broken(now) == []


def test_a_question_that_becomes_a_dispute_is_told_anew(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now, ASKED_ABOUT)
    decided(standin, dispute, now, won=False)
    assert (dispute.state, dispute.withdrawn, told("dispute_opened")) == ("needs_response", True, 2)
    decided(standin, dispute, now, won=False)
    assert dispute.is_lost and broken(now) == []


def test_a_question_that_nobody_follows_up_lets_the_order_go_on(standin: Standin, now: datetime) -> None:
    dispute = decided(standin, disputed(standin, now, ASKED_ABOUT), now, won=True)
    assert (dispute.state, dispute.holds, Order.objects.get().status) == ("warning_closed", False, "confirmed")
    assert Notice.objects.get(kind="dispute_decided").facts["lost"] is False and broken(now) == []


def test_nobody_pays_back_by_hand_what_the_bank_may_give(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    actions.cancel(order=dispute.source.order, by=None, reason=Order.Because.SHOPPER, at=now)
    refund = Refund.objects.get()
    payments.refund_not_made(refund_id=refund.pk, round=1, error="x", final=True, at=now)
    before = everything()
    for deed in (actions.pay_back, actions.try_refund_again):
        with pytest.raises(Disputed):
            deed(refund=refund, by=people.tam(), at=now)
    assert changed(before) == set()


def test_the_office_is_reminded_once_while_its_time_runs_out(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    assert dispute.due_by
    for at in (now, dispute.due_by - 2 * DAY, dispute.due_by - DAY, dispute.due_by + DAY):
        actions.remind_of_disputes(at=at)
    assert told("dispute_due") == 1


def test_nobody_answers_in_time(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    standin.switch(clock_ahead=10 * 24 * 3600)
    deadline = timezone.now() + timedelta(seconds=5)
    while standin.world.things[dispute.reference]["status"] != "lost" and timezone.now() < deadline:
        pass
    news(standin, now + 10 * DAY)
    dispute.refresh_from_db()
    assert dispute.is_lost and Order.objects.get().cancel_reason == "disputed" and broken(now + 10 * DAY) == []


def test_a_bank_that_thinks_again_twice_takes_the_money_a_second_time(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    for won in (True, False, True, False):
        dispute = decided(standin, dispute, now, won=won)
        assert (dispute.is_lost, dispute.withdrawn) == (not won, not won) and broken(now) == []
    booked(dispute, *(sign * int(dispute.amount) for sign in (1, -1, 1)))
    assert (Order.objects.get().cancel_reason, Refund.objects.get().status) == ("disputed", "covered")
    assert told("dispute_decided") == 4
