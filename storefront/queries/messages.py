"""What was written to somebody, and what can be chosen about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language

from marketplace import roles
from marketplace.notices.letters import in_inbox
from marketplace.notices.models import Notice, Preference
from marketplace.notices.queries import bounces
from marketplace.notices.ways import Way
from marketplace.order.models import Order
from marketplace.people.models import User
from marketplace.people.phones import spoken

from ..asked import asked as read
from .pages import pager

SIZE = 20


@dataclass(frozen=True)
class Message:
    pk: int
    title: str
    text: str
    at: datetime
    is_new: bool


def inbox_page(user: User, asked: QueryDict, path: str) -> dict[str, Any]:
    """A page of the inbox, in the language that the page is read in. Two queries."""
    rows, number = Notice.objects.inbox_of(user), read(asked).page
    total = rows.order_by().count()
    found = rows[(number - 1) * SIZE : number * SIZE]
    return {"rows": [_message(one) for one in found], "pager": pager(number, total, SIZE, asked, path)}


def _message(notice: Notice) -> Message:
    title, text = in_inbox(notice, get_language() or "vi")
    return Message(notice.pk, title, text, notice.created_at, notice.read_at is None)


def asked_of(user: User) -> dict[str, Any]:
    """What a person with an account may choose."""
    return _asked(Preference.objects.filter(user=user).first(), user, works=roles.moves_goods(user))


def asked_of_order(order: Order) -> dict[str, Any]:
    """What the guest of an order may choose."""
    return _asked(Preference.objects.filter(about=order.number).first(), order, works=False)


def _asked(chosen: Preference | None, whose: User | Order, *, works: bool) -> dict[str, Any]:
    return {
        "preference": chosen or Preference(), "language": whose.language, "works": works, "by_email": bool(whose.email),
        "by_phone": phone_ways() if whose.phone else [],
    }  # fmt: skip


def phone_ways() -> Sequence[Way]:
    """The channels to a phone that this shop has."""
    return [way for way, url in ((Way.ZNS, settings.ZNS_URL), (Way.SMS, settings.SMS_URL)) if url]


def addresses(whose: User | Order) -> dict[str, Any]:
    """Where the messages go, and whether letters come back from there."""
    email, phone = whose.email or "", whose.phone
    return {"email": email, "phone": spoken(phone) if phone else "", "email_bounces": bounces(email), "quiet": quiet()}


def quiet() -> str:
    """The shop's own quiet hours, as people write them."""
    return settings.QUIET_HOURS.replace("-", " – ")
