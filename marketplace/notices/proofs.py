"""What must hold of messages whatever happened. `manage.py prove` asks."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q

from .models import Delivery, Notice

SENT = Delivery.Status.SENT


def a_notice_with_an_address_has_its_delivery(at: datetime) -> Iterator[str]:
    for notice in Notice.objects.exclude(email="").filter(deliveries=None):
        yield f"notice {notice.key} would never be sent"


def a_message_is_sent_once(at: datetime) -> Iterator[str]:
    """A delivery that was sent has one successful attempt, any other has none."""
    rows = Delivery.objects.annotate(sent_times=Count("attempts", filter=Q(attempts__sent=True)))
    for delivery in rows.exclude(status=SENT, sent_times=1).exclude(~Q(status=SENT), sent_times=0):
        yield f"delivery {delivery.pk} is {delivery.status}, {delivery.sent_times} times sent"


RULES = [a_notice_with_an_address_has_its_delivery, a_message_is_sent_once]
