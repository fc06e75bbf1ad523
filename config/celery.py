"""The queue: four lanes, short tasks, and the clock that rings the bells again.

What must not be lost is a row in PostgreSQL; a task only says "look again". So a task lost with a
broker costs the seconds until the next beat, never an event.
"""

import os

from celery import Celery
from celery.signals import worker_process_init

from config import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("marketplace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def _settle(**_: object) -> None:
    memory.settle()
