"""The lines of a basket as its page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.boxes.grouping import Group, boxes_of
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


@dataclass(frozen=True)
class BoxRow:
    """A gift box in a basket. `contents`: what is inside, with the stars it has today."""

    box: Any
    picture: Picture | None
    illustration: str
    contents: list[tuple[str, int, Badge | None]]
    quantity: int
    unit_price: Decimal
    total: Decimal
    warning: str


def boxes(basket: Any, on: date) -> list[BoxRow]:
    """One for each box; no query where there is none."""
    groups = boxes_of(basket.all_lines())
    products = [line.product for group in groups for line in group.lines]
    if not products:
        return []
    seen(products)
    stars = badges((product.pk for product in products), on)
    return [_box(group, stars) for group in groups]


def _box(group: Group, stars: dict[int, Badge]) -> BoxRow:
    lines, first = group.lines, group.lines[0].product
    before = sum((line.line_price_incl_tax for line in lines if line.purchase_info.price.exists), ZERO)
    return BoxRow(
        box=group.box, picture=group.box.picture or picture_of(first), illustration=illustration_of(first),
        contents=[(line.product.title, line.per_box, stars.get(line.product_id)) for line in lines],
        quantity=group.number, unit_price=before / group.number if group.number else ZERO,
        total=sum((_total(line) for line in lines), ZERO), warning=_box_warning(group),
    )  # fmt: skip


def _box_warning(group: Group) -> str:
    """It is not sold any more, or something in it is lacking or costs another price."""
    if not group.box.is_open:
        return _("This gift box is not sold any more.")
    found = (
        _warning(line, getattr(line.purchase_info.availability, "num_available", None) or 0) for line in group.lines
    )
    return next((said for said in found if said), "")


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
