"""A database and a Valkey for this process alone: cloned from a template that is migrated once.

Any number of test processes may run in one work tree. Each holds a numbered place for as long as it lives (an advisory
lock, gone with its connection even after kill -9); the number names its database, its Valkey database and its media.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql

from config import embedded, prepare

PLACES, TEMPLATES = 7001, 7002  # the classes of our advisory locks
REFERENCE = tuple(step for step in prepare.STEPS if step.reference)
_kept: list[object] = []  # what must stay open while this process lives


def claim() -> None:
    """The environment names a database, a Valkey and a media folder of this process's own; its children share them."""
    who = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if os.environ.get("TESTS_CLAIMED_BY") == who:
        return
    embedded.VAR.mkdir(exist_ok=True)
    users = (embedded.VAR / "embedded.users").open("w")
    fcntl.flock(users, fcntl.LOCK_SH)  # nobody stops the servers under us
    embedded.start()
    keeper = psycopg.connect(url_of("postgres"), autocommit=True)
    redis_url = os.environ.get("REDIS_URL") or embedded.redis_url()
    with redis.Redis.from_url(redis_url) as client:
        places = int(client.config_get("databases")["databases"])
    place = next(n for n in range(1, places) if _lock(keeper, n))
    _kept.extend([users, keeper])
    os.environ |= {
        "TESTS_CLAIMED_BY": who,
        "DATABASE_URL": url_of(f"test_{place}"),
        "REDIS_URL": numbered(redis_url, place),
        "MEDIA_ROOT": str(embedded.VAR / "test-media" / str(place)),
    }
    shutil.rmtree(os.environ["MEDIA_ROOT"], ignore_errors=True)


def clone() -> None:
    """This process's database is as the template is."""
    name = own_name()
    with server() as connection:
        connection.execute("SELECT pg_advisory_lock(%s, 0)", [TEMPLATES])
        template = _template(connection)
        drop_named(connection, name)
        _create(connection, name, template)


def drop() -> None:
    """This process's database is gone."""
    with server() as connection:
        drop_named(connection, own_name())


def own_name() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")


def numbered(url: str, number: int) -> str:
    """The same Redis, another of its databases."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return parts._replace(path=f"/{number}").geturl()


def _template(connection: psycopg.Connection) -> str:
    """The template for the files as they are now: there already, grown from an older one, or made from nothing."""
    wanted = prepare.wanted(REFERENCE)
    rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_shop\\_%'").fetchall()
    records = {name: prepare.record(connection, name) for (name,) in rows}
    for name, record in records.items():
        if record == wanted:
            return name
    base = next((name for name, record in records.items() if _grows_into(record, wanted)), "template0")
    drop_named(connection, "template_building")
    _create(connection, "template_building", base)
    prepare.prepare(url_of("template_building"), REFERENCE, quiet=True)
    name = f"template_shop_{os.urandom(4).hex()}"
    rename = sql.SQL("ALTER DATABASE template_building RENAME TO {}")
    connection.execute(rename.format(sql.Identifier(name)))
    for old in records:
        drop_named(connection, old)
    return name


def _grows_into(record: prepare.Record, wanted: prepare.Record) -> bool:
    """True where running what is new on the old template gives the same as beginning from nothing."""
    return all(
        record.get(step.command, {}).items() <= wanted[step.command].items()
        if step.grows
        else record.get(step.command, wanted[step.command]) == wanted[step.command]
        for step in REFERENCE
    )


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    """A copy of the template, which remembers (in its comment) what was prepared in it."""
    names = sql.Identifier(name), sql.Identifier(template)
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    prepare.remember(connection, name, prepare.record(connection, template))


def drop_named(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _lock(connection: psycopg.Connection, place: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [PLACES, place]).fetchone()
    return bool(row and row[0])


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        yield connection


def url_of(database: str) -> str:
    base = os.environ.get("DATABASE_URL") or embedded.database_url()
    return urlsplit(base)._replace(path=f"/{database}").geturl()
