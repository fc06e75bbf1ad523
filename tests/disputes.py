"""Disputes without a gateway: what it would tell, heard."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from marketplace.checkout.actions import disputing
from marketplace.order.models import Order
from marketplace.payment.disputes import actions
from marketplace.payment.gateways.disputes import DisputeState
from marketplace.payment.models import Dispute, DisputeFile
from tests import make, people
from tests.checkout.shortages import paid


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


def elsewhere() -> Dispute:
    """The buyer of another's goods, which lie elsewhere, has asked the bank for the money. The office has the signature."""
    now, goods = timezone.now(), make.product("Khô cá tra phồng", stars=None)
    goods.producer.users.clear()
    make.stock(goods, 1, at_place=make.location("Kho khô cá", staff=people.tam()), at=now)
    dispute = hear(paid((goods, 1), at=now), now)
    file(dispute, "customer_signature")
    return dispute


def file(dispute: Dispute, kind: str = "shipping_documentation", content: bytes = b"%PDF-1.7 a note") -> DisputeFile:
    """A paper that the office has sent up."""
    about = {"by": people.tam(), "at": dispute.opened_at, "called": "Phiếu giao.pdf"}
    return actions.add_file(dispute=dispute, kind=kind, content=content, ending="pdf", **about)


def answered(dispute: Dispute, at: datetime) -> None:
    """The bank has a paper, and an answer that names it."""
    paper = file(dispute)
    actions.at_company(file=paper, reference="file_of_this_test")
    actions.sent(dispute=dispute, evidence={paper.kind: paper.reference}, words="", by=people.tam(), at=at)
