"""Which disputes wait for somebody, and what they keep from going on."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from marketplace.money import ZERO

from ..models import Dispute, DisputeFile, Refund, Source, Transaction
from .models import TAKEN

State = Dispute.State


def holds(order_id: int) -> bool:
    """Nothing of the order leaves the house: its payment is disputed."""
    return Dispute.objects.of_order(order_id).holding().exists()


def bars(source_id: int) -> bool:
    """Nothing of the source can go back to the card, for its payment is disputed."""
    return Dispute.objects.filter(source=source_id).barring().exists()


def moves_of(dispute: Dispute) -> QuerySet[Transaction]:
    """What was booked of it: taken, given back, taken again."""
    its_own = Q(reference=dispute.reference) | Q(reference__startswith=f"{dispute.reference}-")
    return Transaction.objects.filter(its_own, source=dispute.source_id, txn_type=TAKEN)


def covered(source: Source) -> Decimal:
    """How much of what was due back the buyer has from the bank."""
    made = source.refunds.filter(status=Refund.Status.COVERED)
    amount: Decimal = made.aggregate(all=Sum("amount", default=ZERO))["all"]
    return amount


def uncovered(source: Source) -> Decimal:
    """How much of what lost disputes took pays no refund that was due."""
    took: Decimal = Dispute.objects.filter(source=source).lost().aggregate(all=Sum("amount", default=ZERO))["all"]
    return took - covered(source)


def beyond(source: Source) -> Decimal:
    """How much of what is due back the card cannot take: banks have taken it already."""
    due: Decimal = source.refunds.aggregate(all=Sum("amount", default=ZERO))["all"]
    return uncovered(source) - (source.amount_debited - due)


def listed(which: str = "") -> QuerySet[Dispute]:
    """What must be answered, the most urgent first; what the bank decides; or what has ended, the newest first."""
    rows = Dispute.objects.select_related("source__order")
    if which == "ended":
        return rows.exclude(decided_at=None).order_by("-decided_at", "-pk")
    if which == "answered":
        return rows.filter(state__in=(State.ASKED_ANSWERED, State.ANSWERED)).order_by("opened_at", "pk")
    return rows.to_answer()


def of_order(order_id: int) -> list[Dispute]:
    return list(Dispute.objects.of_order(order_id).order_by("opened_at", "pk"))


def files(dispute: Dispute) -> list[DisputeFile]:
    """Those that the bank has or, as long as it has no answer, those that go with it."""
    rows = dispute.files.all()
    with_bank = rows.filter(reference__in=(dispute.evidence or {}).values())
    return list(with_bank if dispute.is_answered else rows.filter(aside=False))


def due(at: datetime, limit: int = 100) -> list[int]:
    """Those of which the gateway is to be asked now."""
    return list(
        Dispute.objects.filter(next_try_at__lte=at).order_by("next_try_at").values_list("pk", flat=True)[:limit]
    )


def nearly_late(at: datetime, days: int) -> QuerySet[Dispute]:
    """Not answered yet, and soon it is too late."""
    soon = Dispute.objects.to_answer().filter(due_by__gt=at, due_by__lte=at + timedelta(days=days))
    return soon.select_related("source__order")
