"""`make run`: the whole shop on one machine, from a fresh clone to a page with logins. Ctrl-C stops all of it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from honcho.environ import parse_procfile
from honcho.manager import Manager

from config import embedded, messages, prepare


def environment() -> dict[str, str]:
    """What the processes see: what the caller set, and development's values for the rest."""
    port = os.environ.get("PORT", "8000")
    defaults = {
        "DJANGO_SETTINGS_MODULE": "config.settings", "PORT": port, "HOST": "127.0.0.1", "DEBUG": "1", "DEMO": "1",
        "SITE_URL": f"http://127.0.0.1:{port}", "WEB_CONCURRENCY": "1", "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",  # a container's root is nobody to fear
    }  # fmt: skip
    if not os.environ.get("STRIPE_SECRET_KEY"):  # each shop on a machine has a stand-in of its own
        defaults["STRIPE_API_BASE"] = f"http://127.0.0.1:{int(port) + 4111}"
    beside_python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return defaults | dict(os.environ) | {"PATH": beside_python}


def standin_port(world: dict[str, str]) -> int | None:
    """Where the stand-in Stripe listens; None where a key of the real one is set."""
    return None if world.get("STRIPE_SECRET_KEY") else urlsplit(world["STRIPE_API_BASE"]).port


def processes(world: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the Procfile names, and the stand-in Stripe where no key of the real one is set."""
    yield from parse_procfile((prepare.ROOT / "Procfile").read_text()).processes.items()
    if port := standin_port(world):
        webhook = f"{world['SITE_URL']}/payment/stripe/webhook/"
        state = embedded.VAR / "standin.json"
        yield "stripe", f"python -m marketplace.payment.standin --port {port} --webhook-url {webhook} --state '{state}'"


def refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as reason:
            said = f"Port {port} is taken: does the shop run already? Choose another: PORT=8001 make run"
            raise SystemExit(said) from reason


def make_ready(world: dict[str, str]) -> None:
    """The database, the messages and the static files are as the code is now."""
    os.environ.update(world)
    messages.compile_all()
    steps = tuple(step for step in prepare.STEPS if not step.demonstration or world["DEMO"] == "1")
    prepare.prepare(world.get("DATABASE_URL") or embedded.database_url(), steps)
    if world["DEBUG"] != "1":  # in debug whitenoise reads them where they are
        prepare.manage("collectstatic --no-input --verbosity 0")


def announce(world: dict[str, str]) -> None:
    """Once the shop answers: where it is and who may enter."""
    while not answers(f"http://127.0.0.1:{world['PORT']}/"):
        time.sleep(0.2)
    print(f"\n  The shop is open: {world['SITE_URL']}/\n", flush=True)
    if world["DEMO"] == "1":
        subprocess.run([sys.executable, "manage.py", "demonstration_logins"], cwd=prepare.ROOT, env=world)
    print("  Ctrl-C stops everything.\n", flush=True)


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=30).close()
    except urllib.error.HTTPError:
        return True  # a refusal is an answer
    except OSError:
        return False
    return True


@contextmanager
def stopped_by_signal() -> Iterator[None]:
    """A polite end leaves through `finally`, so the servers stop too."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, leave)
    yield


def run() -> int:
    world = environment()
    for port in filter(None, (int(world["PORT"]), standin_port(world))):
        refuse_taken(port)
    with stopped_by_signal(), embedded.running():
        make_ready(world)
        manager = Manager()
        for name, command in processes(world):
            manager.add_process(name, command, env=world, cwd=str(prepare.ROOT))
        threading.Thread(target=announce, args=[world], daemon=True).start()
        manager.loop()
        return 0 if manager.returncode in {130, 143} else manager.returncode or 0


if __name__ == "__main__":
    try:
        sys.exit(run())
    except embedded.Unavailable as reason:
        sys.exit(str(reason))
