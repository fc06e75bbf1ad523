"""The lines of a basket as its page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.certificates.queries import Badge, badges
from marketplace.money import ZERO, included_tax
from marketplace.partner.tiers import Tier, next_tier

from .summary import Picture, Summary, SummaryLine, illustration_of, picture_of, seen


@dataclass(frozen=True)
class Goods:
    """A product in a basket; the same names as a card in the shop's lists."""

    url: str
    title: str
    picture: Picture | None
    illustration: str
    producer: str
    place: str
    price: Decimal | None
    badge: Badge | None
    available: int
    alcohol: bool
    demonstration: bool


@dataclass(frozen=True)
class BasketRow:
    form: Any
    card: Goods
    quantity: int
    unit_price: Decimal
    total: Decimal
    available: int
    warning: str
    cheaper: Tier | None  # for some pieces more


def rows(forms: Iterable[Any], on: date) -> list[BasketRow]:
    """One for each line's form."""
    forms = list(forms)
    seen(form.instance.product for form in forms)
    stars = badges((form.instance.product_id for form in forms), on)
    return [_row(form, stars.get(form.instance.product_id)) for form in forms]


def _row(form: Any, badge: Badge | None) -> BasketRow:
    line = form.instance
    info, product = line.purchase_info, line.product
    price = info.price.incl_tax if info.price.exists else None
    left = getattr(info.availability, "num_available", None) or 0
    card = Goods(
        url=product.get_absolute_url(), title=product.title, picture=picture_of(product),
        illustration=illustration_of(product), producer=product.producer.name if product.producer else "",
        place=product.producer.commune.name if product.producer and product.producer.commune else "",
        price=price, badge=badge, available=left, alcohol=product.is_alcohol, demonstration=product.demonstration,
    )  # fmt: skip
    cheaper = next_tier(line.stockrecord.quantity_prices, line.quantity)
    return BasketRow(form, card, line.quantity, price or ZERO, _total(line), left, _warning(line, left), cheaper)


def _total(line: Any) -> Decimal:
    return line.line_price_incl_tax_incl_discounts or ZERO


def _warning(line: Any, left: int) -> str:
    """More than there is, or not what it cost when it was put in."""
    permitted, reason = line.purchase_info.availability.is_purchase_permitted(line.quantity)
    return str(reason) if not permitted else str(line.get_warning() or "")


def summary(basket: Any) -> Summary:
    """The sums before it is known where to."""
    sold = [line for line in basket.all_lines() if line.purchase_info.price.exists]
    before = sum((line.line_price_incl_tax for line in sold), ZERO)
    after = sum((_total(line) for line in sold), ZERO)
    vat = sum((included_tax(_total(line), line.stockrecord.vat_percent) for line in sold), ZERO)
    lines: list[SummaryLine] = []
    return Summary(lines, before, before - after, None, "", vat, after)
