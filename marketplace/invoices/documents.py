"""What an invoice says: pure, from rows that were read already; JSON values only. Its lines add up to its sums."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.money import ZERO, split

LAW = "Nghị định 123/2020/NĐ-CP, sửa đổi bởi Nghị định 70/2025/NĐ-CP"
DELIVERY, DIFFERENCE = "Phí giao hàng", "Giảm trừ"


@dataclass(frozen=True)
class Row:
    """A line of an invoice. The VAT is inside the amount; a sales invoice names none. `line`: of the order, if it is goods."""

    title: str
    quantity: int
    amount: Decimal
    vat_percent: Decimal = ZERO
    vat: Decimal = ZERO
    line: int | None = None

    @classmethod
    def told(cls, plain: Mapping[str, Any]) -> "Row":
        """As a document has it."""
        money = {name: Decimal(plain[name]) for name in ("amount", "vat_percent", "vat")}
        return cls(plain["title"], plain["quantity"], line=plain["line"], **money)

    def less(self, said: "Row") -> "Row":
        """What it takes to come from what was said to this."""
        return replace(
            self, quantity=self.quantity - said.quantity, amount=self.amount - said.amount, vat=self.vat - said.vat
        )

    def plain(self) -> dict[str, Any]:
        return {
            "title": self.title, "quantity": self.quantity, "amount": int(self.amount),
            "vat_percent": str(self.vat_percent), "vat": int(self.vat), "line": self.line,
        }  # fmt: skip


def shares(goods: Mapping[int, Decimal], due: Decimal) -> dict[int, Decimal]:
    """What of the order's price besides the goods falls to each seller: delivery, divided by the value of their goods."""
    parts = split(abs(due - sum(goods.values(), ZERO)), list(goods.values()))
    sign = 1 if due >= sum(goods.values(), ZERO) else -1
    return {seller: sign * part for seller, part in zip(goods, parts, strict=True)}


def rows_of(lines: Iterable[Any], rest: Decimal, *, with_vat: bool) -> list[Row]:
    """The pieces that were neither taken off nor given back, and the seller's part of the delivery."""
    rows = [goods(line, with_vat=with_vat) for line in lines if line.kept_quantity]
    return [*rows, Row(DELIVERY if rest > 0 else DIFFERENCE, 1, rest)] if rest else rows


def goods(line: Any, *, with_vat: bool) -> Row:
    """What its buyer keeps of an order line."""
    vat = {"vat_percent": line.vat_percent, "vat": line.left_incl_tax - line.left_excl_tax} if with_vat else {}
    return Row(line.title, line.kept_quantity, line.left_incl_tax, line=line.pk, **vat)


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
            "symbol": adjusts.symbol, "number": adjusts.number, "date": adjusts.document["date"],
        },
    }  # fmt: skip


def seller_of(seller: Any) -> dict[str, Any]:
    """The facts of who sells, as the books have them."""
    place = ", ".join(part for part in (seller.street, str(seller.commune or seller.former_place)) if part)
    return {
        "name": seller.name, "tax_code": seller.registration_number, "address": place, "phone": seller.phone,
        "demonstration": seller.demonstration,
    }  # fmt: skip


def lowered(said: Mapping[int, Iterable[Row]], now: Mapping[int, Row], due: Decimal) -> dict[int, list[Row]]:
    """By seller, what takes the invoices of an order down to what it costs now: the goods that its buyer does not keep, and of
    the delivery what went back with them. Who gave only what was free has nothing to lower.

    `said` are the rows of each seller's invoices so far, `now` what is kept of each order line.
    """
    sums = {seller: _summed(rows) for seller, rows in said.items()}
    found = {seller: [now[one.line].less(one) for one in rows if one.line] for seller, rows in sums.items()}
    found = {seller: [row for row in rows if row.amount or row.quantity] for seller, rows in found.items()}
    rest = {seller: sum((row.amount for row in rows if not row.line), ZERO) for seller, rows in sums.items()}
    taken = sum(rest.values(), ZERO) - (due - sum((row.amount for row in now.values()), ZERO))
    for seller, part in _taken(taken, rest, {seller for seller, rows in found.items() if rows}).items():
        found[seller].append(Row(DELIVERY, -1, -part))
    return {seller: rows for seller, rows in found.items() if sum((row.amount for row in rows), ZERO)}


def _summed(rows: Iterable[Row]) -> list[Row]:
    """Each order line once, with all that was said of it."""
    found: dict[int | None, Row] = {}
    for row in rows:
        before = found.get(row.line)
        found[row.line] = (
            row
            if before is None
            else before.less(replace(row, quantity=-row.quantity, amount=-row.amount, vat=-row.vat))
        )
    return list(found.values())


def _taken(amount: Decimal, rest: Mapping[int, Decimal], whose: Collection[int]) -> dict[int, Decimal]:
    """From whose part of the delivery: of those whose goods went back, as far as it goes; else of all."""
    if amount <= 0:
        return {}
    theirs = {seller: max(part, ZERO) if seller in whose else ZERO for seller, part in rest.items()}
    weights = (
        theirs if sum(theirs.values(), ZERO) >= amount else {seller: max(part, ZERO) for seller, part in rest.items()}
    )
    parts = split(amount, list(weights.values()) if any(weights.values()) else [1] * len(rest))
    return {seller: part for seller, part in zip(rest, parts, strict=True) if part}
