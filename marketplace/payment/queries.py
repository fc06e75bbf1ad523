"""Which payments wait for somebody to look."""

from datetime import datetime

from .models import PaymentEvent, Refund, Source


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
    due = Refund.objects.filter(status=Refund.Status.DUE, next_try_at__lte=at)
    return list(due.order_by("next_try_at").values_list("pk", flat=True)[:limit])
