"""Giving back what is due: the gateway first, with the refund's own key, then the row."""

from datetime import datetime
from typing import Literal

from django.db import transaction

from marketplace.payment import actions as payments
from marketplace.payment.gateways import GatewayError, GatewayRefused, stripe
from marketplace.payment.models import Refund

from .. import notices

Reason = Literal["duplicate", "fraudulent", "requested_by_customer"]


def make_refund(*, refund_id: int, at: datetime) -> None:
    """A card refund that is due is made, once, and the buyer knows; what fails is tried again or left for people."""
    refund = Refund.objects.select_related("source__order", "source__source_type").get(pk=refund_id)
    if refund.status != Refund.Status.DUE or refund.source.source_type.code != payments.CARD:
        return
    reason: Reason = "duplicate" if refund.reason == "paid-twice" else "requested_by_customer"
    try:
        given = stripe.refund(
            payment_intent=refund.source.payment_intent, amount=refund.amount, key=refund.key, reason=reason
        )
    except stripe.AlreadyRefunded:
        _made(refund, "", at)  # by a person, at the gateway's own pages
    except GatewayRefused as refused:
        payments.refund_not_made(refund_id=refund_id, error=refused.message, final=True, at=at)
    except GatewayError as error:
        payments.refund_not_made(refund_id=refund_id, error=str(error), final=False, at=at)
    else:
        if given.status in ("failed", "canceled"):
            payments.refund_not_made(refund_id=refund_id, error=f"{given.id} {given.status}", final=True, at=at)
        else:
            _made(refund, given.id, at)


@transaction.atomic
def _made(refund: Refund, reference: str, at: datetime) -> None:
    if payments.refund_made(refund_id=refund.pk, reference=reference, at=at):
        notices.refunded(refund)
