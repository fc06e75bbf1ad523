"""What must hold on live data. Each rule gives the rows that break it, one sentence each; `manage.py prove` asks all."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Sum

from marketplace.partner.models import StockRecord

from .models import ACTIVE, Balance, Count, CountLine, Hold, Movement, Shortage, Transfer, TransferLine
from .queries import booked_by_counts, figures, issued_by_holds, sent_and_arrived


def balances_are_the_sum_of_their_movements(at: datetime) -> Iterator[str]:
    rows = Balance.objects.annotate(moved=Sum("movements__quantity", default=0)).exclude(on_hand=F("moved"))
    for row in rows:
        yield f"balance {row.pk}: on hand {row.on_hand}, movements add up to {row.moved}"


def held_is_the_sum_of_active_holds(at: datetime) -> Iterator[str]:
    active = Q(**{f"holds__{name}": value for name, value in ACTIVE.items()})
    rows = Balance.objects.annotate(promised=Sum("holds__quantity", filter=active, default=0))
    for row in rows.exclude(held=F("promised")):
        yield f"balance {row.pk}: held {row.held}, active holds add up to {row.promised}"


def nothing_is_promised_twice(at: datetime) -> Iterator[str]:
    """A place has what it promises, or as much as it lacks is known to be short: open cases say that a till was quicker."""
    spot = ("location_id", "lot__product_id")
    sums = Balance.objects.order_by().values_list(*spot).annotate(here=Sum("on_hand"), promised=Sum("held"))
    ended, known = _at_spots(Hold.objects.expired_at(at)), _at_spots(Shortage.objects.filter(closed_at__isnull=True))
    for place, product, here, held in sums.filter(promised__gt=0).filter(promised__gt=F("here")):
        promised, short = held - ended.get((place, product), 0), known.get((place, product), 0)
        if min(promised, promised - here) > short:  # sold below zero, it owes no order more than was promised
            found = f"{here} on hand, {promised} promised, {short} known to be short"
            yield f"location {place}, product {product}: {found}"


def _at_spots(rows: Any) -> dict[tuple[int, int], int]:
    """Units of holds or cases by place and product."""
    sums = rows.order_by().values_list("balance__location_id", "balance__lot__product_id").annotate(Sum("quantity"))
    return {(place, product): units for place, product, units in sums}


def only_tills_go_below_zero(at: datetime) -> Iterator[str]:
    rows = Balance.objects.filter(on_hand__lt=0).exclude(movements__kind=Movement.Kind.SOLD)
    for row in rows:
        yield f"balance {row.pk}: {row.on_hand} on hand, and no till sold from it"


def issued_holds_have_left(at: datetime) -> Iterator[str]:
    """Every unit handed over for an order is a movement, and the other way round."""
    moved = issued_by_holds()
    for pk, quantity in Hold.objects.filter(issued_at__isnull=False).values_list("pk", "quantity"):
        found = moved.pop(pk, 0)
        if found != quantity:
            yield f"hold {pk}: {quantity} units were handed over, the ledger says {found}"
    for pk, units in moved.items():
        yield f"the ledger says {units} units left for hold {pk}, which was not handed over"


def oscar_mirrors_the_ledger(at: datetime) -> Iterator[str]:
    """Records the ledger never touched may be empty; all others say what it says."""
    rows = list(StockRecord.objects.order_by("pk"))
    sums = figures({row.product_id for row in rows})
    for row in rows:
        shown = (row.num_in_stock or 0, row.num_allocated or 0)
        if shown != sums.get(row.product_id, (0, 0)):
            yield f"stock record {row.pk}: shows {shown}, the ledger {sums.get(row.product_id, (0, 0))}"


def transfers_move_what_they_say(at: datetime) -> Iterator[str]:
    """Each unit sent and arrived is a movement, and the other way round; what is closed is accounted for."""
    sent, arrived = sent_and_arrived()
    for line in TransferLine.objects.select_related("transfer").order_by("pk"):
        out, into = sent.pop(line.pk, 0), arrived.pop(line.pk, 0)
        if out != (line.quantity if line.transfer.sent_at else 0) or into != line.arrived:
            yield f"transfer {line.transfer_id}, line {line.pk}: {line.quantity} sent, {line.arrived} arrived; the ledger says {out} and {into}"
        elif line.transfer.status == Transfer.Status.CLOSED and line.on_its_way:
            yield f"transfer {line.transfer_id} is closed, but {line.on_its_way} of line {line.pk} are neither here nor missing"
    for pk in [*sent, *arrived]:
        yield f"the ledger moved units for transfer line {pk}, which is not there"


def closed_counts_are_on_the_books(at: datetime) -> Iterator[str]:
    """What a count found more or less is a movement of just so much."""
    booked = booked_by_counts()
    for line in CountLine.objects.filter(count__status=Count.Status.CLOSED).order_by("pk"):
        if (line.variance or 0) != booked.pop(line.pk, 0):
            yield f"count {line.count_id}, line {line.pk}: {line.variance} found, the books say otherwise"
    for pk in booked:
        yield f"the books follow count line {pk}, whose count is not closed"


RULES = (
    balances_are_the_sum_of_their_movements,
    held_is_the_sum_of_active_holds,
    nothing_is_promised_twice,
    only_tills_go_below_zero,
    issued_holds_have_left,
    oscar_mirrors_the_ledger,
    transfers_move_what_they_say,
    closed_counts_are_on_the_books,
)
