"""What the shop can show a bank that doubts a payment: everything it knows of the order, gathered from where it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import contents, door
from marketplace.notices.models import Delivery, Notice
from marketplace.order.models import Line, Order
from marketplace.payment.models import Dispute, Refund
from marketplace.people.phones import spoken

EARLIER = 5  # orders of the same buyer that nobody disputed


@dataclass(frozen=True)
class Parcel:
    """How a part of the order reached its buyer, as far as it did."""

    row: Fulfilment
    contents: Sequence[str]


@dataclass(frozen=True)
class Message:
    """What the buyer was told, and when it left."""

    notice: Notice
    sent_at: datetime


@dataclass(frozen=True)
class Evidence:
    dispute: Dispute
    order: Order
    lines: Sequence[Line]
    address: str  # where it was to go; of a pickup empty
    phone: str
    parcels: Sequence[Parcel]
    messages: Sequence[Message]
    refunds: Sequence[Refund]
    earlier: Sequence[Order]


def gather(dispute: Dispute) -> Evidence:
    """Of the order as it is now."""
    order = Order.objects.select_related("user", "shipping_address__commune__province").get(pk=dispute.source.order_id)
    return Evidence(
        dispute=dispute, order=order, lines=list(order.lines.order_by("pk")),
        address=door(order.shipping_address) if order.shipping_address else "",
        phone=spoken(order.phone) if order.phone else "", parcels=_parcels(order), messages=_messages(order),
        refunds=list(Refund.objects.filter(source__order=order).order_by("pk")), earlier=_earlier(order),
    )  # fmt: skip


def _parcels(order: Order) -> list[Parcel]:
    rows = Fulfilment.objects.with_goods().filter(order=order).select_related("location__commune").order_by("pk")
    return [Parcel(row, contents(row)) for row in rows]


def _messages(order: Order) -> list[Message]:
    """Those that really left, the first first."""
    told = Notice.objects.filter(email=order.email, created_at__gte=order.date_placed, facts__number=order.number)
    sent = told.filter(deliveries__status=Delivery.Status.SENT).annotate(sent_at=Max("deliveries__sent_at"))
    return [Message(one, one.sent_at) for one in sent.order_by("sent_at", "pk")] if order.email else []


def _earlier(order: Order) -> list[Order]:
    """They say that the buyer is who the buyer says: the same e-mail and telephone, and all went well."""
    rows = Order.objects.filter(status=Order.Status.COMPLETED, date_placed__lt=order.date_placed, phone=order.phone)
    same = rows.filter(user=order.user) if order.user else rows.filter(guest_email__iexact=order.email)
    disputed = Dispute.objects.values("source__order")
    return list(same.exclude(pk__in=disputed).order_by("-date_placed")[:EARLIER])
