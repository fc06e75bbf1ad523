import logging
import time

from celery import current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from marketplace.notices.tasks import ring
from marketplace.stock.queries.short import opened_since

from . import actions, queries
from .connectors import actions as connectors
from .models import Connector

log = logging.getLogger(__name__)
MEND = "marketplace.checkout.tasks.mend_shortages"  # named, for it stands above
BUDGET = 10.0  # seconds; what is left then gets another bell


def ring_the_bell() -> None:
    """A worker looks into the inbox now, not at the next beat."""
    ring(record_waiting)


@shared_task(acks_late=True)
def record_waiting() -> None:
    """Records what tills have reported, till by till, a run of each in turn."""
    since, begun = timezone.now(), time.monotonic()
    waiting = queries.waiting_tills()
    while waiting:
        waiting = [till for till in waiting if _record(till)]
        if time.monotonic() - begun > BUDGET:
            ring_the_bell()
            break
    if opened_since(since):
        ring(current_app.signature(MEND))


def _record(till: int) -> bool:
    return actions.record_next(till_id=till, at=timezone.now(), interruptions=(SoftTimeLimitExceeded,))


@shared_task(acks_late=True)
def poll_due() -> None:
    """Each till whose hour has come is asked by a task of its own: a slow one keeps nobody waiting."""
    for pk in Connector.objects.due(timezone.now()).order_by("next_try_at").values_list("pk", flat=True)[:500]:
        ring(poll, pk)


@shared_task(acks_late=True)
def poll(connector_id: int) -> None:
    """Asks one till; what it told is recorded at once."""
    if connectors.poll(connector_id=connector_id, at=timezone.now()):
        ring_the_bell()


def ask(connector_id: int) -> None:
    """A worker asks this till now, not at the next beat."""
    ring(poll, connector_id)


@shared_task(acks_late=True)
def watch() -> None:
    """Looks for tills of which nothing is heard; each silence is told once, however often this runs."""
    actions.watch(at=timezone.now())
