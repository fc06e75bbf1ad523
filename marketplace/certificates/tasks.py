from celery import shared_task
from django.utils import timezone

from . import actions


@shared_task(acks_late=True)
def remind() -> None:
    """Looks for certificates that run out; each step is told once, however often this runs."""
    actions.remind(on=timezone.localdate())
