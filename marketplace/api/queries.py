"""What a till asks of several apps at once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max

from marketplace.search.models import Entry
from marketplace.stock import queries as stock
from marketplace.tills.models import Till

_FACTS = (
    "change", "product_id", "product__upc", "product__stockrecords__partner_sku", "product__title",
    "product__stockrecords__price", "product__stockrecords__vat_percent", "product__ethanol_percent",
    "product__is_public", "product__producer__verified_at",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A product as it is now; `number` only says how far whoever reads it has come."""

    number: int
    product: int
    for_sale: bool
    code: str
    sku: str
    title: str
    price: Decimal | None
    vat_percent: Decimal
    adults_only: bool
    on_hand: int
    available: int


def changes(till: Till, *, after: int, limit: int, at: datetime) -> list[Change]:
    """Products that changed beyond the number, each once, as they stand at the till's place. Three queries.

    The figures are read after the numbers, so they are never older than the change they are given for.
    """
    rows = list(Entry.objects.filter(change__gt=after).order_by("change").values_list(*_FACTS)[:limit])
    ids = [row[1] for row in rows]
    left = stock.available_at(till.location_id, ids, at=at)
    there = dict.fromkeys(ids, 0)
    for balance in stock.balances(location_ids=[till.location_id], product_ids=ids, at=at):
        there[balance.product_id] += balance.on_hand
    return [_change(row, there[row[1]], left[row[1]]) for row in rows]


def _change(row: tuple[Any, ...], on_hand: int, available: int) -> Change:
    number, product, code, sku, title, price, vat, ethanol, public, verified = row
    for_sale = bool(public and verified and price is not None)
    return Change(
        number=number, product=product, for_sale=for_sale, code=code or sku or "", sku=sku or "", title=title,
        price=price if for_sale else None, vat_percent=vat or Decimal(0), adults_only=bool(ethanol), on_hand=on_hand,
        available=available if for_sale else 0,
    )  # fmt: skip


def highest_sequence(till: Till) -> int:
    """The highest number the till has ever used; a device that takes its place goes on from there."""
    return till.events.aggregate(highest=Max("sequence"))["highest"] or 0
