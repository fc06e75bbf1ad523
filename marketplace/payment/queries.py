"""Which payments wait for somebody to look."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from marketplace.money import ZERO
from marketplace.order.models import Order

from .models import TRANSFER, PaymentEvent, Refund, Source

Status = Refund.Status


def kept(source: Source) -> Decimal:
    """What came this way and does not go back."""
    return source.amount_debited - sum((refund.amount for refund in source.refunds.all()), ZERO)


def events_due(at: datetime, limit: int = 200) -> list[int]:
    """Words from outside that nobody has acted on yet."""
    due = PaymentEvent.objects.filter(handled_at=None, next_try_at__lte=at)
    return list(due.order_by("next_try_at").values_list("pk", flat=True)[:limit])


def orders_to_ask_about(at: datetime, limit: int = 200) -> list[int]:
    """Orders with an open payment about which the gateway is to be asked now."""
    due = Source.objects.filter(state=Source.State.OPEN, next_try_at__lte=at)
    return list(due.order_by("next_try_at").values_list("order_id", flat=True)[:limit])


def refunds_due(at: datetime, limit: int = 200) -> list[int]:
    """Refunds to be made now."""
    due = Refund.objects.filter(status=Status.DUE, next_try_at__lte=at)
    return list(due.order_by("next_try_at").values_list("pk", flat=True)[:limit])


def refunds_to_follow(at: datetime, limit: int = 200) -> list[int]:
    """Refunds the gateway has taken on, or made not long ago, and is to be asked about now."""
    due = Refund.objects.filter(status__in=(Status.PENDING, Status.MADE), next_try_at__lte=at)
    return list(due.order_by("next_try_at").values_list("pk", flat=True)[:limit])


def refunds_told_of(order_id: int) -> list[int]:
    """The order's refunds of which the gateway may have news."""
    known = Refund.objects.filter(source__order=order_id, status__in=(Status.PENDING, Status.MADE))
    return list(known.exclude(reference="").order_by("pk").values_list("pk", flat=True))


def owed_in_cash() -> Q:
    """No gateway gives it back: somebody must."""
    return Q(status=Status.DUE, source__source_type__code__in=Order.IN_CASH)


def owed_by_transfer() -> Q:
    """It goes to the buyer's account with the next file for the bank, or by hand."""
    return Q(status=Status.DUE, source__source_type__code=TRANSFER)


def cash_owed() -> QuerySet[Refund]:
    """Cash to give back, the longest due first."""
    return Refund.objects.filter(owed_in_cash()).select_related("source__order").order_by("created_at", "pk")


def refunds_failed() -> QuerySet[Refund]:
    """Refunds that nobody tries any more, the oldest first."""
    return Refund.objects.filter(status=Status.FAILED).select_related("source__order").order_by("created_at", "pk")


def refunds_failing() -> QuerySet[Refund]:
    """Refunds that went wrong and are tried again by themselves, the next first."""
    failing = Refund.objects.filter(next_try_at__isnull=False).exclude(error="")
    return failing.select_related("source__order").order_by("next_try_at", "pk")


def events_given_up() -> QuerySet[PaymentEvent]:
    """Words of the gateway that nobody looks at any more, though nothing came of them; the oldest first."""
    return PaymentEvent.objects.filter(handled_at=None, next_try_at=None).order_by("received_at", "pk")
