from celery import shared_task
from django.utils import timezone

from . import actions


@shared_task
def tell_of_pickups() -> None:
    """Shoppers hear of goods that nobody fetches and of those that are late."""
    actions.tell_of_pickups(at=timezone.now())
