"""What must hold of goods that came back."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, Sum

from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, Return, ReturnLine
from marketplace.fulfilment.queries import STANDING
from marketplace.money import ZERO
from marketplace.order.models import Line, Order
from marketplace.payment.models import Refund, Transaction
from marketplace.stock import queries as stock


def returned_pieces_were_handed_over(at: datetime) -> Iterator[str]:
    """No piece comes back twice, or without having left; lines count what was paid back of them."""
    had = FulfilmentLine.objects.filter(fulfilment__status__in=Fulfilment.WITH_BUYER).values_list(
        "fulfilment", "line", "quantity"
    )
    given = {(parcel, line): pieces for parcel, line, pieces in had}
    back: Counter[tuple[int, int]] = Counter()
    paid: Counter[int] = Counter()
    for one in ReturnLine.objects.filter(asked__status__in=STANDING).select_related("asked"):
        settled = one.asked.status == Return.Status.SETTLED
        back[one.asked.fulfilment_id, one.line_id] += one.came if settled else one.quantity
        paid[one.line_id] += one.came if settled else 0
    for (parcel, line), pieces in sorted(back.items()):
        if pieces > given.get((parcel, line), 0):
            yield f"parcel {parcel}, line {line}: {pieces} come back of {given.get((parcel, line), 0)} handed over"
    for sold in Line.objects.filter(Q(returned_quantity__gt=0) | Q(pk__in=paid)).select_related("order"):
        if sold.returned_quantity != paid[sold.pk]:
            yield f"order {sold.order.number}, “{sold.title}”: {sold.returned_quantity} paid back, returns say {paid[sold.pk]}"


def returns_pay_for_their_lines(at: datetime) -> Iterator[str]:
    """What goes back for a return is what its lines cost and the fee; less only where the rest was still to be paid."""
    back: Counter[int] = Counter()
    for key, amount in Refund.objects.filter(reason="returned").values_list("key", "amount"):
        back[_return_of(key)] += int(amount)
    rows = Return.objects.select_related("fulfilment__order").annotate(worth=Sum("lines__amount", default=ZERO))
    asked: Any
    for asked in rows.order_by("pk"):
        order, gone, worth = asked.fulfilment.order, back.pop(asked.pk, 0), asked.worth + asked.fee
        whole = min(asked.refunded, worth) if order.in_cash else worth
        if gone != asked.refunded or asked.refunded != whole:
            yield f"order {order.number}, return {asked.pk}: worth {worth}, {asked.refunded} noted, {gone} goes back"
    for pk, given in back.items():
        yield f"{given} goes back for return {pk}, which is not there"


def drawers_pay_for_returns_of_their_own(at: datetime) -> Iterator[str]:
    """Cash that went out of a place's drawer was due for goods that this place took back, and is what was due."""
    out = Transaction.objects.filter(txn_type=Transaction.REFUND, location__isnull=False).select_related(
        "source__order"
    )
    made = dict(Refund.objects.filter(status=Refund.Status.MADE, reason="returned").values_list("key", "amount"))
    for row in out.filter(source__source_type__code__in=Order.IN_CASH):
        asked = Return.objects.filter(pk=_return_of(row.reference), fulfilment__order=row.source.order_id).first()
        own = asked is not None and asked.fulfilment.location_id == row.location_id
        settled = asked is not None and asked.status == Return.Status.SETTLED
        if not own or not settled or made.get(row.reference) != row.amount:
            yield f"order {row.source.order.number}: the drawer of place {row.location_id} paid {row.amount} that it did not owe"
    for row in out.exclude(source__source_type__code__in=Order.IN_CASH):
        yield f"order {row.source.order.number}: {row.amount} went out of a drawer, and did not come in cash"


def _return_of(key: str) -> int:
    """By the key of a refund; what the buyer's bank did not cover of it is a refund of its own."""
    found = re.search(r"-returned-(\d+)(-rest\d*)*$", key)
    return int(found[1]) if found else 0


def returned_goods_are_where_the_place_decided(at: datetime) -> Iterator[str]:
    """Nothing is on a shelf again, or written off, before and beyond what was decided about it."""
    moved = stock.taken_in()
    sums = {"restocked_all": Sum("lines__restocked", default=0), "spoiled_all": Sum("lines__spoiled", default=0)}
    asked: Any
    for asked in Return.objects.annotate(**sums).order_by("pk"):
        came, off = moved.pop(f"return:{asked.pk}", (0, 0))
        settled = asked.status == Return.Status.SETTLED
        decided = (asked.restocked_all + asked.spoiled_all, asked.spoiled_all) if settled else (0, 0)
        if (came, off) != decided:
            yield f"return {asked.pk} ({asked.status}): {decided} decided, the ledger says {(came, off)}"
    for cause in moved:
        yield f"the ledger took goods in for {cause}, which is not there"
