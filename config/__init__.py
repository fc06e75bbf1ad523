"""Settings, addresses, the queue and the services of a machine that names none."""

from .celery import app as celery_app

__all__ = ["celery_app"]
