"""The ways a notice travels. Each writes it in its own form, and answers with what it was told or raises `NotDelivered`."""

from collections.abc import Callable

from django.conf import settings

from ..letters import letter, short
from ..models import Notice
from ..ways import Way
from . import email, sms, zns
from .answers import Accepted

CHANNELS: dict[str, Callable[[Notice], Accepted]] = {
    Way.EMAIL: lambda notice: email.send(letter(notice)),
    Way.SMS: lambda notice: sms.send(short(notice)),
    Way.ZNS: lambda notice: zns.send(short(notice)),
}


def usable(kind: str, language: str) -> set[str]:
    """The ways that the shop has set up for messages of that kind."""
    phone = {Way.SMS} if settings.SMS_URL else set()
    return {Way.EMAIL, *phone, *({Way.ZNS} if zns.template(kind, language) else ())}
