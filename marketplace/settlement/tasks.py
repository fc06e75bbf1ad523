import time

from celery import shared_task
from django.utils import timezone

from marketplace.errors import one_by_one
from marketplace.notices.tasks import ring

from . import actions
from .queries.standing import owed_from

BUDGET = 10.0  # seconds; what is left then gets another bell
AT_ONCE = 50  # producers


@shared_task(acks_late=True)
def take_in() -> None:
    """What was sold since is in the accounts."""
    begun = time.monotonic()
    if not actions.take_in(at=timezone.now(), goes_on=lambda: time.monotonic() - begun < BUDGET):
        ring(take_in)


@shared_task(acks_late=True)
def close_periods(after: int = 0) -> None:
    """Statements of the periods that are over, some producers at a time."""
    producers = owed_from(after, AT_ONCE)
    one_by_one(producers, lambda producer_id: actions.close(producer_id=producer_id, at=timezone.now()))
    if producers:
        ring(close_periods, producers[-1])
