"""Boxes with what is inside, what that costs today, which stars it has today, and how many can be made of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.certificates.queries import Badge, badges
from marketplace.money import ZERO
from marketplace.stock import queries as stock

from .models import Box, Part
from .pricing import Piece, singly, unit_prices


@dataclass(frozen=True)
class Content:
    """A product in a box. `record` is its price record; `unit_price` what a piece costs here, None without a price."""

    part: Part
    record: Any
    unit_price: Decimal | None
    badge: Badge | None

    @property
    def product(self) -> Any:
        return self.part.product

    @property
    def quantity(self) -> int:
        return int(self.part.quantity)

    @property
    def for_sale(self) -> bool:
        return self.unit_price is not None and self.product.may_be_sold


@dataclass(frozen=True)
class Offer:
    """`price` is what the box costs now, `before` what its content costs singly; `left` how many can be made of the stock."""

    box: Box
    contents: Sequence[Content]
    before: Decimal
    left: int

    @property
    def price(self) -> Decimal:
        return sum(((one.unit_price or ZERO) * one.quantity for one in self.contents), ZERO)

    @property
    def for_sale(self) -> bool:
        return self.box.is_open and bool(self.contents) and all(one.for_sale for one in self.contents)

    @property
    def available(self) -> int:
        return self.left if self.for_sale else 0

    @property
    def is_alcohol(self) -> bool:
        return any(one.product.is_alcohol for one in self.contents)

    @property
    def producers(self) -> list[Any]:
        """Each once."""
        return list({one.product.producer_id: one.product.producer for one in self.contents}.values())

    @property
    def weight_grams(self) -> int:
        return sum(int(one.product.weight_grams) * one.quantity for one in self.contents)


def parts_of(boxes: Iterable[Box]) -> dict[int, list[Part]]:
    """With the products, their makers, prices, photographs and groups."""
    rows = Part.objects.filter(box__in=list(boxes)).select_related(
        "product__producer__commune", "product__product_class"
    )
    found: dict[int, list[Part]] = defaultdict(list)
    for part in rows.prefetch_related("product__stockrecords", "product__images", "product__categories"):
        found[part.box_id].append(part)
    return found


def offers(boxes: Iterable[Box], on: date) -> list[Offer]:
    """In their order. Six queries, however many boxes."""
    boxes = list(boxes)
    parts = parts_of(boxes)
    ids = {part.product_id for some in parts.values() for part in some}
    stars, left = badges(ids, on), stock.available(ids)
    return [_offer(box, parts[box.pk], stars, left) for box in boxes]


def _offer(box: Box, parts: Sequence[Part], stars: dict[int, Badge], left: dict[int, int]) -> Offer:
    records = [next(iter(part.product.stockrecords.all()), None) for part in parts]
    return offer(box, parts, records, stars, left)


def offer(
    box: Box, parts: Sequence[Part], records: Sequence[Any], stars: dict[int, Badge], left: dict[int, int]
) -> Offer:
    """What is in the box, with the price record of each, the stars that are known and the pieces there are."""
    priced = all(record is not None and record.price is not None for record in records)
    pieces = [Piece(record.price, part.quantity) for record, part in zip(records, parts, strict=True)] if priced else []
    costs: list[Any] = list(unit_prices(box.price, pieces)) if pieces else [None] * len(parts)
    return Offer(
        box=box,
        contents=[
            Content(part, record, cost, stars.get(part.product_id))
            for part, record, cost in zip(parts, records, costs, strict=True)
        ],
        before=singly(pieces),
        left=min((left[part.product_id] // part.quantity for part in parts), default=0),
    )
