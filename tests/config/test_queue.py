"""Clock, lanes and tasks name each other rightly: a misspelt name would be silence, not an error."""

import inspect
from itertools import chain
from pathlib import Path

import pytest
from celery import Task
from django.conf import settings

from config.celery import BEAT, app

LANES = {"checkout", "sync", "notices", "background"}


def _tasks() -> "dict[str, Task]":
    app.loader.import_default_modules()
    app.autodiscover_tasks(force=True)
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_the_clock_rings_tasks_that_there_are() -> None:
    tasks = _tasks()
    for name, entry in BEAT.items():
        assert entry["task"] in tasks, name
        needed = [
            one for one in inspect.signature(tasks[entry["task"]].run).parameters.values() if one.default is one.empty
        ]
        assert len(needed) == len(entry.get("args", ())), name


@pytest.mark.parametrize(
    ("of", "lane"),
    [
        ("checkout.tasks.settle", "checkout"), ("checkout.tasks.make_refund", "checkout"),
        ("tills.tasks.record_waiting", "sync"), ("search.tasks.refresh", "sync"),
        ("notices.tasks.deliver", "notices"), ("certificates.tasks.remind", "background"),
    ],
)  # fmt: skip
def test_each_task_has_its_lane(of: str, lane: str) -> None:
    name = f"marketplace.{of}"
    assert name in _tasks()
    queue = app.amqp.router.route({}, name)["queue"]
    assert (queue if isinstance(queue, str) else queue.name) == lane


def test_every_lane_has_a_worker_and_every_task_comes_back_when_one_dies() -> None:
    workers = [line for line in (Path(settings.BASE_DIR) / "Procfile").read_text().splitlines() if " worker " in line]
    lanes = [worker.split("--queues ")[1].split()[0].split(",") for worker in workers]
    served = set(chain(*lanes))
    assert ["notices"] in lanes and len(served) == sum(map(len, lanes))  # a hanging provider holds up nothing else
    assert len({worker.split("--hostname ")[1].split()[0] for worker in workers}) == len(workers)
    named = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {settings.CELERY_TASK_DEFAULT_QUEUE}
    assert named == LANES == served
    for name, task in _tasks().items():
        assert task.acks_late and task.reject_on_worker_lost, name


def test_a_task_ends_before_it_is_given_to_somebody_else() -> None:
    broker = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    given_out_again = broker["visibility_timeout"]
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT <= 20 < settings.CELERY_TASK_TIME_LIMIT < given_out_again
    assert given_out_again + broker["unacked_restore_interval"] * broker["unacked_restore_throttle"] < 30
