"""The queue: four lanes, short tasks, and the clock that rings the bells again.

What must not be lost is a row in PostgreSQL; a task only says "look again". So a task lost with a
broker costs the seconds until the next beat, never an event.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init

from config import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

BEAT = {
    "release expired holds": {"task": "marketplace.checkout.tasks.release_expired", "schedule": 60.0},
    "settle what is open": {"task": "marketplace.checkout.tasks.settle_open", "schedule": 30.0},
    "receive transfers": {"task": "marketplace.checkout.tasks.receive_transfers", "schedule": 30.0},
    "make refunds": {"task": "marketplace.checkout.tasks.make_refunds", "schedule": 30.0},
    "watch the returns": {"task": "marketplace.checkout.tasks.watch_returns", "schedule": 1800.0},
    "follow disputes": {"task": "marketplace.checkout.tasks.follow_disputes", "schedule": 300.0},
    "find disputes": {"task": "marketplace.checkout.tasks.find_disputes", "schedule": crontab(minute="40", hour="*/6")},
    "mend shortages": {"task": "marketplace.checkout.tasks.mend_shortages", "schedule": 30.0},
    "record till events": {"task": "marketplace.tills.tasks.record_waiting", "schedule": 15.0},
    "poll tills": {"task": "marketplace.tills.tasks.poll_due", "schedule": 15.0},
    "refresh the search": {"task": "marketplace.search.tasks.refresh", "schedule": 5.0},
    "sweep the outbox: e-mail": {"task": "marketplace.notices.tasks.deliver_due", "schedule": 20.0, "args": ("email",)},
    "sweep the outbox: SMS": {"task": "marketplace.notices.tasks.deliver_due", "schedule": 20.0, "args": ("sms",)},
    "sweep the outbox: Zalo": {"task": "marketplace.notices.tasks.deliver_due", "schedule": 20.0, "args": ("zns",)},
    "tell of pickups": {"task": "marketplace.fulfilment.tasks.tell_of_pickups", "schedule": crontab(minute="*/20")},
    "remind of certificates": {"task": "marketplace.certificates.tasks.remind", "schedule": 6 * 3600.0},
    "keep the promises of pickups": {
        "task": "marketplace.fulfilment.tasks.keep_promises", "schedule": crontab(minute="*/10", hour="6-20"),
    },
    "review the stock": {"task": "marketplace.stock.tasks.review", "schedule": crontab(minute="10", hour="7,11,15")},
    "take in what was sold": {"task": "marketplace.settlement.tasks.take_in", "schedule": 300.0},
    "close periods": {"task": "marketplace.settlement.tasks.close_periods", "schedule": crontab(minute="20", hour="5")},
    "issue invoices": {"task": "marketplace.invoices.tasks.issue_due", "schedule": 60.0},
    "watch the tills": {"task": "marketplace.tills.tasks.watch", "schedule": 1800.0},
}  # fmt: skip

app = Celery("marketplace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT
app.autodiscover_tasks()


@worker_process_init.connect
def _settle(**_: object) -> None:
    memory.settle()
