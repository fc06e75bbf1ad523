"""What stands beside a basket or a checkout page: lines and sums, ready to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from catalogue.illustrations import illustration_for
from catalogue.pictures import Picture
from marketplace.boxes.grouping import Group, together
from marketplace.money import ZERO
from marketplace.order.drafts import Draft, DraftLine


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
    contents: tuple[tuple[str, int | None], ...] = ()  # of a gift box: what is in each, and its stars
    box: str = ""  # of an order's line: the gift box that it belongs into


@dataclass(frozen=True)
class Summary:
    """`shipping` is None while it is not known where to."""

    lines: list[SummaryLine]
    subtotal: Decimal
    discount: Decimal
    shipping: Decimal | None
    shipping_label: str
    vat: Decimal
    total: Decimal
    weight_note: str = ""


def seen(products: Iterable[Any]) -> None:
    """Photographs and groups of these products are here, in two queries."""
    prefetch_related_objects(list(products), "images", "categories")


def picture_of(product: Any) -> Picture | None:
    """The first photograph of a seen product."""
    images = sorted(product.images.all(), key=lambda image: (image.display_order, image.pk))
    if not images:
        return None
    return Picture.of(images[0].original.name, images[0].caption)


def illustration_of(product: Any) -> str:
    groups = [category.code or "" for category in product.categories.all()]
    return illustration_for(product.title, groups[0] if groups else "")


def of_draft(draft: Draft, *, shipping: Decimal | None, label: str = "") -> Summary:
    """The sums of a draft whose products have been seen."""
    lines = [_boxed(group) if group.box else _drafted(group.lines[0]) for group in together(draft.lines)]
    return Summary(lines, draft.subtotal, draft.discount, shipping, label, draft.vat, draft.total)


def _boxed(group: Group) -> SummaryLine:
    """A gift box in one line."""
    first, total = group.lines[0].product, sum((line.total for line in group.lines), ZERO)
    before = sum((line.before for line in group.lines), ZERO)
    return SummaryLine(
        title=group.box.title, url=group.box.get_absolute_url(), picture=group.box.picture or picture_of(first),
        illustration=illustration_of(first), seller="", quantity=group.number, unit_price=before / group.number, total=total,
        contents=tuple((f"{line.per_box} × {line.product.title}", line.stars) for line in group.lines),
    )  # fmt: skip


def _drafted(line: DraftLine) -> SummaryLine:
    product = line.product
    return SummaryLine(
        title=product.title, url=product.get_absolute_url(), picture=picture_of(product),
        illustration=illustration_of(product), seller=line.producer.name, quantity=line.quantity,
        unit_price=line.unit_price, total=line.total, badge_stars=line.stars,
    )  # fmt: skip
