"""Telling someone: a row now, in the caller's transaction; delivery by a worker afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from .models import Delivery, Notice


@dataclass(frozen=True)
class Recipient:
    """Whom to tell. `email` empty: the notice is kept but nothing is sent."""

    email: str = ""
    phone: str = ""
    language: str = "vi"
    user_id: int | None = None

    @classmethod
    def of(cls, user: Any) -> "Recipient":
        return cls(email=user.email or "", phone=user.phone or "", language=user.language, user_id=user.pk)


def tell(*, kind: str, key: str, to: Recipient, facts: dict[str, Any], at: datetime | None = None) -> None:
    """The outbox holds the notice once, however often the same event is told.

    `kind` names the folder of its words, templates/notices/<kind>/; `facts` are JSON values only.
    """
    notice, is_new = Notice.objects.get_or_create(
        key=f"{kind}:{key}",
        defaults={
            "kind": kind, "user_id": to.user_id, "email": to.email, "phone": to.phone,
            "language": to.language, "facts": facts,
        },
    )  # fmt: skip
    if is_new and to.email:
        delivery = Delivery.objects.create(notice=notice, channel="email", next_try_at=at or timezone.now())
        transaction.on_commit(lambda: _ring(delivery.pk))


def _ring(delivery_id: int) -> None:
    from .tasks import deliver, ring

    ring(deliver, delivery_id)
