"""What must hold of messages whatever happened. `manage.py prove` asks."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q

from .models import Delivery, Notice
from .ways import Way

SENT = Delivery.Status.SENT


def a_notice_with_an_address_has_its_delivery(at: datetime) -> Iterator[str]:
    """Or stands in an inbox, where its reader wants nothing else."""
    for notice in Notice.objects.exclude(email="").filter(deliveries=None, in_inbox=False):
        yield f"notice {notice.key} would never be sent"


def a_delivery_has_its_address(at: datetime) -> Iterator[str]:
    """What waits can be sent; who erased an account has neither address nor facts any more."""
    rows = Delivery.objects.filter(status=Delivery.Status.WAITING).exclude(notice__facts={}).select_related("notice")
    lost = Q(channel=Way.EMAIL, notice__email="") | (~Q(channel=Way.EMAIL) & Q(notice__phone=""))
    for delivery in rows.filter(lost):
        yield f"notice {delivery.notice.key} goes by {delivery.channel} to nobody"


def a_message_is_sent_once(at: datetime) -> Iterator[str]:
    """A delivery that was sent has one successful attempt, any other has none."""
    rows = Delivery.objects.annotate(sent_times=Count("attempts", filter=Q(attempts__sent=True)))
    for delivery in rows.exclude(status=SENT, sent_times=1).exclude(~Q(status=SENT), sent_times=0):
        yield f"delivery {delivery.pk} is {delivery.status}, {delivery.sent_times} times sent"


RULES = [a_notice_with_an_address_has_its_delivery, a_delivery_has_its_address, a_message_is_sent_once]
