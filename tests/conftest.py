"""Every test process has its own database (a clone of a migrated template) and its own Valkey database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import test
from django.core.cache import cache
from django.db import connections
from django.utils import translation
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from tests import database, processes


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        database.clone()
        yield
        connections.close_all()
        database.drop()


def _clone_again(case: test.TransactionTestCase) -> None:
    """After a test that really commits, a fresh clone: quicker than emptying every table, and it keeps the reference data."""
    connections.close_all()
    database.clone()


@pytest.fixture(scope="session", autouse=True)
def _restore_by_cloning() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test.TransactionTestCase, "_fixture_teardown", _clone_again)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """The cache and the queue share this process's Valkey database; both are empty before each test."""
    cache.clear()
    yield


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """Each test begins in the shop's own language, whatever the last one read."""
    with translation.override("vi"):
        yield


@pytest.fixture
def live(live_server: Any, settings: Any) -> str:
    """The address of a real server over this test's database; links in messages lead there."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return str(live_server.url)


@pytest.fixture
def worker(request: pytest.FixtureRequest, transactional_db: None, tmp_path: Path) -> Iterator[processes.Worker]:
    """A real Celery worker on this test's database and queue; it writes its letters to a folder."""
    if "live" in request.fixturenames:
        request.getfixturevalue("live")
    with processes.celery_worker(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in the tests' thread, where Django then suspects every query of being asynchronous.
    with pytest.MonkeyPatch.context() as patch, processes.chromium() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def page(browser: Browser, live: str) -> Iterator[Page]:
    """A Vietnamese visitor's window at the live server. No page may break in it: a blocked script, an error, a lost file."""
    context = browser.new_context(locale="vi-VN", base_url=live, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints = processes.complaints_of(page)
    yield page
    context.close()
    assert not complaints, complaints
