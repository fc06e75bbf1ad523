"""The web server as the Procfile starts it, and the visitors that call on it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from honcho.environ import parse_procfile

from config.prepare import ROOT

CONNECTIONS = 8


@dataclass(frozen=True)
class Ask:
    """One request, the status that it must get, and how the address begins to which it must lead."""

    path: str
    cookies: str = ""
    form: str | None = None
    token: str = ""
    status: int = 200
    leads_to: str = ""


@dataclass(frozen=True)
class Round:
    elapsed: float
    seconds: list[float]

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed


@dataclass(frozen=True)
class Pace:
    """What several rounds come to: the median of their rates, and of their 95th percentiles."""

    rate: float
    p95: float

    @classmethod
    def of(cls, rounds: Sequence[Round]) -> "Pace":
        slow = [quantiles(each.seconds, n=20)[-1] for each in rounds]
        return cls(rate=median(each.rate for each in rounds), p95=median(slow))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command() -> str:
    """What the Procfile calls `web`; to compare another: WEB='gunicorn ... --bind 127.0.0.1:$PORT ...' make bench."""
    return os.environ.get("WEB") or str(parse_procfile((ROOT / "Procfile").read_text()).processes["web"])


@contextmanager
def serving(port: int) -> Iterator[str]:
    """The server answers at this address (`127.0.0.1:port`); afterwards it is gone, with its workers."""
    beside_python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    world = os.environ | {"PORT": str(port), "HOST": "127.0.0.1", "PATH": beside_python}
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {command()}"], cwd=ROOT, env=world, start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/bench/empty/", process)
        yield f"127.0.0.1:{port}"
    finally:
        _end(process)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"The web server ended at once with {process.returncode}: {command()}")
        try:
            urllib.request.urlopen(address, timeout=30).close()
            return
        except urllib.error.HTTPError as answer:
            raise SystemExit(f"{address} answers {answer.code}; DEBUG=1 shows why.") from answer
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The web server did not answer within a minute.")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def visit(host: str, asks: Sequence[Ask], *, connections: int = CONNECTIONS) -> Round:
    """One round: these requests over so many open connections, asked by another process."""
    listed = [
        {
            "request": {"path": a.path, "cookies": a.cookies, "form": a.form, "token": a.token},
            "status": a.status, "leads_to": a.leads_to,
        }
        for a in asks
    ]  # fmt: skip
    plan = json.dumps({"host": host, "connections": connections, "asks": listed})
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.client"], input=plan, capture_output=True, text=True, cwd=ROOT
    )
    if ran.returncode:
        raise SystemExit(ran.stderr[-4000:])
    return Round(**json.loads(ran.stdout))
