"""How long it takes to choose the places of an order, and to say what is left of a page of products in a country's shop."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.stock import queries as stock
from marketplace.stock.models import Balance
from marketplace.stock.routing import Destination, Place, Supply, Want, route

LINES, PLACES, CASES, ROUTING = 20, 100, 40, 5.0  # milliseconds
PRODUCTS, PAGE, PAGES, AVAILABILITY = 34_000, 24, 50, 3.0
LIKE_ONE = """
    INSERT INTO catalogue_product ({columns}, slug, upc) SELECT {columns}, 'do-' || n, 'NUOC' || n
      FROM catalogue_product, generate_series(1, %(count)s) AS n WHERE id = %(one)s;
    INSERT INTO stock_lot (product_id, code, best_before, "unknown", frozen_because, demonstration)
    SELECT id, 'B1', %(best_before)s, false, '', true FROM catalogue_product;
    INSERT INTO stock_balance (location_id, lot_id, on_hand, held)
    SELECT place.id, lot.id, 10, 1 FROM locations_location AS place, stock_lot AS lot WHERE lot.code = 'B1'
"""


@dataclass(frozen=True)
class Wait:
    """Milliseconds of many askings, and what is allowed of their median."""

    what: str
    middle: float
    worst: float
    limit: float
    queries: int = 0

    @classmethod
    def of(cls, what: str, acts: list[Callable[[], object]], limit: float, queries: int = 0) -> "Wait":
        found = []
        for act in acts:
            began = time.perf_counter()
            act()
            found.append((time.perf_counter() - began) * 1000)
        return cls(what, median(found), max(found), limit, queries)

    def __str__(self) -> str:
        return f"{self.what}: median {self.middle:.1f} ms, worst {self.worst:.1f} ms (limit {self.limit:.0f} ms)"


def broken(waits: list[Wait]) -> list[str]:
    return [f"{one}: too slow." for one in waits if one.middle > one.limit] + [
        f"{one.what}: {one.queries} queries, and one is allowed." for one in waits if one.queries > 1
    ]


def routing() -> Wait:
    """Orders of twenty lines over a hundred places, each of which has some of the goods."""
    chance = random.Random(7)
    return Wait.of(f"routing {LINES} lines over {PLACES} places", [_case(chance) for _ in range(CASES)], ROUTING)


def gathering() -> Wait:
    """The same, collected at a point that has a few of the goods, some of which do not keep until others are there."""
    chance, what = random.Random(7), f"gathering {LINES} lines from {PLACES} places"
    return Wait.of(what, [_case(chance, pickup=True) for _ in range(CASES)], ROUTING)


def _case(chance: random.Random, *, pickup: bool = False) -> Callable[[], object]:
    first = date(2026, 12, 30)
    has = chance.choice([0.1, 0.3, 0.6, 0.95])  # of the goods, what a place has
    places = {
        n: Place(n, (9.5 + chance.random(), 104.5 + chance.random()), chance.randrange(50),
                 first + timedelta(chance.randint(1, 9)) if pickup else None)
        for n in range(PLACES)
    }  # fmt: skip
    wants = [Want(n, n, chance.randint(1, 4)) for n in range(LINES)]
    supplies = [
        Supply(n * LINES + product, n, product, chance.randint(1, 12), date(2027, 1, 1) + timedelta(chance.randrange(300)))
        for n in places for product in range(LINES) if product % PLACES == n or chance.random() < has
    ]  # fmt: skip
    if pickup:
        supplies = [replace(one, good_until=one.best_before and one.best_before - timedelta(1)) for one in supplies]
    to = Destination(0 if pickup else None, (10.38, 105.43), first if pickup else None)
    return lambda: route(wants, supplies, places, to)


def availability() -> Wait:
    """As a list page asks: 24 products of 34,000, each on the books of ten places."""
    _fill()
    chance, ids = random.Random(7), list(Product.objects.order_by("pk").values_list("pk", flat=True))
    pages = [chance.sample(ids, PAGE) for _ in range(PAGES)]
    with CaptureQueriesContext(connection) as captured:
        stock.available(pages[0], at=timezone.now())
    count = f"availability of {PAGE} products, {len(ids):,} × {Location.objects.count()} places, {len(captured)} query"
    acts = [lambda page=page: stock.available(page, at=timezone.now()) for page in pages]
    return Wait.of(count, acts, AVAILABILITY, len(captured))


def _fill() -> None:
    """Products like the first one, on the shelf everywhere."""
    one = Product.objects.earliest("pk")
    names = [f.column for f in Product._meta.concrete_fields if f.column not in ("id", "slug", "upc")]
    columns = ", ".join(f'"{name}"' for name in names)
    facts = {
        "count": PRODUCTS - Product.objects.count(),
        "one": one.pk,
        "best_before": timezone.localdate() + timedelta(90),
    }
    with connection.cursor() as cursor:
        for statement in LIKE_ONE.format(columns=columns).split(";"):
            cursor.execute(statement, facts)
        cursor.execute("VACUUM (ANALYZE) catalogue_product, stock_lot, stock_balance")
    assert Balance.objects.count() >= PRODUCTS * Location.objects.count()
