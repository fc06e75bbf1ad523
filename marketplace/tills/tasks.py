import logging
import time

from celery import shared_task
from django.utils import timezone

from marketplace.notices.tasks import ring

from . import actions, queries

log = logging.getLogger(__name__)
BUDGET = 10.0  # seconds; what is left then gets another bell


def ring_the_bell() -> None:
    """A worker looks into the inbox now, not at the next beat."""
    ring(record_waiting)


@shared_task(acks_late=True)
def record_waiting() -> None:
    """Records what tills have reported, till by till, an event of each in turn."""
    begun = time.monotonic()
    waiting = queries.waiting_tills()
    while waiting:
        waiting = [till for till in waiting if actions.record_next(till_id=till, at=timezone.now())]
        if time.monotonic() - begun > BUDGET:
            ring_the_bell()
            return
