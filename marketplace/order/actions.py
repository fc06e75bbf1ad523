"""Orders: written once with everything as sold, then moved from state to state. Only here are orders locked."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from oscar.apps.address.models import Country

from marketplace import rows
from marketplace.journal import actions as journal
from marketplace.money import ZERO, split

from .drafts import Buyer, Door, Draft, DraftDiscount, DraftLine
from .models import Line, LinePrice, Order, OrderDiscount, OrderLineDiscount, ShippingAddress
from .numbers import new_number

PRICE = (
    "order", "line", "quantity", "price_incl_tax", "price_excl_tax", "shipping_incl_tax", "shipping_excl_tax", "tax_code",
)  # fmt: skip
HOME = Country(pk="VN", printable_name="Việt Nam")


def lock(order_id: int) -> Order:
    """The order, for this transaction alone. Locked before any balance."""
    return Order.objects.select_for_update(of=("self",)).get(pk=order_id)


@transaction.atomic(savepoint=False)
def create(
    *, draft: Draft, basket: Any, buyer: Buyer, door: Door | None, way: str, payment: str, note: str, at: datetime,
    pay_by: datetime | None, by: Any,
) -> tuple[Order, list[Line]]:  # fmt: skip
    """The order stands with its lines as sold. It waits for payment until `pay_by`; without one it is confirmed.

    `way`: "delivery", "pickup" or "both".
    """
    status = Order.Status.AWAITING_PAYMENT if pay_by else Order.Status.CONFIRMED
    order = Order.objects.create(
        number=new_number(), site_id=settings.SITE_ID, basket=basket, user_id=buyer.user_id, date_placed=at,
        guest_email=buyer.email, contact_name=buyer.name, phone=buyer.phone, language=buyer.language,
        adult_confirmed=buyer.adult, payment_method=payment, pay_by=pay_by, status=status, currency="VND",
        total_incl_tax=draft.total, total_excl_tax=draft.total - draft.vat,
        shipping_incl_tax=draft.shipping, shipping_excl_tax=draft.shipping,
        shipping_code=way, shipping_address=_address(door, buyer) if door else None,
    )  # fmt: skip
    lines = Line.objects.bulk_create([_line(order, line) for line in draft.lines])
    rows.insert(LinePrice, PRICE, [price for line in lines for price in _prices(line)])
    if draft.discounts:
        _keep_discounts(order, lines, draft)
    if note:
        order.notes.create(message=note, user=by)
    journal.note(order, "order.placed", by=by, total=int(draft.total))
    return order, lines


def _address(door: Door, buyer: Buyer) -> ShippingAddress:
    return ShippingAddress.objects.create(
        first_name=buyer.name, phone_number=buyer.phone, line1=door.street, line4=door.commune.name,
        state=door.commune.province.name, commune=door.commune, country=HOME,
    )  # fmt: skip


def _line(order: Order, line: DraftLine) -> Line:
    return Line(
        order=order, product=line.product, title=line.product.title, upc=line.product.upc, quantity=line.quantity,
        partner=line.producer, partner_name=line.producer.name, partner_sku=line.stockrecord.partner_sku,
        stockrecord=line.stockrecord, num_allocated=0, unit_price_incl_tax=line.unit_price,
        unit_price_excl_tax=line.net(line.unit_price),
        line_price_incl_tax=line.total, line_price_excl_tax=line.net(line.total),
        line_price_before_discounts_incl_tax=line.before, line_price_before_discounts_excl_tax=line.net(line.before),
        vat_percent=line.vat_percent, commission_percent=line.commission_percent, weight_grams=line.weight_grams,
        perishable=line.product.perishable,
        stars=line.stars, certificate_id=line.certificate_id, box=line.box, per_box=line.per_box,
    )  # fmt: skip


def _prices(line: Line) -> list[tuple[Any, ...]]:
    """What each piece cost after discounts, in whole đồng that add up to the line."""
    ones = [1] * line.quantity
    pieces = zip(split(line.line_price_incl_tax, ones), split(line.line_price_excl_tax, ones), strict=True)
    return [(line.order_id, line.pk, n, gross, net, ZERO, ZERO, None) for (gross, net), n in Counter(pieces).items()]


def _keep_discounts(order: Order, lines: list[Line], draft: Draft) -> None:
    kept = OrderDiscount.objects.bulk_create([_discount(order, one) for one in draft.discounts])
    of_offer = {one.offer_id: one for one in kept}
    OrderLineDiscount.objects.bulk_create(
        OrderLineDiscount(line=line, order_discount=of_offer[offer], is_incl_tax=True, amount=amount)
        for line, drafted in zip(lines, draft.lines, strict=True)
        for offer, amount in drafted.discounts
    )


def _discount(order: Order, one: DraftDiscount) -> OrderDiscount:
    return OrderDiscount(
        order=order, offer_id=one.offer_id, offer_name=one.offer_name, frequency=one.frequency, amount=one.amount,
        category=OrderDiscount.SHIPPING if one.on_delivery else OrderDiscount.BASKET,
        voucher_id=one.voucher_id, voucher_code=one.voucher_code,
    )  # fmt: skip


def confirm(*, order: Order, paid_at: datetime | None = None) -> None:
    """The locked order is paid, or will be in cash: it may be picked."""
    order.status, order.pay_by, order.paid_at = Order.Status.CONFIRMED, None, paid_at
    order.save(update_fields=["status", "pay_by", "paid_at"])
    journal.note(order, "order.paid" if paid_at else "order.confirmed")


def paid(*, order: Order, at: datetime) -> None:
    """All the money of the locked order, which went on without it, is here."""
    order.paid_at = at
    order.save(update_fields=["paid_at"])
    journal.note(order, "order.paid")


def speak(*, order: Order, language: str) -> None:
    """The locked order's messages are in that language."""
    order.language = language
    order.save(update_fields=["language"])


def take_off(*, order: Order, line_id: int, quantity: int, by: Any = None, reason: str = "") -> Decimal:
    """So many pieces of the locked order will not come; nobody has to pay them. How much less it costs."""
    line = Line.objects.get(order=order, pk=line_id)
    amount = line.worth(quantity)
    line.cancelled_quantity += quantity
    line.save(update_fields=["cancelled_quantity"])
    waive(order=order, amount=amount)
    why = {"reason": reason} if reason else {}
    journal.note(order, "order.pieces_taken_off", by=by, line=line_id, quantity=quantity, **why)
    return amount


def pay_for_return(*, order: Order, line_id: int, quantity: int) -> Decimal:
    """So many pieces that the buyer of the locked order had are not to be paid after all. How much less it costs."""
    line = Line.objects.get(order=order, pk=line_id)
    amount = line.worth(quantity)
    line.returned_quantity += quantity
    line.save(update_fields=["returned_quantity"])
    waive(order=order, amount=amount)
    return amount


def waive(*, order: Order, amount: Decimal) -> None:
    """The locked order costs so much less; its totals stay as sold."""
    order.given_up += amount
    order.save(update_fields=["given_up"])


def complete(*, order: Order) -> None:
    """The buyer of the locked order has everything."""
    order.status = Order.Status.COMPLETED
    order.save(update_fields=["status"])
    journal.note(order, "order.completed")


def cancel(*, order: Order, reason: str, by: Any, at: datetime) -> None:
    """The locked order will not be fulfilled."""
    order.status, order.cancelled_at, order.cancel_reason = Order.Status.CANCELLED, at, reason
    order.save(update_fields=["status", "cancelled_at", "cancel_reason"])
    journal.note(order, "order.cancelled", by=by, reason=reason)
