"""One function decides about money. Redirect, webhook, sweeper and people call it, in any order, any number of times.

First the gateway is asked, with no row locked; then the answer is applied under the order's lock.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import SimpleLazyObject

from marketplace.fulfilment import actions as fulfilments
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment import queries
from marketplace.payment.banking import actions as banking
from marketplace.payment.gateways import GatewayError, GatewayRefused, stripe
from marketplace.payment.gateways import disputes as dispute_gateway
from marketplace.payment.models import LinePart, PaymentEvent, Source
from marketplace.stock import actions as stock

from .. import notices
from .cancelling import undo
from .disputing import follow_disputes
from .refunding import follow_refunds, give_back
from .shortages import arrives_on
from .squaring import square

log = logging.getLogger(__name__)
LOOK_AGAIN = timedelta(minutes=2)
# So long who was declined is left alone with the page, which says so and takes another.
ANOTHER_CARD = timedelta(minutes=3)
Answers = dict[int, stripe.SessionState | None]


def settle(*, order_id: int, at: datetime) -> None:
    """The order is as the gateway says its payments are: paid, cancelled, still waiting, or to be refunded."""
    answers = _ask(order_id, at)
    _decide(order_id, answers, at)


def _ask(order_id: int, at: datetime) -> Answers:
    """What the gateway knows of every page that could still bring money. Pages nobody may pay any more are closed there."""
    cards = Source.objects.filter(order=order_id, source_type__code=payments.CARD).exclude(reference="")
    answers: Answers = {}
    for source in cards.exclude(state=Source.State.PAID).select_related("order"):
        order = source.order
        over = order.status != Order.Status.AWAITING_PAYMENT or order.pay_by is None or order.pay_by <= at
        ask = stripe.expire_session if over and source.state == Source.State.OPEN else stripe.read_session
        try:
            answers[source.pk] = ask(source.reference)
        except GatewayRefused as refused:
            log.error("order %s: the gateway does not know %s: %s", order.number, source.reference, refused.message)
            answers[source.pk] = None
        except GatewayError:
            payments.look_again(source=source, at=at + LOOK_AGAIN)
            raise
    return answers


@transaction.atomic
def _decide(order_id: int, answers: Answers, at: datetime) -> None:
    order = orders.lock(order_id)
    sources = list(order.sources.select_related("source_type").order_by("attempt"))
    cards = [source for source in sources if source.source_type.code == payments.CARD]
    over = order.status == Order.Status.AWAITING_PAYMENT and order.pay_by is not None and order.pay_by <= at
    for source in cards:
        _apply(order, source, answers, over, at)
    if len(sources) > len(cards):
        take_transfers(order=order, at=at)
    if over and order.status == Order.Status.AWAITING_PAYMENT and all(one.state != Source.State.OPEN for one in cards):
        reason = Order.Because.UNCONFIRMED if order.in_cash else Order.Because.UNPAID
        undo(order=order, reason=reason, by=None, at=at)


def _apply(order: Order, source: Source, answers: Answers, over: bool, at: datetime) -> None:
    """What the gateway said of one source. One that appeared after the question waits for the next."""
    if source.state == Source.State.PAID:
        return
    if source.pk not in answers:
        if over and source.state == Source.State.OPEN and not source.reference:
            payments.close(source=source)
        return
    answer = answers[source.pk]
    if answer and answer.paid:
        _take(order, source, answer, at)
    elif source.state == Source.State.OPEN and (answer is None or answer.status == "expired"):
        payments.close(source=source)
    elif source.state == Source.State.OPEN:
        payments.look_again(source=source, at=min(at + LOOK_AGAIN, max(order.pay_by or at, at + timedelta(seconds=15))))


def _take(order: Order, source: Source, answer: stripe.SessionState, at: datetime) -> None:
    """Money is here: it pays the waiting order, or goes back."""
    reference = answer.payment_intent or answer.id
    if not payments.money_came(source=source, amount=answer.amount_received, reference=reference, at=at):
        return
    waiting = order.status == Order.Status.AWAITING_PAYMENT
    if source.state != Source.State.PAID:
        payments.close(source=source)
        _give_back(order, source, "wrong-amount", at)
    elif not waiting:
        _give_back(order, source, "paid-twice" if order.paid_at else "paid-late", at)
    else:
        _paid(order, at, surplus="short")  # pieces may have been taken off while the shopper paid


def take_transfers(*, order: Order, at: datetime) -> None:
    """What bank statements say came for the locked order pays it once it is enough; what comes besides goes back."""
    for source in order.sources.filter(source_type__code=payments.TRANSFER).select_related("source_type"):
        parts = list(source.parts.filter(taken_at=None).order_by("line__happened_at", "line_id"))
        for part in parts:
            _take_part(order, part, at)
        _pay_if_enough(order, source, at)
        if parts and order.status == Order.Status.AWAITING_PAYMENT and order.pay_by and order.pay_by > at:
            notices.underpaid(order, missing=order.due - queries.kept(source), occasion=parts[-1].pk)


def _take_part(order: Order, part: LinePart, at: datetime) -> None:
    source = banking.lines.take(part=part, at=at)
    if order.status != Order.Status.AWAITING_PAYMENT:
        _give_back(order, source, "paid-twice" if order.paid_at else "paid-late", at, part)
    _pay_if_enough(order, source, at)


def _pay_if_enough(order: Order, source: Source, at: datetime) -> None:
    source.refresh_from_db(fields=["amount_debited"])
    if order.status == Order.Status.AWAITING_PAYMENT and 0 < queries.kept(source) >= order.due:
        _paid(order, at, surplus="overpaid")


def _paid(order: Order, at: datetime, *, surplus: str) -> None:
    """The locked order has its money: it goes on, or ends where its goods are gone. Why a surplus goes back, `surplus` says."""
    if still_there(order=order, at=at):
        orders.confirm(order=order, paid_at=at)
        parcels = fulfilments.promise(order=order, at=at)
        square(order=order, key="paid", at=at, reason=surplus)
        notices.paid(order, parcels)
    else:
        undo(order=order, reason=Order.Because.SOLD_OUT, by=None, at=at)


def still_there(*, order: Order, at: datetime) -> bool:
    """The goods of the locked order are held for good; False when they went meanwhile."""
    try:
        days: Any = SimpleLazyObject(lambda: arrives_on(order=order, at=at))  # asked where a hold has lapsed
        stock.confirm(order_id=order.pk, at=at, arrives_on=days)
    except stock.HoldLapsed:
        return False
    return True


def _give_back(order: Order, source: Source, reason: str, at: datetime, part: LinePart | None = None) -> None:
    """All that came this way, or this part of it."""
    amount = part.amount if part else source.amount_debited
    key = f"{order.number}-{source.attempt}-{reason}" + (f"-{part.pk}" if part else "")
    give_back(source=source, amount=amount, reason=reason, key=key, at=at)


def handle_event(*, event_id: int, at: datetime) -> None:
    """The word from outside has been acted on, or waits for its next look. Once handled it is left alone."""
    event = PaymentEvent.objects.get(pk=event_id)
    if event.handled_at:
        return
    try:
        order_id = _order_about(event, at)
        if order_id is None:
            payments.event_postponed(event_id=event_id, error="no order of ours", at=at)
            return
        if event.kind == stripe.DECLINED and at < event.received_at + ANOTHER_CARD:
            log.warning("order %s: a card was declined", order_id)
            payments.event_put_off(event_id=event_id, until=event.received_at + ANOTHER_CARD)
            return
        settle(order_id=order_id, at=at)
        if event.kind == stripe.DECLINED:
            _tell_declined(order_id)
        if event.kind in stripe.REFUND_NEWS:
            follow_refunds(order_id=order_id, at=at)
        elif event.kind in dispute_gateway.NEWS:
            follow_disputes(order_id=order_id, at=at)
    except (GatewayError, GatewayRefused) as error:
        payments.event_postponed(event_id=event_id, error=f"{type(error).__name__}: {error}", at=at)
    else:
        payments.event_handled(event_id=event_id, at=at)


@transaction.atomic
def _tell_declined(order_id: int) -> None:
    """The shopper of an order that still waits may try another card. Told once for each payment page, and to who has left it."""
    order = orders.lock(order_id)
    source = order.sources.filter(source_type__code=payments.CARD).order_by("-attempt").first()
    if order.status == Order.Status.AWAITING_PAYMENT and source:
        notices.declined(order, attempt=source.attempt)


def _order_about(event: PaymentEvent, at: datetime) -> int | None:
    """By the session or payment intent that we know; else by what the gateway says of it."""
    name = event.object_id
    for field in ("reference", "payment_intent"):
        known = Source.objects.filter(**{field: name}).values_list("order_id", flat=True).first()
        if known:
            return known
    session = stripe.read_session(name) if name.startswith("cs_") else stripe.find_session(name)
    return _adopt(session, at) if session else None


@transaction.atomic
def _adopt(session: stripe.SessionState, at: datetime) -> int | None:
    """A session of ours whose making we never heard the answer of belongs to its order's try after all."""
    found = Order.objects.filter(number=session.reference).values_list("pk", flat=True).first()
    if found is None:
        return None
    order = orders.lock(found)
    if order.sources.filter(reference=session.id).exists():
        return found
    source = order.sources.filter(source_type__code=payments.CARD, reference="").order_by("-attempt").first()
    if source is None:
        last = order.sources.order_by("-attempt").first()
        source = payments.open_source(
            order=order, method=payments.CARD, at=at, expires_at=session.expires_at,
            attempt=last.attempt + 1 if last else 1,
        )  # fmt: skip
    payments.session_made(
        source_id=source.pk, reference=session.id, url=session.url or "", payment_intent=session.payment_intent or "",
        at=at,
    )  # fmt: skip
    return found
