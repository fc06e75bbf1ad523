"""`make run` without make: what it starts, and that nothing of it stays."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from config import develop
from config.prepare import ROOT
from tests.processes import wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_callers_values_go_before_developments(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEMO", "PORT", "SITE_URL", "STRIPE_API_BASE", "STRIPE_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEBUG", "0")
    world = develop.environment()
    assert (world["DEBUG"], world["DEMO"], world["SITE_URL"]) == ("0", "1", "http://127.0.0.1:8000")
    assert world["STRIPE_API_BASE"] == "http://127.0.0.1:12111"


def test_the_stand_in_plays_only_where_no_key_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_SECRET_KEY", raising=False)
    assert [name for name, _ in develop.processes(develop.environment())] == [
        "web",
        "worker",
        "notices",
        "beat",
        "stripe",
    ]
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_x")
    assert [name for name, _ in develop.processes(develop.environment())] == ["web", "worker", "notices", "beat"]


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} is taken"):
            develop.refuse_taken(port)
    develop.refuse_taken(port)


def test_one_command_opens_the_shop_and_an_interrupt_ends_all_of_it(transactional_db: None, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    changes = {"PORT": str(port), "DEMO": "0", "DJANGO_SETTINGS_MODULE": "config.settings", "STRIPE_SECRET_KEY": ""}
    environment = {k: v for k, v in (os.environ | changes).items() if k != "STRIPE_API_BASE"}
    environment["STRIPE_API_BASE"] = f"http://127.0.0.1:{free_port()}"
    with log.open("wb") as out:
        shop = subprocess.Popen(
            [sys.executable, "-m", "config.develop"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        wait_until(lambda: b"The shop is open" in log.read_bytes() or shop.poll() is not None, seconds=100)
        assert shop.poll() is None, log.read_text()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            assert answer.status == 200
        started = psutil.Process(shop.pid).children(recursive=True)
        shop.send_signal(signal.SIGINT)
        assert shop.wait(30) == 0
        assert [child for child in started if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    finally:
        if shop.poll() is None:
            shop.terminate()
            shop.wait(30)
