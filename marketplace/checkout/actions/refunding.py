"""Giving back what is due: the gateway first, with the refund's own key, then the row."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction

from marketplace.order import actions as orders
from marketplace.payment import actions as payments
from marketplace.payment import queries
from marketplace.payment.banking import actions as banking
from marketplace.payment.disputes.queries import bars
from marketplace.payment.gateways import GatewayError, GatewayRefused, stripe
from marketplace.payment.models import Refund, Source

from .. import notices

Reason = Literal["duplicate", "fraudulent", "requested_by_customer"]


def give_back(*, source: Source, amount: Decimal, reason: str, key: str, at: datetime) -> None:
    """So much of the source is due back, once for each key; who paid by transfer is asked where to."""
    refund = payments.ask_refund(source=source, amount=amount, reason=reason, key=key, at=at)
    if source.source_type.code == payments.TRANSFER:
        account = banking.payouts.account_wanted(source=source)
        if account.given_at is None:
            notices.refund_account_wanted(refund, account)


def make_refund(*, refund_id: int, at: datetime) -> int | None:
    """A card refund that is due is made, once, and the buyer knows; what fails is tried again or left for people.

    The order, where a dispute that nobody has told us of is in the way.
    """
    refund = _refund(refund_id)
    if refund.status != Refund.Status.DUE or refund.source.source_type.code != payments.CARD or bars(refund.source_id):
        return None
    try:
        given = _ask(refund)
    except stripe.AlreadyRefunded:
        _made(refund, "", at)  # by a person, at the gateway's own pages
    except stripe.ChargeDisputed as refused:
        payments.refund_barred(refund_id=refund.pk, error=refused.reason, at=at)
        return refund.source.order_id
    except GatewayRefused as refused:
        _not_made(refund, refused.message, True, at)
    except GatewayError as error:
        _not_made(refund, str(error), False, at)
    else:
        _heard(refund, given, at)
    return None


def follow_refund(*, refund_id: int, at: datetime) -> None:
    """A refund that the gateway has taken on is as the gateway says: made, still under way, or failed after all."""
    refund = _refund(refund_id)
    if refund.status not in (Refund.Status.PENDING, Refund.Status.MADE) or not refund.reference:
        return
    try:
        given = stripe.read_refund(refund.reference)
    except (GatewayError, GatewayRefused) as error:
        payments.refund_still_so(refund_id=refund_id, error=getattr(error, "message", "") or str(error), at=at)
        raise
    _heard(refund, given, at)


def follow_refunds(*, order_id: int, at: datetime) -> None:
    """So are all of an order, because the gateway had news."""
    for refund_id in queries.refunds_told_of(order_id):
        follow_refund(refund_id=refund_id, at=at)


@transaction.atomic
def pay_back(*, refund: Refund, by: Any, at: datetime) -> None:
    """A person has given the buyer what no gateway could; the buyer has it in writing."""
    orders.lock(refund.source.order_id)  # no dispute is heard of meanwhile
    payments.refund_paid_back(refund=refund, by=by, at=at)
    notices.refunded(refund, by_hand=True)


@transaction.atomic
def try_refund_again(*, refund: Refund, by: Any, at: datetime) -> None:
    """What failed for good is due once more: the gateway is asked anew."""
    orders.lock(refund.source.order_id)  # no dispute is heard of meanwhile
    payments.refund_due_again(refund=refund, by=by, at=at)


def _refund(refund_id: int) -> Refund:
    return Refund.objects.select_related("source__order", "source__source_type").get(pk=refund_id)


def _ask(refund: Refund) -> stripe.RefundState:
    reason: Reason = "duplicate" if refund.reason == "paid-twice" else "requested_by_customer"
    intent = refund.source.payment_intent
    return stripe.refund(payment_intent=intent, amount=refund.amount, key=refund.key, round=refund.round, reason=reason)


def _heard(refund: Refund, given: stripe.RefundState, at: datetime) -> None:
    """What the gateway says of it."""
    first_word = refund.status == Refund.Status.DUE
    if given.failed and first_word:
        _not_made(refund, _why(given), True, at)
    elif given.failed:
        _returned(refund, _why(given))
    elif given.status == "succeeded" and refund.status != Refund.Status.MADE:
        _made(refund, given.id, at)
    elif first_word:
        payments.refund_accepted(refund_id=refund.pk, reference=given.id, at=at)
    else:
        payments.refund_still_so(refund_id=refund.pk, error="", at=at)


def _why(given: stripe.RefundState) -> str:
    return given.reason or given.status


@transaction.atomic
def _made(refund: Refund, reference: str, at: datetime) -> None:
    if payments.refund_made(refund_id=refund.pk, reference=reference, at=at):
        notices.refunded(refund)


@transaction.atomic
def _not_made(refund: Refund, error: str, final: bool, at: datetime) -> None:
    if payments.refund_not_made(refund_id=refund.pk, round=refund.round, error=error, final=final, at=at):
        notices.refund_failed(refund)


@transaction.atomic
def _returned(refund: Refund, error: str) -> None:
    if payments.refund_returned(refund_id=refund.pk, reference=refund.reference, error=error):
        notices.refund_returned(refund)
        notices.refund_failed(refund)
