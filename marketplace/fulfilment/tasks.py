"""What the points' clock rings."""

from celery import shared_task
from django.utils import timezone

from . import actions
from .actions import coming


@shared_task(acks_late=True)
def keep_promises() -> None:
    """Pickups whose goods are late are promised anew."""
    coming.keep_promises(at=timezone.now())


@shared_task(acks_late=True)
def tell_of_pickups() -> None:
    """Shoppers hear of goods that nobody fetches and of those that are late."""
    actions.tell_of_pickups(at=timezone.now())
