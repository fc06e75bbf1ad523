"""What an order's receipt says: who sold what to whom, what it cost, what was paid and what was given back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.money import ZERO
from marketplace.order.models import Line, Order
from marketplace.payment.models import Refund, Transaction

from .reviewing import Facts, Seller, address, contact, seller


@dataclass(frozen=True)
class Sold:
    """Goods of one line. The discount is off the whole line, the VAT is inside its sum."""

    title: str
    quantity: int
    taken_off: int
    paid_back: int
    unit_price: Decimal
    discount: Decimal
    total: Decimal
    vat_percent: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Part:
    """What one seller sold."""

    seller: Seller
    lines: list[Sold]


@dataclass(frozen=True)
class Moved:
    """Money that came or went. Without `at` it is still on its way."""

    label: str
    amount: Decimal
    at: datetime | None


@dataclass(frozen=True)
class Receipt:
    order: Order
    buyer: Facts
    parts: list[Part]
    goods: Decimal
    discount: Decimal
    vat: Decimal
    paid: list[Moved]
    back: list[Moved]
    demonstration: bool

    @property
    def to_pay(self) -> Decimal:
        """What is still to come; of a cancelled order nothing."""
        if self.order.cancelled_at:
            return ZERO
        kept = sum((one.amount for one in self.paid), ZERO) - sum((one.amount for one in self.back), ZERO)
        return max(self.order.due - kept, ZERO)


def receipt_of(order: Order) -> Receipt:
    """The order as it stands now. Three queries."""
    lines = list(order.lines.select_related("partner__commune").order_by("pk"))
    parts = _parts(lines)
    goods = sum((line.line_price_before_discounts_incl_tax for line in lines), ZERO)
    return Receipt(
        order=order, buyer=_buyer(order), parts=parts, goods=goods,
        discount=goods + order.shipping_incl_tax - order.total_incl_tax,
        vat=sum((one.vat for part in parts for one in part.lines), ZERO), paid=_paid(order), back=_back(order),
        demonstration=settings.DEMO or any(part.seller.demonstration for part in parts),
    )  # fmt: skip


def _parts(lines: list[Line]) -> list[Part]:
    """Each seller once, in the order of the lines; one that is gone by the name it sold under."""
    found: dict[object, Part] = {}
    for line in lines:
        who = line.partner_id or line.partner_name
        if who not in found:
            gone = Seller(line.partner_name, "", "", "", "", False)
            found[who] = Part(seller(line.partner) if line.partner else gone, [])
        found[who].lines.append(_sold(line))
    return list(found.values())


def _sold(line: Line) -> Sold:
    return Sold(
        title=line.title, quantity=line.quantity, taken_off=line.cancelled_quantity, paid_back=line.returned_quantity,
        unit_price=line.unit_price_incl_tax or ZERO,
        discount=line.line_price_before_discounts_incl_tax - line.line_price_incl_tax, total=line.line_price_incl_tax,
        vat_percent=line.vat_percent, vat=line.left_incl_tax - line.left_excl_tax,
    )  # fmt: skip


def _buyer(order: Order) -> Facts:
    door = order.shipping_address
    known = contact(order.contact_name, order.phone, order.email) if order.phone else [(_("Name"), order.contact_name)]
    return [*known, (_("Delivered to"), address(door.line1, door.line4, door.state))] if door else known


def _paid(order: Order) -> list[Moved]:
    """Every payment that came, by the way it came."""
    rows = Transaction.objects.filter(source__order=order, txn_type=Transaction.DEBIT).order_by("pk")
    return [
        Moved(way(row.source.source_type.code), row.amount, row.happened_at or row.date_created)
        for row in rows.select_related("source__source_type")
    ]


def _back(order: Order) -> list[Moved]:
    """What was given back, and what is about to be."""
    rows = Refund.objects.filter(source__order=order).select_related("source__source_type").order_by("pk")
    return [Moved(way(row.source.source_type.code), row.amount, row.made_at) for row in rows]


def way(code: str) -> str:
    return str(Order.Method(code).label) if code in Order.Method.values else code
