"""An order as its buyer sees it: what happened, what comes next, and what to show at the counter."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.illustrations import illustration_for
from marketplace.basket.summary import SummaryLine
from marketplace.boxes.grouping import Group, together
from marketplace.checkout.earning import Bargain
from marketplace.checkout.forms import PiecesForm
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.money import ZERO
from marketplace.order.models import Line, Order, OrderDiscount
from marketplace.payment.disputes.queries import holds
from marketplace.payment.models import Refund
from marketplace.people.phones import spoken

from .account import KINDS
from .cards import Picture
from .fewer import bargains, fewer, why_whole
from .invoices import Invoices, invoices
from .parcels import Parcel, Step, parcel, progress, several, told_of
from .paying import Transfer, account_wanted, refund, transfer
from .returns import Given, given_back
from .shortages import ended, why


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
    progress: str
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
    transfer: Transfer | None = None
    account_wanted: bool = False
    returns: list[Given] = field(default_factory=list)
    fewer: PiecesForm | None = field(default=None)
    fewer_url: str = ""
    fewer_not: str = ""  # why no pieces can be taken off, although nobody packs them yet
    invoices: Invoices | None = None
    disputed: bool = False  # it waits until the buyer's bank has decided


def whole_orders() -> QuerySet[Order]:
    """Orders with all that their page prints."""
    parcels = (
        Fulfilment.objects.select_related("location__commune", "by_carrier")
        .prefetch_related("location__hours", "lines", "shorts__found_at", "shorts__line")
        .order_by("pk")
    )
    found = Order.objects.select_related("user", "shipping_address__commune__province", "invoice_request")
    return found.annotate(by_offer=Exists(OrderDiscount.objects.filter(order=OuterRef("pk")))).prefetch_related(
        Prefetch("lines", Line.objects.select_related("box", "stockrecord")),
        "lines__product__images",
        "lines__product__producer",
        Prefetch("fulfilments", parcels),
    )


def order_page(order: Order) -> OrderPage:
    """The page of an order out of `whole_orders()`. One query more and one of what carriers told, one of a card order under way, three of a transfer that is awaited; of goods handed over two for each parcel and their returns."""
    lines = {line.pk: _line(line) for line in order.lines.all()}
    parcels = [one for one in order.fulfilments.all() if one.lines.all()]
    offers = bargains(order)
    awaits = order.status == Order.Status.AWAITING_PAYMENT
    by_card = awaits and order.payment_method == Order.Method.CARD
    refunds = list(Refund.objects.filter(source__order=order).select_related("source__refund_account").order_by("-pk"))
    return OrderPage(
        order=order,
        state=order.status_label,
        state_kind=KINDS[Order.Status(order.status)],
        steps=_order_steps(order),
        parcels=_parcels(order, parcels, lines, offers),
        progress=progress(parcels),
        summary=_summary(
            order, [_boxed(one) if one.box else lines[one.lines[0].pk] for one in together(order.lines.all())]
        ),
        contact=_told((_("Name"), order.contact_name), (_("Phone"), _spoken(order.phone)), (_("E-mail"), order.email)),
        delivery=_delivery(order),
        payment=_told((_("Payment"), order.get_payment_method_display())),
        pay_url=reverse("checkout:pay", kwargs={"token": order.token}) if by_card else "",
        pay_by=order.pay_by if awaits else None,
        shorts=[_short(short) for one in order.fulfilments.all() for short in one.shorts.all()],
        **_changes(order, parcels, offers),
        returns=given_back(order) if any(one.status in Fulfilment.WITH_BUYER for one in parcels) else [],
        refund=refund(refunds),
        transfer=transfer(order) if awaits and not by_card else None,
        account_wanted=account_wanted(refunds),
        invoices=invoices(order),
        disputed=_disputed(order),
    )


def _parcels(
    order: Order, found: list[Fulfilment], lines: dict[int, SummaryLine], offers: list[Bargain]
) -> list[Parcel]:
    told, many = told_of(found), several(order, found)
    why = {one.pk: why_whole(order, offers, one) if many else "" for one in found}
    return [parcel(one, lines, one_of_several=many, why_whole=why[one.pk], way=told[one.pk]) for one in found]


def _disputed(order: Order) -> bool:
    by_card = order.payment_method == Order.Method.CARD
    return by_card and order.status == Order.Status.CONFIRMED and holds(order.pk)


def _changes(order: Order, parcels: list[Fulfilment], offers: list[Bargain]) -> dict[str, Any]:
    """What its buyer may still take back, all of it or some pieces."""
    running = order.status in (Order.Status.AWAITING_PAYMENT, Order.Status.CONFIRMED)
    form, why_not = fewer(order, parcels, offers) if running else (None, "")
    return {
        "can_cancel": running and all(one.off_because or one.status == Fulfilment.Status.OPEN for one in parcels),
        "cancel_url": reverse("shop:order-cancel", kwargs={"token": order.token}),
        "fewer": form,
        "fewer_not": why_not,
        "fewer_url": reverse("shop:order-fewer", kwargs={"token": order.token}),
    }


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
        box=line.box.title if line.box else "",
    )


def _boxed(group: Group) -> SummaryLine:
    """A gift box in one line, with what is in it as sold."""
    first = _line(group.lines[0])
    before = sum((line.line_price_before_discounts_incl_tax for line in group.lines), ZERO)
    return replace(
        first,
        title=group.box.title,
        url=group.box.get_absolute_url() if group.box.is_open else "",
        picture=group.box.picture or first.picture,
        seller="",
        quantity=group.number,
        unit_price=before / group.number,
        total=sum((line.line_price_incl_tax for line in group.lines), ZERO),
        badge_stars=None,
        contents=tuple((f"{line.per_box} × {line.title}", line.stars) for line in group.lines),
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
    if not order.in_cash and not order.cancelled_at:
        paid = Step(_("Paid"), order.paid_at, "done")
        steps.append(paid if order.paid_at else Step(order.status_label, None, "now"))
    if order.cancelled_at:
        steps.append(Step(_("Cancelled"), order.cancelled_at, "now", order.cancel_label))
    elif order.status == Order.Status.COMPLETED:
        steps.append(Step(_("Completed"), None, "done"))
    return steps


def _short(short: ShortLine) -> Short:
    url = reverse("shop:missing", args=[short.token]) if short.closed_at is None else ""
    said = "" if url else ended(short)
    return Short(short.line.title, short.quantity, why(short), said, url, short.chosen == ShortLine.Choice.WAIT)


def _delivery(order: Order) -> list[tuple[str, str]]:
    address = order.shipping_address
    if not address:
        return []
    commune = address.commune
    place = [commune.name, str(commune.province)] if commune else []
    return _told((_("Delivery to"), ", ".join(part for part in (address.line1, *place) if part)))


def _told(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in facts if value]


def _spoken(phone: str) -> str:
    return spoken(phone) if phone else ""
