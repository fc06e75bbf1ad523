"""What a place keeps back from online orders, in numbers."""

from dataclasses import dataclass
from datetime import datetime

from catalogue.models import Product

from ..models import Balance, Reserve
from ..standing import Terms, settled
from .promising import standing


@dataclass(frozen=True)
class Kept:
    """A product at a place: of `on_hand` pieces fit for sale, `promised` are orders' and `kept` stay for the counter."""

    product_id: int
    title: str
    on_hand: int
    promised: int
    kept: int
    free: int  # for new online orders
    safety_stock: int
    percent: int
    own: bool  # by a row of its own, not by the place's rule for all


def reserve_of(location_id: int, product_id: int | None = None) -> Reserve | None:
    """The row of the product, or without one the place's rule for all."""
    rows = Reserve.objects.filter(location_id=location_id)
    return (rows.filter(product_id=product_id) if product_id else rows.filter(product=None)).first()


def kept(location_id: int, *, at: datetime) -> list[Kept]:
    """Each product on the place's books, by title. Four queries."""
    on_books = Balance.objects.filter(location_id=location_id).values("lot__product")
    titles = dict(Product.objects.filter(pk__in=on_books).order_by("title", "pk").values_list("pk", "title"))
    rows, terms = standing(list(titles), at=at, location_ids=[location_id])
    rules = {row.product_id: row for row in Reserve.objects.filter(location_id=location_id)}
    on_hand, promised, counter, online = (dict.fromkeys(titles, 0) for _ in range(4))
    for row in rows:
        on_hand[row.product_id] += row.on_hand if row.serves else 0
        promised[row.product_id] += row.promised
    for all_of_it, rest in zip(settled(rows, Terms()), settled(rows, terms), strict=True):
        counter[rest.product_id] += all_of_it.available
        online[rest.product_id] += rest.available
    return [
        Kept(
            product, title, on_hand[product], promised[product], counter[product] - online[product], online[product],
            rule.safety_stock if rule else 0, rule.counter_percent if rule else 0, product in rules,
        )
        for product, title in titles.items()
        for rule in [rules.get(product) or rules.get(None)]
    ]  # fmt: skip
