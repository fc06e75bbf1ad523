"""Disputes without a gateway: what it would tell, heard."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from marketplace.checkout.actions import disputing
from marketplace.order.models import Order
from marketplace.payment.gateways.disputes import DisputeState
from marketplace.payment.models import Dispute


def told(order: Order, at: datetime, **changes: Any) -> DisputeState:
    """The buyer of a paid order says that the goods never came."""
    source = order.sources.get()
    plain = DisputeState(
        id=f"du_{order.number}", payment_intent=source.payment_intent, amount=source.amount_debited,
        reason="product_not_received", network_code="13.1", status="needs_response", refundable=False, withdrawn=True,
        due_by=at + timedelta(days=9), answers=0, created_at=at,
    )  # fmt: skip
    return replace(plain, **changes)


def hear(order: Order, at: datetime, **changes: Any) -> Dispute:
    disputing.hear(told=told(order, at, **changes), at=at)
    return Dispute.objects.select_related("source__order").get(reference=f"du_{order.number}")
