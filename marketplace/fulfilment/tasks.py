"""What the points' clock rings."""

from celery import shared_task
from django.utils import timezone

from .actions import coming


@shared_task(acks_late=True)
def keep_promises() -> None:
    """Pickups whose goods are late are promised anew."""
    coming.keep_promises(at=timezone.now())
