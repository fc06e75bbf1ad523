import logging
import time
from typing import Any

from celery import Signature, Task, shared_task
from celery.exceptions import OperationalError
from django.utils import timezone
from redis.exceptions import RedisError

from . import actions
from .models import Delivery, DeliveryQuerySet

log = logging.getLogger(__name__)
BUDGET = 8.0  # seconds a sweep begins new deliveries; the last may wait ten more for its server


def ring(task: "Task[..., Any] | Signature[Any]", *args: Any) -> None:
    """Asks a worker to look now. When the broker is away one line is logged: beat rings again."""
    try:
        task.apply_async(args)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker away, %s%r waits for beat: %s", task.name, args, error)


@shared_task(acks_late=True)
def deliver(channel: str, notice_ids: list[int]) -> None:
    """Tries what is due of these notices on one channel; what does not fit into the time waits for beat."""
    _try(Delivery.objects.filter(channel=channel, notice__in=notice_ids))


@shared_task(acks_late=True)
def deliver_due(channel: str) -> None:
    """Tries what is due on one channel: bells that were lost, tries that failed before. A slow channel holds up no other."""
    _try(Delivery.objects.filter(channel=channel))


def _try(deliveries: DeliveryQuerySet) -> None:
    """Until the time is over, or somebody does not answer: the next message would only wait as long."""
    begun = time.monotonic()
    for pk in deliveries.due(timezone.now()).order_by("next_try_at").values_list("pk", flat=True)[:200]:
        if time.monotonic() - begun > BUDGET:
            return
        if not actions.deliver(delivery_id=pk, at=timezone.now()):
            return
