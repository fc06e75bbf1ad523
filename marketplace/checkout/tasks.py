"""Bells for the conductor. Each task loads by id and calls one action; sweepers ring what nobody rang."""

import logging

from celery import shared_task
from django.utils import timezone

from marketplace.notices.tasks import ring
from marketplace.order.models import Order
from marketplace.payment import queries as payments
from marketplace.payment.disputes import queries as disputes
from marketplace.payment.gateways import GatewayError, GatewayRefused
from marketplace.stock import actions as stock
from marketplace.stock.queries import short

from . import actions

log = logging.getLogger(__name__)
AT_ONCE = 100


@shared_task
def settle(order_id: int) -> None:
    """The order is as its payments are; when the gateway does not answer, the sweeper asks again."""
    try:
        actions.settle(order_id=order_id, at=timezone.now())
    except GatewayError as error:
        log.warning("order %s waits for the gateway: %s", order_id, error)
    _ring_refunds()


@shared_task
def handle_event(event_id: int) -> None:
    """What the gateway told is acted on."""
    actions.handle_event(event_id=event_id, at=timezone.now())
    _ring_refunds()


@shared_task
def make_refund(refund_id: int) -> None:
    """Money goes back."""
    disputed = actions.make_refund(refund_id=refund_id, at=timezone.now())
    if disputed:
        follow_disputes_of(disputed)


@shared_task
def follow_refund(refund_id: int) -> None:
    """How a refund went that the gateway has taken on; when it does not answer, the sweeper asks again."""
    try:
        actions.follow_refund(refund_id=refund_id, at=timezone.now())
    except (GatewayError, GatewayRefused) as error:
        log.warning("refund %s waits for the gateway: %s", refund_id, error)


@shared_task
def settle_open() -> None:
    """Payments and words from the gateway that wait for somebody to look."""
    now = timezone.now()
    for event_id in payments.events_due(now, AT_ONCE):
        ring(handle_event, event_id)
    for order_id in dict.fromkeys(payments.orders_to_ask_about(now, AT_ONCE)):
        ring(settle, order_id)


@shared_task
def receive_transfers() -> None:
    """Lines of bank statements pay what they name."""
    actions.receive_all(at=timezone.now())


@shared_task
def make_refunds() -> None:
    """Refunds that are due, and those of which nobody knows yet how they went."""
    _ring_refunds()
    for refund_id in payments.refunds_to_follow(timezone.now(), AT_ONCE):
        ring(follow_refund, refund_id)


@shared_task
def follow_dispute(dispute_id: int) -> None:
    """How a dispute stands of which nobody has told for hours."""
    actions.follow_dispute(dispute_id=dispute_id, at=timezone.now())


@shared_task
def follow_disputes_of(order_id: int) -> None:
    """A refund was refused because of one; when the gateway does not answer, the next round finds it."""
    try:
        actions.follow_disputes(order_id=order_id, at=timezone.now())
    except (GatewayError, GatewayRefused) as error:
        log.warning("disputes of order %s wait for the gateway: %s", order_id, error)


@shared_task
def follow_disputes() -> None:
    """Disputes of which nobody has told for hours are asked about, and the office is reminded of those that run out."""
    now = timezone.now()
    for dispute_id in disputes.due(now):
        ring(follow_dispute, dispute_id)
    actions.remind_of_disputes(at=now)


@shared_task
def find_disputes() -> None:
    """Those whose events were lost are known, too; when the gateway does not answer, the next round finds them."""
    try:
        actions.find_disputes(at=timezone.now())
    except (GatewayError, GatewayRefused) as error:
        log.warning("disputes wait for the gateway: %s", error)


@shared_task
def release_expired() -> None:
    """Orders not paid in time are settled, goods nobody came for and holds that ran out are free."""
    now = timezone.now()
    for order_id in Order.objects.past_due(now).values_list("pk", flat=True)[:AT_ONCE]:
        ring(settle, order_id)
    actions.cancel_uncollected(at=now)
    stock.release_expired(at=now)


@shared_task
def mend_shortage(case_id: int) -> None:
    """Others are found for the orders that a place cannot serve any more, or their shoppers are asked."""
    actions.mend(case_id=case_id, at=timezone.now())


@shared_task
def mend_cases(after: int = 0) -> None:
    """Every open case is looked at, page by page: old ones may stay open for long and must not hide the new."""
    page = short.open_cases(after)
    for case_id in page:
        ring(mend_shortage, case_id)
    if len(page) == short.PAGE:
        ring(mend_cases, page[-1])


@shared_task
def mend_shortages() -> None:
    """Places that promised more than they have are helped; who waits is served, or has waited long enough."""
    now = timezone.now()
    mend_cases()
    actions.take_up_missing(at=now)
    actions.replace_outlived(at=now)
    actions.serve_waiting(at=now)
    actions.give_up_overdue(at=now)
    _ring_refunds()


@shared_task
def watch_returns() -> None:
    """Returns that wait: who is to do something is reminded, and what did not come back is waited for no longer."""
    actions.follow_returns(at=timezone.now())


def _ring_refunds() -> None:
    for refund_id in payments.refunds_due(timezone.now(), AT_ONCE):
        ring(make_refund, refund_id)
