"""Every test process has its own database (a clone of a migrated template) and its own Valkey database."""

from collections.abc import Iterator

import pytest
from django import test
from django.core.cache import cache
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests import database


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
