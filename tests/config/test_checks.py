"""`manage.py check --deploy`: clean as production, and each development value refused by its name."""

import os
import subprocess
import sys

import pytest

from config.checks import on_this_machine
from config.prepare import ROOT

PRODUCTION = {
    "SECRET_KEY": "8f2b6c1e9a7d4053b1c6e8f2a9d07b54c3e1f6a8d2b97c40e5a1",
    "DATABASE_URL": "postgres://shop:secret@db.example.vn/shop",
    "REDIS_URL": "rediss://cache.example.vn:6379/0",
    "SITE_URL": "https://ocop.example.vn",
    "ALLOWED_HOSTS": "ocop.example.vn",
    "EMAIL_URL": "smtp://post:secret@mail.example.vn:587?tls=1",
    "STRIPE_SECRET_KEY": "sk_live_51example",
    "STRIPE_WEBHOOK_SECRET": "whsec_51example",
}


def check(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """The command as an operator runs it, with production's environment but for the changes."""
    world = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"} | PRODUCTION | changes
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    environment = {name: value for name, value in world.items() if value is not None}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_production_is_clean() -> None:
    done = check()
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_bare_environment_is_refused_by_every_name() -> None:
    said = check(**dict.fromkeys(PRODUCTION), DEBUG="1", DEMO="1").stderr
    names = "SECRET_KEY DEBUG DEMO DATABASE_URL REDIS_URL SITE_URL EMAIL_URL STRIPE_API_BASE STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET"
    assert [name for name in names.split() if f"(ocop.{name})" not in said] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMS_URL", "file:///var/sms"),
        ("ZNS_URL", "http://zns.example.vn/send"),
        ("QUIET_HOURS", "21:00-25:00"),
        ("DEMO", "1"),
        ("STRIPE_API_BASE", "http://127.0.0.1:12111"),
        ("STRIPE_SECRET_KEY", "sk_test_x"),
        ("DATABASE_URL", None),
    ],
)
def test_one_development_value_is_refused_alone(name: str, value: str | None) -> None:
    done = check(**{name: value})
    assert done.returncode == 1
    assert done.stderr.count("(ocop.") == 1 and f"(ocop.{name})" in done.stderr


@pytest.mark.parametrize(
    "url", ["http://localhost:1", "http://127.0.0.1", "http://127.8.8.8", "http://[::1]:12111", ""]
)
def test_loopback_is_this_machine(url: str) -> None:
    assert on_this_machine(url)


def test_stripe_is_not_this_machine() -> None:
    assert not on_this_machine("https://api.stripe.com")
