"""A refund ends as the gateway says it ended, whoever brings the news, and what fails waits for a person."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment import queries
from marketplace.payment.gateways import GatewayError
from marketplace.payment.models import PaymentEvent, Refund, Source, Transaction
from marketplace.payment.standin import Standin, refunds
from marketplace.payment.standin.payments import GOOD, RETURNED_REFUND, SLOW_REFUND
from tests import make, people
from tests.checkout.rules import broken
from tests.payment.conftest import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = SECRET


@pytest.fixture
def now() -> datetime:
    people.tam()
    return timezone.now()


def cancelled(standin: Standin, now: datetime, card: str = GOOD, **switches: Any) -> Refund:
    """Lan has paid by card and cancelled; the gateway has been asked to give it back."""
    product = make.product()
    make.stock(product, 1, at=now)
    order = make.order((product, 1), at=now)
    actions.start_payment(order=order, at=now)
    standin.pay(order.sources.get().reference, card)
    actions.settle(order_id=order.pk, at=now)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=now)
    standin.switch(**switches)
    refund = Refund.objects.get()
    actions.make_refund(refund_id=refund.pk, at=now)
    return fresh(refund)


def fresh(refund: Refund) -> Refund:
    return Refund.objects.select_related("source").get(pk=refund.pk)


def later(standin: Standin) -> None:
    """The bank has answered."""
    standin.switch(clock_ahead=10)
    refunds.settle_due(standin.world)


def sweep(at: datetime) -> None:
    for refund_id in queries.refunds_due(at):
        actions.make_refund(refund_id=refund_id, at=at)
    for refund_id in queries.refunds_to_follow(at):
        actions.follow_refund(refund_id=refund_id, at=at)


def news(standin: Standin, at: datetime) -> None:
    """Whatever the gateway has to tell, the newest first, and all of it acted on."""
    for told in reversed(standin.webhooks):
        headers = {"Stripe-Signature": told.signature}
        Client().post("/payment/stripe/webhook/", told.payload, content_type="application/json", headers=headers)
    for event_id in PaymentEvent.objects.values_list("pk", flat=True):
        actions.handle_event(event_id=event_id, at=at)


def told() -> dict[str, int]:
    kinds = ("order_refunded", "refund_returned", "refund_failed")
    return {kind: count for kind in kinds if (count := Notice.objects.filter(kind=kind).count())}


def test_one_that_is_taken_on_is_not_made_yet(standin: Standin, now: datetime) -> None:
    refund = cancelled(standin, now, SLOW_REFUND)
    assert (refund.status, refund.accepted_at, refund.made_at) == ("pending", now, None)
    assert refund.reference.startswith("re_") and refund.source.amount_refunded == 0 and told() == {}
    assert queries.refunds_to_follow(now) == []
    assert queries.refunds_to_follow(now + timedelta(minutes=1)) == [refund.pk]
    assert broken(now) == []


@pytest.mark.parametrize("brought_by", ["sweeper", "webhook"])
def test_it_arrives(standin: Standin, now: datetime, brought_by: str) -> None:
    refund, at = cancelled(standin, now, SLOW_REFUND), now + timedelta(minutes=1)
    later(standin)
    for _ in range(2):
        sweep(at) if brought_by == "sweeper" else news(standin, at)
    refund = fresh(refund)
    assert (refund.status, refund.made_at, refund.next_try_at) == ("made", at, at + timedelta(days=1))
    assert refund.source.amount_refunded == refund.amount
    assert told() == {"order_refunded": 1} and broken(at) == []


@pytest.mark.parametrize("brought_by", ["sweeper", "webhook"])
def test_it_fails_after_all(standin: Standin, now: datetime, brought_by: str) -> None:
    refund, at = cancelled(standin, now, refund_fail=True), now + timedelta(minutes=1)
    later(standin)
    for _ in range(2):
        sweep(at) if brought_by == "sweeper" else news(standin, at)
    refund = fresh(refund)
    assert (refund.status, refund.error, refund.next_try_at) == ("failed", "expired_or_canceled_card", None)
    assert refund.source.amount_refunded == 0 and list(queries.refunds_failed()) == [refund]
    assert told() == {"refund_returned": 1, "refund_failed": 1} and broken(at) == []


def test_one_that_was_made_comes_back(standin: Standin, now: datetime) -> None:
    refund = cancelled(standin, now, RETURNED_REFUND)
    assert refund.status == "made" and told() == {"order_refunded": 1}
    later(standin)
    for _ in range(2):
        news(standin, now)
    refund = fresh(refund)
    assert (refund.status, refund.made_at, refund.source.amount_refunded) == ("failed", None, 0)
    moved = Transaction.objects.filter(txn_type=Transaction.REFUND).values_list("amount", flat=True)
    assert sorted(moved) == [-refund.amount, refund.amount]
    assert told() == {"order_refunded": 1, "refund_returned": 1, "refund_failed": 1} and broken(now) == []


def test_one_that_comes_back_without_a_word_is_found_by_asking(standin: Standin, now: datetime) -> None:
    refund = cancelled(standin, now, RETURNED_REFUND, webhook_drop=True)
    assert refund.status == Refund.Status.MADE and not queries.refunds_to_follow(now + timedelta(hours=23))
    later(standin)
    [found] = queries.refunds_to_follow(now + timedelta(days=1))
    actions.follow_refund(refund_id=found, at=now + timedelta(days=1))
    assert fresh(refund).status == Refund.Status.FAILED and fresh(refund).source.amount_refunded == 0
    assert broken(now) == []


def test_what_stays_made_is_asked_about_ever_more_seldom_for_a_month(standin: Standin, now: datetime) -> None:
    refund = cancelled(standin, now)
    looks = []
    while at := fresh(refund).next_try_at:
        looks.append((at - now).days)
        actions.follow_refund(refund_id=refund.pk, at=at)
    assert looks == [1, 2, 4, 8, 16, 32]
    assert fresh(refund).status == Refund.Status.MADE and fresh(refund).made_at == now
    assert Transaction.objects.filter(txn_type=Transaction.REFUND).count() == 1


def test_tried_again_by_a_person_it_is_made_once(standin: Standin, now: datetime) -> None:
    refund, at = cancelled(standin, now, refund_fail=True), now + timedelta(minutes=1)
    later(standin)
    sweep(at)
    sweep(at)
    assert len(standin.world.all("refund")) == 1  # nobody tries by himself
    standin.switch(refund_fail=False)
    actions.try_refund_again(refund=refund, by=people.tam(), at=at)
    for _ in range(3):
        sweep(at)
        news(standin, at)
    refund = fresh(refund)
    made = [one["id"] for one in standin.world.all("refund") if one["status"] == "succeeded"]
    assert (refund.status, [refund.reference]) == ("made", made)
    assert refund.source.amount_refunded == refund.amount
    assert told() == {"order_refunded": 1, "refund_returned": 1, "refund_failed": 1} and broken(at) == []


def test_paid_back_by_hand_old_news_of_the_card_changes_nothing(standin: Standin, now: datetime) -> None:
    refund, at = cancelled(standin, now, refund_fail=True), now + timedelta(minutes=1)
    later(standin)
    sweep(at)
    actions.pay_back(refund=fresh(refund), by=people.tam(), at=at)
    news(standin, at)
    sweep(at)
    assert fresh(refund).status == "made" and Source.objects.get().amount_refunded == refund.amount
    with pytest.raises(payments.NotByHand):
        actions.pay_back(refund=fresh(refund), by=people.tam(), at=at)
    assert broken(at) == []


def test_a_silent_gateway_is_asked_again_ever_more_seldom_but_never_given_up(standin: Standin, now: datetime) -> None:
    refund = cancelled(standin, now, SLOW_REFUND, clock_ahead=3600)
    standin.switch(clock_ahead=0)  # it arrives in an hour, however long these tries take
    for minutes, wait in ((1, 1), (10, 10), (100_000, 360)):
        at = now + timedelta(minutes=minutes)
        standin.switch(fail_next=3)
        with pytest.raises(GatewayError):
            actions.follow_refund(refund_id=refund.pk, at=at)
        refund = fresh(refund)
        assert (refund.status, refund.next_try_at) == ("pending", at + timedelta(minutes=wait))
        assert refund.error and list(queries.refunds_failing()) == [refund]
    actions.follow_refund(refund_id=refund.pk, at=at)
    assert (fresh(refund).status, fresh(refund).error) == ("pending", "")
    assert broken(at) == []


def test_given_up_although_the_gateway_had_made_it_a_person_makes_it_no_second_time(
    standin: Standin, now: datetime
) -> None:
    """Every answer was lost; days later Tâm has it tried again, under a key that the gateway does not know."""
    refund, at = cancelled(standin, now, drop_next=1000), now
    while (refund := fresh(refund)).status == "due":
        at = refund.next_try_at or at
        sweep(at)
    assert refund.status == "failed" and told() == {"refund_failed": 1}
    standin.switch(drop_next=0, clock_ahead=3 * 24 * 3600)
    actions.try_refund_again(refund=refund, by=people.tam(), at=at)
    sweep(at)
    assert fresh(refund).status == "made" and len(standin.world.all("refund")) == 1
    assert broken(at) == []


def test_a_refund_is_tried_again_with_the_same_key(standin: Standin, now: datetime) -> None:
    refund = cancelled(standin, now, drop_next=3)
    assert (refund.status, refund.attempts) == ("due", 1)
    soon = now + timedelta(minutes=1)
    assert queries.refunds_due(now) == [] and queries.refunds_due(soon) == [refund.pk]
    for _ in range(2):
        actions.make_refund(refund_id=refund.pk, at=soon)
    assert fresh(refund).status == "made"
    assert [one["amount"] for one in standin.world.all("refund")] == [int(refund.amount)]
    assert broken(soon) == []


def test_late_answers_to_an_older_round_are_no_news(standin: Standin, now: datetime) -> None:
    """Two workers asked; one heard the no, a person had it tried again, and only then the other comes."""
    refund, at = cancelled(standin, now, refund_fail=True), now + timedelta(minutes=1)
    later(standin)
    asked = fresh(refund)
    sweep(at)
    standin.switch(refund_fail=False)
    actions.try_refund_again(refund=refund, by=people.tam(), at=at)
    first = {"refund_id": refund.pk, "round": asked.round, "error": "x", "final": True, "at": at}
    assert not payments.refund_not_made(**first) and fresh(refund).status == "due"
    sweep(at)
    assert not payments.refund_returned(refund_id=refund.pk, reference=asked.reference, error="x")
    assert fresh(refund).status == "made" and broken(at) == []
