"""An order as its buyer sees it: what happened, what comes next, and what to show at the counter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import segno
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.illustrations import illustration_for
from marketplace.fulfilment.models import Fulfilment, ParcelEvent, ShortLine
from marketplace.locations.promise import spoken as spoken_promise
from marketplace.money import ZERO
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.people.phones import spoken
from marketplace.stock.queries import on_the_way

from .account import KINDS
from .cards import Picture
from .points import Point, point_of
from .shortages import ended, why

Status = Fulfilment.Status
PICKUP = (Status.OPEN, Status.PICKING, Status.PACKED, Status.READY, Status.COLLECTED)
DELIVERY = (Status.OPEN, Status.PICKING, Status.PACKED, Status.SHIPPED, Status.DELIVERED)


@dataclass(frozen=True)
class Step:
    label: str
    at: datetime | None
    state: str  # done, now, todo
    note: str = ""


@dataclass(frozen=True)
class SummaryLine:
    title: str
    url: str
    picture: Picture | None
    illustration: str
    seller: str
    quantity: int
    unit_price: Decimal
    total: Decimal
    badge_stars: int | None = None


@dataclass(frozen=True)
class Summary:
    lines: list[SummaryLine]
    subtotal: Decimal
    discount: Decimal
    shipping: Decimal
    shipping_label: str
    vat: Decimal
    total: Decimal
    weight_note: str = ""
    given_up: Decimal = ZERO


@dataclass(frozen=True)
class Parcel:
    """What one place packs. `code` and its QR only while the goods wait to be collected. `phone`: whom to ask."""

    title: str
    method: str
    place: Point | None
    phone: str
    code: str
    qr: str
    collect_by: date | None
    promise: str
    carrier: str
    tracking_number: str
    tracking_url: str
    status_label: str
    steps: list[Step]
    way: list[Step]
    lines: list[SummaryLine]


@dataclass(frozen=True)
class Short:
    """Pieces that were missing: `said` what became of them, or `url` where to choose."""

    title: str
    quantity: int
    why: str
    said: str
    url: str
    waits: bool


@dataclass(frozen=True)
class OrderPage:
    order: Order
    state: str
    state_kind: str
    steps: list[Step]
    parcels: list[Parcel]
    summary: Summary
    contact: list[tuple[str, str]]
    delivery: list[tuple[str, str]]
    payment: list[tuple[str, str]]
    pay_url: str
    pay_by: datetime | None
    can_cancel: bool
    cancel_url: str
    refund: tuple[Decimal, str] | None = field(default=None)
    shorts: list[Short] = field(default_factory=list)


def whole_orders() -> QuerySet[Order]:
    """Orders with all that their page prints."""
    parcels = (
        Fulfilment.objects.select_related("location__commune", "by_carrier")
        .prefetch_related("location__hours", "lines", "events", "shorts__found_at", "shorts__line")
        .order_by("pk")
    )
    found = Order.objects.select_related("user", "shipping_address__commune__province")
    return found.prefetch_related(
        "lines__product__images", "lines__product__producer", Prefetch("fulfilments", parcels)
    )


def order_page(order: Order) -> OrderPage:
    """The page of an order out of `whole_orders()`. One query more."""
    lines = {line.pk: _line(line) for line in order.lines.all()}
    parcels = [one for one in order.fulfilments.all() if one.lines.all()]
    awaits = order.status == Order.Status.AWAITING_PAYMENT and order.payment_method == Order.Method.CARD
    running = order.status in (Order.Status.AWAITING_PAYMENT, Order.Status.CONFIRMED)
    return OrderPage(
        order=order,
        state=order.status_label,
        state_kind=KINDS[Order.Status(order.status)],
        steps=_order_steps(order),
        parcels=[_parcel(one, lines) for one in parcels],
        summary=_summary(order, list(lines.values())),
        contact=_told((_("Name"), order.contact_name), (_("Phone"), _spoken(order.phone)), (_("E-mail"), order.email)),
        delivery=_delivery(order),
        payment=_told((_("Payment"), order.get_payment_method_display())),
        pay_url=reverse("checkout:pay", kwargs={"token": order.token}) if awaits else "",
        pay_by=order.pay_by if awaits else None,
        can_cancel=running and all(one.status == Status.OPEN for one in parcels),
        shorts=[_short(short) for one in order.fulfilments.all() for short in one.shorts.all()],
        cancel_url=reverse("shop:order-cancel", kwargs={"token": order.token}),
        refund=_refund(order),
    )


def _line(line: Any) -> SummaryLine:
    product = line.product
    photo = next(iter(product.images.all()), None) if product else None
    return SummaryLine(
        title=line.title,
        url=product.get_absolute_url() if product and product.may_be_sold else "",
        picture=Picture.of(photo.original.name) if photo else None,
        illustration=illustration_for(line.title),
        seller=line.partner_name,
        quantity=line.quantity,
        unit_price=line.unit_price_incl_tax or ZERO,
        total=line.line_price_incl_tax,
        badge_stars=line.stars,
    )


def _summary(order: Order, lines: list[SummaryLine]) -> Summary:
    """As sold; pieces taken off, with their part of the tax, stand on a line of their own."""
    sold = list(order.lines.all())
    goods = sum((line.line_price_before_discounts_incl_tax for line in sold), ZERO)
    return Summary(
        lines=lines,
        subtotal=goods,
        discount=goods + order.shipping_incl_tax - order.total_incl_tax,
        shipping=order.shipping_incl_tax,
        shipping_label=_("Pickup") if order.is_pickup else _("Delivery"),
        vat=sum((line.left_incl_tax - line.left_excl_tax for line in sold), ZERO),
        total=order.due,
        given_up=order.given_up,
    )


def _order_steps(order: Order) -> list[Step]:
    steps = [Step(_("Placed"), order.date_placed, "done")]
    if order.payment_method == Order.Method.CARD and not order.cancelled_at:
        paid = Step(_("Paid"), order.paid_at, "done")
        steps.append(paid if order.paid_at else Step(order.status_label, None, "now"))
    if order.cancelled_at:
        steps.append(Step(_("Cancelled"), order.cancelled_at, "now", order.cancel_label))
    elif order.status == Order.Status.COMPLETED:
        steps.append(Step(_("Completed"), None, "done"))
    return steps


def _parcel(one: Fulfilment, lines: dict[int, SummaryLine]) -> Parcel:
    pickup, ready = one.method == Fulfilment.Method.PICKUP, one.status == Status.READY
    title = _("Collect at %s") % one.location.name if pickup else _("Parcel from %s") % one.location.name
    code = one.code if pickup and ready else ""
    parts = [(lines[part.line_id], part.quantity) for part in one.lines.all() if part.line_id in lines]
    return Parcel(
        title=title,
        method=one.method,
        place=point_of(one.location) if pickup else None,
        phone="" if pickup else one.location.phone,
        code=code,
        qr=segno.make_qr(code).svg_data_uri(scale=6, border=2) if code else "",
        collect_by=one.collect_by if pickup else None,
        promise=_promise(one, timezone.now()) if pickup else "",
        carrier=one.carrier,
        tracking_number=one.tracking_number,
        tracking_url=one.tracking_url,
        status_label=one.get_status_display(),
        steps=_parcel_steps(one, PICKUP if pickup else DELIVERY),
        way=_way(one),
        lines=[_share(line, quantity) for line, quantity in parts],
    )


def _way(one: Fulfilment) -> list[Step]:
    """What the carrier told of the parcel, the newest first; the words that the books contradict are not the buyer's."""
    hidden = (ParcelEvent.Outcome.CONTRARY, ParcelEvent.Outcome.REFUSED)
    said = [event for event in one.events.all() if event.outcome not in hidden] if one.by_carrier_id else []
    said.sort(key=lambda event: (event.happened_at, event.pk), reverse=True)
    return [Step(str(event.get_status_display()), event.happened_at, "done", event.reason) for event in said]


