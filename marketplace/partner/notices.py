"""What a producer is told about its own standing in the shop."""

from datetime import datetime

from marketplace.notices.actions import Recipient, tell
from marketplace.notices.links import link

from .models import Partner


def producer_verified(producer: Partner, at: datetime) -> None:
    _tell("producer_verified", producer, at)


def producer_doubted(producer: Partner, reason: str, at: datetime) -> None:
    _tell("producer_doubted", producer, at, reason=reason)


def _tell(kind: str, producer: Partner, at: datetime, **facts: str) -> None:
    """To everybody who acts for the producer; each time anew."""
    for user in producer.users.filter(is_active=True):
        told = {"name": user.get_full_name(), "producer": producer.name} | facts
        told["url"] = link("desk:listings", language=user.language)
        tell(kind=kind, key=f"{producer.pk}:{at.isoformat()}:{user.pk}", to=Recipient.of(user), facts=told)
