"""How fast a hundred thousand order lines are settled: taken in, and on statements that both sides can read."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.locations.models import Location
from marketplace.order.models import Line, Order
from marketplace.partner.models import StockRecord
from marketplace.settlement import actions, proofs
from marketplace.settlement.models import Entry, Statement
from marketplace.settlement.queries.standing import owed_from

LINES, PER_ORDER, LIMIT = 100_000, 4, 60.0  # seconds for so many lines
AT_ONCE = 5_000  # orders


@dataclass(frozen=True)
class Settled:
    """Seconds for taking in and for closing, what came of it, and rules that it broke."""

    lines: int
    statements: int
    taking: float
    closing: float
    wrong: list[str]

    @property
    def seconds(self) -> float:
        return self.taking + self.closing

    @property
    def each(self) -> float:
        """Seconds for as many lines as the limit speaks of: what tills sold in the same run is settled with them."""
        return self.seconds * LINES / self.lines

    def __str__(self) -> str:
        return (
            f"settlement of {self.lines:,} sold lines on {self.statements:,} statements: taken in {self.taking:.1f} s, closed "
            f"{self.closing:.1f} s; {self.each:.1f} s for {LINES:,} (limit {LIMIT:.0f} s)"
        )


def settled(lines: int = LINES) -> Settled:
    """The whole way of a month, in one process."""
    sell(lines)
    now, before = timezone.now(), (Entry.objects.count(), Statement.objects.count())
    began = time.perf_counter()
    actions.take_in(at=now)
    taken, after = time.perf_counter(), 0
    while producers := owed_from(after, 50):
        for after in producers:
            actions.close(producer_id=after, at=now)
    done = time.perf_counter()
    entered, made = Entry.objects.count() - before[0], Statement.objects.count() - before[1]
    wrong = [row for rule in proofs.RULES for row in rule(now)]
    if Entry.objects.online().open().exists() or entered < lines:
        wrong.append(f"{entered} of {lines} lines are entered, and not all of them are on a statement")
    return Settled(entered, made, taken - began, done - taken, wrong)


def broken(found: Settled) -> list[str]:
    return found.wrong[:5] + ([f"{found}: too slow."] if found.each > LIMIT else [])


def sell(lines: int) -> None:
    """So many order lines, four to an order, reached their buyers in the month before, from all places in turn."""
    at = timezone.now().replace(day=1) - timedelta(days=3)
    goods = list(StockRecord.objects.filter(price__isnull=False).select_related("product", "partner").order_by("pk"))
    places = list(Location.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, lines // PER_ORDER, AT_ONCE):
        _sell(range(first, min(first + AT_ONCE, lines // PER_ORDER)), goods, places, at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE order_order, order_line, fulfilment_fulfilment, fulfilment_fulfilmentline")


@transaction.atomic
def _sell(numbers: range, goods: list[StockRecord], places: list[int], at: datetime) -> None:
    orders = Order.objects.bulk_create(
        Order(
            number=f"DO{n:07}", currency="VND", total_incl_tax=0, total_excl_tax=0, status="completed", date_placed=at,
            paid_at=at, payment_method="cod", shipping_code="delivery",
        )
        for n in numbers
    )  # fmt: skip
    lines = Line.objects.bulk_create(
        _line(order, goods[(n * 7 + turn * 13) % len(goods)], n + turn)
        for n, order in zip(numbers, orders, strict=True) for turn in range(PER_ORDER)
    )  # fmt: skip
    parcels = Fulfilment.objects.bulk_create(
        Fulfilment(
            order=order, location_id=places[n % len(places)], method="delivery", status="delivered", finished_at=at
        )
        for n, order in zip(numbers, orders, strict=True)
    )
    of_order = {parcel.order_id: parcel for parcel in parcels}
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=of_order[line.order_id], line=line, quantity=line.quantity) for line in lines
    )


def _line(order: Order, record: StockRecord, number: int) -> Line:
    """One to five pieces, some with an offer taken off that no piece divides."""
    pieces = 1 + number % 5
    price = (record.price or 0) * pieces - number % 3 * 1_001
    return Line(
        order=order, product=record.product, title=record.product.title, upc=record.product.upc, quantity=pieces,
        partner=record.partner, partner_name=record.partner.name, partner_sku=record.partner_sku, stockrecord=record,
        num_allocated=0, unit_price_incl_tax=record.price, unit_price_excl_tax=record.price, line_price_incl_tax=price,
        line_price_excl_tax=price, line_price_before_discounts_incl_tax=price, line_price_before_discounts_excl_tax=price,
        commission_percent=15,
    )  # fmt: skip
