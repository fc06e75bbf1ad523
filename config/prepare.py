"""What a database needs before anybody uses it: one list, for `make run` and for the tests.

A step runs again only when its inputs changed since it last ran on that database. The database itself remembers (in its
comment), so the memory lives and dies with it.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ("requirements.txt", "*/migrations/*.py", "marketplace/**/migrations/*.py")


@dataclass(frozen=True)
class Step:
    """A management command, and the files whose change means that it must run again."""

    command: str
    inputs: tuple[str, ...]
    reference: bool = False  # tests need it too
    demonstration: bool = False  # only where DEMO is set
    grows: bool = False  # a further input file is no reason to begin from nothing

    def fingerprint(self) -> dict[str, str]:
        files = sorted({path for pattern in self.inputs for path in ROOT.glob(pattern) if path.is_file()})
        return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


REGISTER = "marketplace/certificates/data/register.csv"
INVENTED = (REGISTER, "config/demonstration/*.py", "config/demonstration/*.csv")
STEPS = (
    Step("migrate --no-input --verbosity 0", MIGRATIONS, reference=True, grows=True),
    Step(
        "load_places",
        ("requirements.txt", *(f"marketplace/places/{name}.py" for name in ("actions", "naming", "units"))),
        reference=True,
    ),
    Step("load_groups", ("catalogue/data/groups.json",), reference=True),
    Step("load_pages", ("storefront/pages/*",), reference=True),
    Step(f"load_register {REGISTER} --province 'An Giang'", (REGISTER, "marketplace/certificates/register.py")),
    Step("load_demonstration", INVENTED, demonstration=True),
    Step("refresh_search --all", (*INVENTED, "marketplace/search/*.py")),
)

Record = dict[str, dict[str, str]]


def wanted(steps: tuple[Step, ...]) -> Record:
    """What the record of a database says once these steps have run as the files are now."""
    return {step.command: step.fingerprint() for step in steps}


def record(connection: psycopg.Connection, database: str) -> Record:
    """What that database remembers."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    row = connection.execute(query, [database]).fetchone()
    try:
        return json.loads(row[0]) if row and row[0] else {}
    except ValueError:  # somebody's own comment
        return {}


def remember(connection: psycopg.Connection, database: str, done: Record) -> None:
    """That database says from now on what was done in it."""
    comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
    connection.execute(comment.format(sql.Identifier(database), sql.Literal(json.dumps(done))))


def prepare(url: str, steps: tuple[Step, ...], *, quiet: bool = False) -> None:
    """The steps have run on this database as their inputs are now."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        done = record(connection, name)
        for step in steps:
            now = step.fingerprint()
            if done.get(step.command) == now:
                continue
            manage(step.command, url=url, quiet=quiet)
            done[step.command] = now
            remember(connection, name, done)


def manage(command: str, *, url: str | None = None, quiet: bool = False) -> None:
    """One management command on that database, in a process of its own."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | ({"DATABASE_URL": url} if url else {})
    arguments = [sys.executable, str(ROOT / "manage.py"), *shlex.split(command)]
    ran = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=quiet, text=True)
    if ran.returncode:
        raise SystemExit(f"{ran.stdout or ''}{ran.stderr or ''}\nmanage.py {command} failed.")
