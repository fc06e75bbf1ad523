"""An order before it is one: priced lines, discounts and delivery, which always add up in whole đồng."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marketplace.money import ZERO, included_tax


@dataclass(frozen=True)
class DraftLine:
    """A line at today's price, VAT included, with what will be kept as sold."""

    product: Any
    producer: Any
    stockrecord: Any
    quantity: int
    unit_price: Decimal
    discounts: tuple[tuple[int, Decimal], ...] = ()  # offer, amount
    vat_percent: Decimal = ZERO
    commission_percent: Decimal = ZERO
    stars: int | None = None
    certificate_id: int | None = None
    box: Any = None  # of which the line is a part, with so many pieces in each
    per_box: int | None = None

    @property
    def before(self) -> Decimal:
        """Without discounts."""
        return self.unit_price * self.quantity

    @property
    def discount(self) -> Decimal:
        return min(sum((amount for _, amount in self.discounts), ZERO), self.before)

    @property
    def total(self) -> Decimal:
        return self.before - self.discount

    @property
    def vat(self) -> Decimal:
        """The tax inside the total."""
        return self.total - self.net(self.total)

    def net(self, amount: Decimal) -> Decimal:
        """An amount without the tax that is inside it."""
        return amount - included_tax(amount, self.vat_percent)

    @property
    def weight_grams(self) -> int:
        return int(self.product.weight_grams)


@dataclass(frozen=True)
class DraftDiscount:
    """What one offer takes off the goods, or off the delivery."""

    offer_id: int
    offer_name: str
    frequency: int
    amount: Decimal
    on_delivery: bool = False
    voucher_id: int | None = None
    voucher_code: str = ""


@dataclass(frozen=True)
class Draft:
    """A priced basket. `fee` is the tariff's; None while it is not known where to, or no tariff reaches there."""

    lines: tuple[DraftLine, ...]
    discounts: tuple[DraftDiscount, ...] = ()
    fee: Decimal | None = None

    @property
    def subtotal(self) -> Decimal:
        return sum((line.before for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        """Off the goods."""
        return sum((line.discount for line in self.lines), ZERO)

    @property
    def shipping(self) -> Decimal:
        """What the shopper pays for delivery."""
        off = sum((one.amount for one in self.discounts if one.on_delivery), ZERO)
        return max((self.fee or ZERO) - off, ZERO)

    @property
    def vat(self) -> Decimal:
        return sum((line.vat for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        return self.subtotal - self.discount + self.shipping

    @property
    def weight_grams(self) -> int:
        return sum(line.weight_grams * line.quantity for line in self.lines)

    @property
    def has_alcohol(self) -> bool:
        return any(line.product.is_alcohol for line in self.lines)


@dataclass(frozen=True)
class Buyer:
    """Who orders; `user_id` is None for a guest."""

    name: str
    phone: str
    email: str
    language: str
    adult: bool = False
    user_id: int | None = None


@dataclass(frozen=True)
class Door:
    """Where a delivery goes: street line and commune (with its province)."""

    street: str
    commune: Any
