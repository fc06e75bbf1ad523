"""What moved that somebody is owed for, and whose the goods were: consigned by their producer, or bought firm."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Min, Q, QuerySet

from catalogue.models import Product
from marketplace.partner.queries import agreement

from ..models import Hold, Movement

Spot = tuple[int, int]  # location, lot


class Moved(NamedTuple):
    """A movement of goods that were sold, brought back or bought."""

    pk: int
    key: str
    kind: str
    quantity: int  # signed
    location_id: int
    lot_id: int
    lot: str
    unknown: bool  # the lot that no receipt accounts for
    product_id: int
    happened_at: datetime
    recorded_at: datetime
    unit_price: Decimal | None  # of what was bought

    @property
    def spot(self) -> Spot:
        return self.location_id, self.lot_id


FACTS = (
    "pk", "key", "kind", "quantity", "balance__location_id", "balance__lot_id", "balance__lot__code",
    "balance__lot__unknown", "balance__lot__product_id", "happened_at", "recorded_at", "purchase__unit_price",
)  # fmt: skip
# For every beginning of a key its movements, each found in the index of the keys.
BEGINNING = """
    SELECT moved.id FROM unnest(%s::text[]) AS named (beginning), LATERAL (
        SELECT id FROM stock_movement WHERE key >= beginning || ':' AND key < beginning || ';'
    ) AS moved
"""


def moved_after(pk: int, limit: int) -> list[Moved]:
    """What was sold at tills, came back or was bought, in the order of the ledger."""
    owed = Q(kind__in=[Movement.Kind.SOLD, Movement.Kind.RETURNED]) | Q(purchase__isnull=False)
    rows = Movement.objects.filter(owed, pk__gt=pk).order_by("pk")
    return [Moved(*row) for row in rows.values_list(*FACTS)[:limit]]


def moved_by(beginnings: Sequence[str]) -> dict[str, list[Moved]]:
    """All that the events of these keys moved, in their order."""
    if not beginnings:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(BEGINNING, [list(beginnings)])
        numbers = [pk for (pk,) in cursor.fetchall()]
    found: dict[str, list[Moved]] = defaultdict(list)
    for row in Movement.objects.filter(pk__among=numbers).values_list(*FACTS):
        found[row[1].rpartition(":")[0]].append(Moved(*row))
    return {name: sorted(rows, key=lambda one: int(one.key.rpartition(":")[2])) for name, rows in found.items()}


def handed_over(order_ids: Collection[int]) -> dict[tuple[int, int], list[Moved]]:
    """What left for the lines of these orders, by (order line, place)."""
    holds = Hold.objects.filter(order_id__in=order_ids, issued_at__isnull=False)
    lines = dict(holds.values_list("pk", "order_line_id"))
    found: dict[tuple[int, int], list[Moved]] = defaultdict(list)
    for one in (move for name in _issued(lines) for move in name):
        found[lines[int(one.key.split(":")[1])], one.location_id].append(one)
    return found


def brought_back(order_ids: Collection[int]) -> dict[tuple[int, int], list[Moved]]:
    """What buyers of these orders brought back, by (what they gave it back for, order line)."""
    holds = Hold.objects.filter(order_id__in=order_ids, issued_at__isnull=False)
    lines = dict(holds.values_list("pk", "order_line_id"))
    found: dict[tuple[int, int], list[Moved]] = defaultdict(list)
    for one in (move for name in moved_by([f"returned:{pk}" for pk in lines]).values() for move in name):
        hold, *_balance, asked = one.key.split(":")[1:]
        if ":return:" in one.key:  # and not a parcel that nobody took
            found[int(asked), lines[int(hold)]].append(one)
    return found


def _issued(holds: Iterable[int]) -> Iterable[list[Moved]]:
    return moved_by([f"issued:{pk}" for pk in holds]).values()


class Bought:
    """Was it the place's own when it moved? It had bought the lot there before, or the lot was bought elsewhere and
    sent on, and none of it had come on consignment.
    """

    def __init__(self) -> None:
        bought = Movement.objects.filter(purchase__isnull=False)
        self._here = _first_of_spots(bought)
        self._lots: dict[int, int] = {}
        for (_location, lot), pk in self._here.items():
            self._lots[lot] = min(pk, self._lots.get(lot, pk))
        consigned = Movement.objects.filter(kind=Movement.Kind.RECEIVED, purchase=None)
        self._consigned = _first_of_spots(consigned.filter(balance__lot__in=self._lots)) if self._lots else {}

    def __bool__(self) -> bool:
        return bool(self._here)

    def __contains__(self, move: Moved) -> bool:
        before = move.pk
        if self._here.get(move.spot, before) < before:
            return True
        return self._lots.get(move.lot_id, before) < before <= self._consigned.get(move.spot, before)


def _first_of_spots(rows: QuerySet[Movement]) -> dict[Spot, int]:
    """The first of these movements at each place, of each lot."""
    spots = rows.order_by().values("balance__location_id", "balance__lot_id").annotate(first=Min("pk"))
    return {
        (place, lot): pk for place, lot, pk in spots.values_list("balance__location_id", "balance__lot_id", "first")
    }


def buys_firm(location_id: int, product: Product, at: datetime) -> bool:
    """What comes now becomes the place's own."""
    agreed = agreement(location_id, product.producer_id, at) if product.producer_id else None
    return agreed is not None and agreed.is_firm
