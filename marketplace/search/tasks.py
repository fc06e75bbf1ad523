"""Rung by the clock every five seconds; what was touched is in the database."""

import time

from celery import shared_task
from django.utils import timezone

from . import actions

SECONDS = 10  # then the next beat goes on


@shared_task
def refresh() -> None:
    """Read touched products, some hundreds at a time, until none is left."""
    until = time.monotonic() + SECONDS
    while actions.refresh(at=timezone.now()) and time.monotonic() < until:
        pass
