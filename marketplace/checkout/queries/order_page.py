"""An order as its buyer sees it, by the unguessable link."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import segno
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.basket.summary import Summary, SummaryLine, of_order, ordered, seen
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Line, Order
from marketplace.payment.models import Refund, Source
from marketplace.stock.routing import Reason

from .points import Point, point_of
from .reviewing import Facts, address, contact, day
from .steps import Step, steps_of_order, steps_of_parcel

Status = Order.Status
KINDS = {
    Status.AWAITING_PAYMENT: "waiting", Status.CONFIRMED: "ok", Status.COMPLETED: "ok", Status.CANCELLED: "stopped",
}  # fmt: skip


@dataclass(frozen=True)
class Parcel:
    """`code` and `qr` (a picture as data) only while there is something to collect with them."""

    title: str
    method: str
    place: Point | None
    code: str
    qr: str
    collect_on: date | None
    collect_by: date | None
    carrier: str
    tracking_number: str
    status: str
    status_label: str
    routing: str
    steps: list[Step]
    lines: list[SummaryLine]


@dataclass(frozen=True)
class OrderPage:
    order: Order
    state: str
    state_kind: str
    steps: list[Step]
    parcels: list[Parcel]
    summary: Summary
    contact: Facts
    delivery: Facts
    payment: Facts
    pay_url: str
    pay_by: datetime | None
    can_cancel: bool
    cancel_url: str
    refund: tuple[Decimal, str] | None


def order_page(token: str, at: datetime) -> OrderPage | None:
    """None for a token that is nobody's."""
    found = Order.objects.select_related("user", "shipping_address__commune__province").filter(token=token).first()
    if found is None:
        return None
    order: Order = found
    lines = list(order.lines.select_related("product"))
    seen({line.product.pk: line.product for line in lines if line.product}.values())
    parcels = list(_parcels(order))
    payable = order.status == Status.AWAITING_PAYMENT and order.pay_by is not None and order.pay_by > at
    return OrderPage(
        order=order, state=order.status_label, state_kind=KINDS[Status(order.status)], steps=steps_of_order(order),
        parcels=[_parcel(one, number, len(parcels), lines) for number, one in enumerate(parcels, 1)],
        summary=of_order(order, lines, _("Pickup") if order.is_pickup else _("Delivery")),
        contact=contact(order.contact_name, order.phone, order.email), delivery=_delivery(order, parcels),
        payment=_payment(order), pay_by=order.pay_by if payable else None,
        pay_url=reverse("checkout:pay", args=[token]) if payable else "",
        can_cancel=_can_cancel(order, parcels), cancel_url=reverse("checkout:cancel", args=[token]),
        refund=_refund(order),
    )  # fmt: skip


def _parcels(order: Order) -> Iterable[Fulfilment]:
    found = Fulfilment.objects.filter(order=order).select_related("location__commune").order_by("pk")
    return found.prefetch_related("location__hours", "lines")


def _parcel(one: Fulfilment, number: int, of: int, lines: list[Line]) -> Parcel:
    pickup = one.method == Fulfilment.Method.PICKUP
    shown = one.status == Fulfilment.Status.READY
    title = _("Pickup") if pickup else _("Parcel")
    by_id = {line.pk: line for line in lines}
    return Parcel(
        title=f"{title} {number}/{of}" if of > 1 else title, method=one.method,
        place=point_of(one.location) if pickup else None,
        code=one.code if shown else "", qr=_qr(one) if shown else "",
        collect_on=one.collect_on, collect_by=one.collect_by if shown else None, carrier=one.carrier,
        tracking_number=one.tracking_number, status=one.status, status_label=one.get_status_display(),
        routing=str(Reason(one.routing).label) if one.routing in Reason.values else "", steps=steps_of_parcel(one),
        lines=[_part(by_id[part.line_id], part.quantity) for part in one.lines.all()],
    )  # fmt: skip


def _part(line: Line, quantity: int) -> SummaryLine:
    whole = ordered(line)
    return SummaryLine(**vars(whole) | {"quantity": quantity, "total": whole.unit_price * quantity})


def _qr(one: Fulfilment) -> str:
    return str(segno.make_qr(f"{one.order.number} {one.code}").svg_data_uri(scale=6, border=2))


def _delivery(order: Order, parcels: list[Fulfilment]) -> Facts:
    if order.is_pickup:
        on = parcels[0].collect_on if parcels else None
        return [(_("Collected at"), parcels[0].location.name), *([(_("Day of pickup"), day(on))] if on else [])]
    door = order.shipping_address
    return [(_("Delivered to"), address(door.line1, door.line4, door.state))] if door else []


def _payment(order: Order) -> Facts:
    """The way to pay, and whether it is paid."""
    paid = _("paid") if order.paid_at else _("not paid yet")
    rows = [(_("Payment"), str(Order.Method(order.payment_method).label)), (_("State of the payment"), paid)]
    if order.status == Status.CANCELLED:
        rows.append((_("Why it was cancelled"), order.cancel_label))
    return rows


def _can_cancel(order: Order, parcels: list[Fulfilment]) -> bool:
    """While nobody has begun to pick."""
    live = order.status in (Status.AWAITING_PAYMENT, Status.CONFIRMED)
    return live and all(one.status == Fulfilment.Status.OPEN for one in parcels)


def _refund(order: Order) -> tuple[Decimal, str] | None:
    """All that goes back, and how far it is."""
    refunds = list(Refund.objects.filter(source__in=Source.objects.filter(order=order)))
    if not refunds:
        return None
    made = all(one.status == Refund.Status.MADE for one in refunds)
    return sum((one.amount for one in refunds), Decimal(0)), _("made") if made else _("under way")
