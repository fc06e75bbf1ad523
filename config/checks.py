"""What must not go to production, by name: `manage.py check --deploy` refuses it."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from config import embedded
from marketplace.notices.ways import quiet_hours


def on_this_machine(url: str) -> bool:
    """True of an address that only this machine reaches."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"}


@register(Tags.security, deploy=True)
def production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every development value left in the environment, each with what to set instead."""
    return [Error(f"{name}: {why}", hint=hint, id=f"ocop.{name}") for name, why, hint in _refusals()]


def _refusals() -> Iterator[tuple[str, str, str]]:
    if settings.SECRET_KEY == settings.DEVELOPMENT_KEY:
        yield "SECRET_KEY", "the development key is public.", "Set SECRET_KEY to 50 random characters."
    if settings.DEBUG:
        yield "DEBUG", "pages of errors would show the program's inside.", "Unset DEBUG."
    if settings.DEMO:
        yield "DEMO", "invented goods, prices and certificates must not be sold.", "Unset DEMO; use a fresh database."
    if embedded.database_url() == settings.DATABASE_URL:
        yield "DATABASE_URL", "the checkout's own PostgreSQL is for development.", "Set DATABASE_URL."
    if embedded.redis_url() == settings.REDIS_URL:
        yield "REDIS_URL", "the checkout's own Valkey is for development.", "Set REDIS_URL."
    if on_this_machine(settings.SITE_URL):
        yield "SITE_URL", "links in messages would lead nowhere.", "Set SITE_URL to the shop's public https address."
    if settings.EMAIL_BACKEND.rsplit(".", 2)[-2] != "smtp":
        yield (
            "EMAIL_URL",
            "no message would leave this machine.",
            "Set EMAIL_URL to smtp://user:password@host:587?tls=1.",
        )
    yield from _phone_refusals()
    yield from _payment_refusals()


def _phone_refusals() -> Iterator[tuple[str, str, str]]:
    """A shop may do without SMS and Zalo, but not write them where nobody reads them."""
    for name in ("SMS_URL", "ZNS_URL"):
        url = getattr(settings, name)
        if url and (urlsplit(url).scheme != "https" or on_this_machine(url)):
            yield (
                name,
                "no message would reach a phone safely.",
                f"Set {name} to the provider's https address, or unset it.",
            )
    try:
        quiet_hours(settings.QUIET_HOURS)
    except ValueError:
        yield "QUIET_HOURS", "these are no hours.", "Set QUIET_HOURS as in 21:00-07:00, or to nothing."


def _payment_refusals() -> Iterator[tuple[str, str, str]]:
    if on_this_machine(settings.STRIPE_API_BASE):
        yield (
            "STRIPE_API_BASE",
            "the stand-in payment server takes no money.",
            "Set STRIPE_SECRET_KEY, unset STRIPE_API_BASE.",
        )
    if not settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
        yield "STRIPE_SECRET_KEY", "it is not a live key of Stripe.", "Set STRIPE_SECRET_KEY to the account's live key."
    secrets = [one.strip() for one in settings.STRIPE_WEBHOOK_SECRET.split(",")]
    if "whsec_standin" in secrets or not all(one.startswith("whsec_") for one in secrets):
        yield (
            "STRIPE_WEBHOOK_SECRET",
            "anybody could report a payment.",
            "Set STRIPE_WEBHOOK_SECRET as Stripe shows it.",
        )
