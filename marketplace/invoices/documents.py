"""What an invoice says: pure, from rows that were read already; JSON values only. Its lines add up to its sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.money import ZERO, split

LAW = "Nghị định 123/2020/NĐ-CP, sửa đổi bởi Nghị định 70/2025/NĐ-CP"
DELIVERY, DIFFERENCE = "Phí giao hàng", "Giảm trừ"
ADJUSTMENT = "Điều chỉnh giảm: tiền đã hoàn cho người mua"


@dataclass(frozen=True)
class Row:
    """A line of an invoice. The VAT is inside the amount; a sales invoice names none."""

    title: str
    quantity: int
    amount: Decimal
    vat_percent: Decimal = ZERO
    vat: Decimal = ZERO

    def plain(self) -> dict[str, Any]:
        return {
            "title": self.title, "quantity": self.quantity, "amount": int(self.amount),
            "vat_percent": str(self.vat_percent), "vat": int(self.vat),
        }  # fmt: skip


def shares(goods: Mapping[int, Decimal], due: Decimal) -> dict[int, Decimal]:
    """What of the order's price besides the goods falls to each seller: delivery, divided by the value of their goods."""
    parts = split(abs(due - sum(goods.values(), ZERO)), list(goods.values()))
    sign = 1 if due >= sum(goods.values(), ZERO) else -1
    return {seller: sign * part for seller, part in zip(goods, parts, strict=True)}


def rows_of(lines: Iterable[Any], rest: Decimal, *, with_vat: bool) -> list[Row]:
    """The pieces that were not taken off, and the seller's part of the delivery."""
    rows = [
        Row(line.title, line.left_quantity, line.left_incl_tax, line.vat_percent, line.left_incl_tax - line.left_excl_tax)
        if with_vat else Row(line.title, line.left_quantity, line.left_incl_tax)
        for line in lines if line.left_quantity
    ]  # fmt: skip
    return [*rows, Row(DELIVERY if rest > 0 else DIFFERENCE, 1, rest)] if rest else rows


def document(
    *, kind: str, order: Any, seller: Any, buyer: Any, rows: Sequence[Row], on: date, adjusts: Any = None
) -> dict[str, Any]:
    """As a provider is told it."""
    return {
        "law": LAW, "kind": kind, "date": on.isoformat(), "currency": "VND", "order": order.number,
        "payment": order.payment_method,
        "seller": seller_of(seller),
        "buyer": {
            "company": buyer.company, "tax_code": buyer.tax_code, "address": buyer.address, "email": buyer.email,
            "person": order.contact_name,
        },
        "lines": [row.plain() for row in rows],
        "total": int(sum((row.amount for row in rows), ZERO)), "vat": int(sum((row.vat for row in rows), ZERO)),
        "adjusts": adjusts and {
            "symbol": adjusts.symbol, "number": adjusts.number, "date": adjusts.issued_at.date().isoformat(),
        },
    }  # fmt: skip


def seller_of(seller: Any) -> dict[str, Any]:
    """The facts of who sells, as the books have them."""
    place = ", ".join(part for part in (seller.street, str(seller.commune or seller.former_place)) if part)
    return {
        "name": seller.name, "tax_code": seller.registration_number, "address": place, "phone": seller.phone,
        "demonstration": seller.demonstration,
    }  # fmt: skip


def taken_back(amount: Decimal, left: Mapping[int, Decimal], now: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Which seller's invoice shrinks by how much: those whose goods went back, else all by what is left of theirs."""
    gone = [max(left[seller] - now.get(seller, ZERO), ZERO) for seller in left]
    parts = split(amount, gone if any(gone) else list(left.values()))
    if any(part > most for part, most in zip(parts, left.values(), strict=True)):
        parts = split(amount, list(left.values()))
    return {seller: part for seller, part in zip(left, parts, strict=True) if part}
