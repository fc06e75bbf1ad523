"""Goods that a buyer gives back, as the buyer sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.fulfilment.models import Fulfilment, Return, ReturnLine
from marketplace.fulfilment.queries import Returnable, perishable_terms, returnable
from marketplace.money import ZERO
from marketplace.order.models import Order

Status, Way = Return.Status, Return.Way
KINDS = {Status.ASKED: "waiting", Status.AWAITED: "waiting", Status.SETTLED: "ok"}


@dataclass(frozen=True)
class Given:
    """A return: what, how far it is, and what the buyer can do."""

    label: str
    kind: str
    reason: str
    asked_at: datetime
    lines: Sequence[ReturnLine]
    said: str
    answer: str
    amount: Decimal
    less: Decimal
    photos: Sequence[str]
    withdraw_url: str
    sent_url: str
    tracking: str


@dataclass(frozen=True)
class GiveBack:
    """What may be given back of a parcel: where to ask, until when, and what not."""

    url: str = ""
    until: date | None = None
    notes: Sequence[str] = field(default_factory=tuple)


def given_back(order: Order) -> list[Given]:
    """The order's returns, the oldest first. Three queries at most."""
    rows = Return.objects.filter(fulfilment__order=order).select_related("fulfilment__location__commune")
    return [_given(order, one) for one in rows.prefetch_related("lines__line", "photos").order_by("pk")]


def _given(order: Order, one: Return) -> Given:
    address, is_open = {"token": order.token, "pk": one.pk}, one.status in Return.OPEN
    to_send = one.status == Status.AWAITED and one.way == Way.CARRIER and not one.sent_at
    on_its_way = one.status == Status.AWAITED and bool(one.sent_at)
    return Given(
        label=_("On its way back") if on_its_way else str(one.get_status_display()),
        kind=KINDS.get(Status(one.status), "stopped"),
        reason=str(one.get_reason_display()),
        asked_at=one.asked_at,
        lines=list(one.lines.all()),
        said=_said(one),
        answer=one.answer,
        amount=one.refunded,
        less=one.less if one.status == Status.SETTLED else ZERO,
        photos=[reverse("shop:return-photo", args=[order.token, photo.pk]) for photo in one.photos.all()],
        withdraw_url=reverse("shop:return-withdraw", kwargs=address) if is_open and not on_its_way else "",
        sent_url=reverse("shop:return-sent", kwargs=address) if to_send else "",
        tracking=one.tracking,
    )


def _said(one: Return) -> str:
    """What comes next, in a sentence."""
    place = one.fulfilment.location
    where = ", ".join(part for part in (place.name, place.street, place.commune.name if place.commune else "") if part)
    facts = {"place": place.name, "where": where, "day": f"{one.send_by:%d/%m/%Y}" if one.send_by else ""}
    if one.status == Status.ASKED:
        return _("%(place)s looks at it and answers you. Please keep the goods and their packing.") % facts
    if one.status == Status.AWAITED and one.sent_at:
        return _("Once %(place)s has looked at the goods, your money goes back.") % facts
    if one.status == Status.AWAITED and one.way == Way.COUNTER:
        return _("Please hand the goods in by %(day)s: %(where)s.") % facts
    if one.status == Status.AWAITED:
        return _("Please send the goods by %(day)s to: %(where)s.") % facts
    if one.status == Status.SETTLED and one.way == Way.KEEP:
        return _("You need not send the goods back.")
    return ""


def give_back(parcel: Fulfilment, at: datetime) -> GiveBack:
    """Nothing, of goods that the buyer does not have. Two queries."""
    today, lines = timezone.localdate(at), returnable(parcel)
    still = [one for one in lines if one.open_on(today)]
    notes = [perishable_note(one.part.line.title) for one in lines if one.part.line.perishable]
    if not still:
        return GiveBack(notes=notes)
    url = reverse("shop:return", kwargs={"token": parcel.order.token, "pk": parcel.pk})
    return GiveBack(url, max(_last_day(one) for one in still), notes)


def _last_day(one: Returnable) -> date:
    return max(one.fault_until, one.unwanted_until or one.fault_until)


def perishable_note(title: str) -> str:
    """Which goods are not taken back for a change of mind, and why."""
    return f"{title}: {perishable_terms()}"


def parcels_of(order_token: str) -> QuerySet[Fulfilment]:
    """Of whoever holds the order's link."""
    return Fulfilment.objects.filter(order__token=order_token).select_related("order", "location")
