"""Goods that a buyer had and brought back: on the shelf again or written off, by one decision of the place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum

from marketplace.stock.models import Balance, Hold, Movement

from .goods import NotThere
from .ledger import Book
from .sales import WrongQuantity

Kind = Movement.Kind
Out = tuple[int, Balance, int]  # the hold under which, the balance from which, and how many pieces left


@dataclass(frozen=True, slots=True)
class Returned:
    """Pieces of an order line that are here again: so many can be sold, so many are spoiled."""

    line_id: int
    restocked: int
    spoiled: int


@transaction.atomic
def take_in(
    *, order_id: int, location_id: int, returned: Sequence[Returned], cause: str, by: Any, at: datetime
) -> None:
    """What came back is on the books of the place that had handed it over, in the lots that it left from.

    Once for each cause. What is spoiled comes in and goes out again: the story of the lot says both.
    """
    if any(one.restocked < 0 or one.spoiled < 0 for one in returned):
        raise WrongQuantity
    lines = [one.line_id for one in returned]
    holds = Hold.objects.filter(order_id=order_id, balance__location_id=location_id, order_line_id__in=lines)
    holds = holds.filter(issued_at__isnull=False).select_related("balance__lot").order_by("pk")
    products = {hold.balance.lot.product_id for hold in holds}
    book = Book(location_ids=[location_id], product_ids=products, at=at)
    if any(move.cause == cause for hold in holds for move in book.recorded(f"returned:{hold.pk}")):
        return
    for one in returned:
        out = [left for hold in holds if hold.order_line_id == one.line_id for left in _still_out(book, hold)]
        facts = {"cause": cause, "by": by}
        _book(book, out, one.restocked + one.spoiled, one.spoiled, facts)
    book.close()


def _still_out(book: Book, hold: Hold) -> Iterator[Out]:
    """Of which balance how many of the hold's pieces left and have not come back."""
    left = Movement.objects.filter(key__startswith=f"issued:{hold.pk}:").order_by("pk")
    back = Movement.objects.filter(key__startswith=f"returned:{hold.pk}:", kind=Kind.RETURNED).order_by()
    came = dict(back.values_list("balance_id").annotate(units=Sum("quantity")))
    for movement in left:
        units = -movement.quantity - came.get(movement.balance_id, 0)
        if units > 0:
            yield hold.pk, book.balances[movement.balance_id], units


def _book(book: Book, out: Sequence[Out], units: int, spoiled: int, facts: dict[str, Any]) -> None:
    """So many come in, lot after lot; of them so many are spoiled."""
    for hold_id, balance, pieces in out:
        came = min(units, pieces)
        if came:
            off, key = min(spoiled, came), f"{hold_id}:{balance.pk}:{facts['cause']}"
            book.move(balance, Kind.RETURNED, came, key=f"returned:{key}", **facts)
            if off:
                book.move(balance, Kind.SPOILED, -off, key=f"spoiled:{key}", **facts)
            units, spoiled = units - came, spoiled - off
    if units:
        raise NotThere(title="", wanted=units, on_hand=0)