def _share(line: SummaryLine, quantity: int) -> SummaryLine:
    return SummaryLine(
        line.title, line.url, line.picture, line.illustration, line.seller, quantity, line.unit_price,
        line.unit_price * quantity, line.badge_stars,
    )  # fmt: skip


def _promise(one: Fulfilment, at: datetime) -> str:
    """When it should be ready and what comes from elsewhere, while both lie ahead and the order stands."""
    awaited = one.order.status == Order.Status.CONFIRMED and one.status in (Status.OPEN, Status.PICKING, Status.PACKED)
    if not awaited or one.promised_at is None or one.promised_at <= at:
        return ""
    sources = dict.fromkeys(coming.source for coming in on_the_way(one.order_id)) if one.status == Status.OPEN else {}
    return spoken_promise(one.promised_at, at=at, sources=list(sources))


def _parcel_steps(one: Fulfilment, way: Sequence[Fulfilment.Status]) -> list[Step]:
    """The whole way; what ended otherwise ends there."""
    moments = {
        Status.PICKING: one.picking_at, Status.PACKED: one.packed_at, Status.READY: one.ready_at,
        Status.SHIPPED: one.shipped_at, Status.COLLECTED: one.finished_at, Status.DELIVERED: one.finished_at,
    }  # fmt: skip
    if one.status not in way:
        done = [Step(str(stop.label), moments[stop], "done") for stop in way if moments.get(stop) and stop != way[-1]]
        failed = _("The carrier brings it back, and the order then ends. What was paid is paid back.")
        return [*done, Step(one.get_status_display(), one.finished_at, "now", failed if one.status == "failed" else "")]
    here = way.index(Status(one.status))
    there = "done" if one.status == way[-1] else "now"
    states = ["done"] * here + [there] + ["todo"] * (len(way) - here - 1)
    return [Step(str(stop.label), moments.get(stop), state) for stop, state in zip(way, states, strict=True)]


def _short(short: ShortLine) -> Short:
    url = reverse("shop:missing", args=[short.token]) if short.closed_at is None else ""
    said = "" if url else ended(short)
    return Short(short.line.title, short.quantity, why(short), said, url, short.chosen == ShortLine.Choice.WAIT)


def _delivery(order: Order) -> list[tuple[str, str]]:
    address = order.shipping_address
    if not address:
        return []
    commune = address.commune
    place = [commune.name, commune.province.name] if commune else []
    return _told((_("Delivery to"), ", ".join(part for part in (address.line1, *place) if part)))


def _refund(order: Order) -> tuple[Decimal, str] | None:
    """What goes back to the buyer, and how far it is."""
    found = list(Refund.objects.filter(source__order=order).order_by("-pk"))
    if not found:
        return None
    due = next((one for one in found if one.status != Refund.Status.MADE), found[0])
    label = _("Paid back") if due.status == Refund.Status.MADE else _("Being paid back")
    return sum((one.amount for one in found), ZERO), label


def _told(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in facts if value]


def _spoken(phone: str) -> str:
    return spoken(phone) if phone else ""
