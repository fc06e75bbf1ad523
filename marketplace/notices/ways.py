"""By which ways a message goes, and when it may ring. Pure: the kind, the addresses and the reader's wishes decide."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .kinds import Group, Kind


class Way(TextChoices):
    EMAIL = "email", _("E-mail")
    ZNS = "zns", "Zalo"
    SMS = "sms", "SMS"


PHONE = (Way.ZNS, Way.SMS)
Quiet = tuple[time, time] | None


@dataclass(frozen=True)
class Reach:
    """Where somebody can be reached, and what they like: `by_phone` is a phone channel, or nothing."""

    email: bool
    phone: bool
    by_email: bool = True
    by_phone: str = ""


def ways(kind: Kind, reach: Reach, usable: Collection[str]) -> list[Way]:
    """The ways of one message. What happens to an order is heard of whenever there is any way at all."""
    if kind.group == Group.SECURITY:
        return [Way.EMAIL] if reach.email else []
    chosen = [Way.EMAIL] if reach.email and reach.by_email else []
    if reach.phone and reach.by_phone:
        chosen += _by_phone(reach.by_phone, usable)
    return chosen or (_any(reach, usable)[:1] if kind.group == Group.ORDERS else [])


def instead(kind: Kind, reach: Reach, usable: Collection[str], tried: Collection[str]) -> Way | None:
    """What is left to try for a message about an order that no other way has carried."""
    if kind.group != Group.ORDERS:
        return None
    return next((way for way in _any(reach, usable) if way not in tried), None)


def _by_phone(liked: str, usable: Collection[str]) -> list[Way]:
    """The liked one; where the shop cannot use it, the other."""
    return [way for way in sorted(PHONE, key=lambda way: way != liked) if way in usable][:1]


def _any(reach: Reach, usable: Collection[str]) -> list[Way]:
    phone = [way for way in PHONE if way in usable] if reach.phone else []
    return [*([Way.EMAIL] if reach.email else []), *phone]


def quiet_hours(text: str) -> Quiet:
    """`21:00-07:00` as two times of day; nothing for nothing."""
    begins, _dash, ends = text.partition("-")
    return (time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())) if ends else None


def loud_at(at: datetime, quiet: Quiet) -> datetime:
    """`at`, or the end of the quiet hours in which it lies. Hours that end when they begin are none."""
    if quiet is None or quiet[0] == quiet[1]:
        return at
    begins, ends = quiet
    local = timezone.localtime(at)
    now = local.time()
    if begins < ends:
        silent, day = begins <= now < ends, local.date()
    else:
        silent, day = now >= begins or now < ends, local.date() + timedelta(days=now >= begins)
    return timezone.make_aware(datetime.combine(day, ends)) if silent else at
