import time

from celery import shared_task
from django.utils import timezone

from marketplace.errors import one_by_one
from marketplace.notices.tasks import ring

from .actions import reviewing
from .queries import watched

BUDGET = 10.0  # seconds; who comes after then gets another bell


@shared_task(acks_late=True)
def review(after: int = 0) -> None:
    """Person by person, what runs out and what expires. Each hears it once a day, however often this runs."""
    begun = time.monotonic()
    for pk in list(watched.readers(after)):
        one_by_one([pk], lambda reader: reviewing.review(user_id=reader, at=timezone.now()))
        if time.monotonic() - begun > BUDGET:
            ring(review, pk)
            return
