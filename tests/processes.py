"""Real processes beside a test: a Celery worker, a browser."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

QUEUES = "checkout,sync,notices,background"
CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Worker:
    """A running Celery worker: its process, what it wrote, and the letters it sent."""

    process: subprocess.Popen[bytes]
    log: Path
    letters_in: Path

    def letters(self) -> list[EmailMessage]:
        """Every e-mail this worker has sent."""
        found = []
        for path in sorted(self.letters_in.glob("*.log")):
            parts = path.read_bytes().split(b"-" * 79 + b"\n")  # how Django's file backend ends a letter
            found += [message_from_bytes(part, policy=policy.default) for part in parts if part.strip()]
        return found  # type: ignore[return-value]


@contextmanager
def celery_worker(folder: Path, **other: str) -> Iterator[Worker]:
    """A worker on this test's database and queue (or in an `other` environment), ready for tasks; gone afterwards."""
    letters, log = folder / "letters", folder / "worker.log"
    letters.mkdir()
    world = {name: getattr(settings, name) for name in ("SITE_URL", "STRIPE_API_BASE", "STRIPE_SECRET_KEY")}
    environment = os.environ | world | {"EMAIL_URL": f"file://{letters}", "PYTHONUNBUFFERED": "1"} | other
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-Q", QUEUES, "--concurrency", "2",
               "--loglevel", "INFO", "--without-gossip", "--without-mingle"]  # fmt: skip
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
        try:
            wait_until(lambda: b" ready." in log.read_bytes() or process.poll() is not None, seconds=40)
            assert process.poll() is None, log.read_text()
            yield Worker(process, log, letters)
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until(true, *, seconds: float = 10, every: float = 0.05) -> None:  # type: ignore[no-untyped-def]
    """Return as soon as it is true; fail when it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"Not so within {seconds} seconds."
        time.sleep(every)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "The browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def complaints_of(page: Page) -> list[str]:
    """Fills while the page is used: script errors, what the security policy blocked, files that were not there."""
    found: list[str] = []

    def spoke(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            found.append(message.text)

    def answered(response: Response) -> None:
        of_the_page = response.request.resource_type != "document" and not response.url.endswith("/favicon.ico")
        if response.status >= 400 and of_the_page:
            found.append(f"{response.status} {response.url}")

    page.on("console", spoke)
    page.on("response", answered)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
