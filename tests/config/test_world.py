"""The tests' own ground: clones, the queue, the browser."""

import socket

import pytest
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Page
from pytest_socket import SocketConnectBlockedError

from config.celery import app
from marketplace.people.models import User
from tests.processes import Worker, wait_until


@pytest.mark.django_db
def test_each_process_has_its_own_database() -> None:
    assert connection.settings_dict["NAME"].startswith("test_")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_for_the_next(turn: int) -> None:
    assert not User.objects.filter(email="lan@example.vn").exists()
    User.objects.create(email="lan@example.vn")


@pytest.mark.parametrize("turn", [1, 2])
def test_the_cache_is_empty_for_the_next(turn: int) -> None:
    assert cache.get("turn") is None
    cache.set("turn", turn)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_no_test_reaches_the_world() -> None:
    with pytest.raises(SocketConnectBlockedError), socket.socket() as door:
        door.connect(("192.0.2.1", 80))


def test_a_real_worker_takes_tasks_from_this_process_only(worker: Worker) -> None:
    task = app.send_task("celery.accumulate", args=[1, 2], queue="checkout")
    wait_until(lambda: f"celery.accumulate[{task.id}] succeeded" in worker.log.read_text())


def test_a_browser_sees_the_live_server(page: Page) -> None:
    assert page.goto("/static/css/tokens.css").status == 200
