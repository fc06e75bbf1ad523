"""Pieces of an order that nobody packs yet: the buyer may take some off."""

from collections import Counter

from marketplace.checkout.forms import PiecesForm
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order


def fewer(order: Order, parcels: list[Fulfilment]) -> PiecesForm | None:
    """Which pieces the buyer may still take off: nobody picks them yet. Of one piece the whole order is cancelled."""
    lines = _untouched(order, [one for one in parcels if one.status == Fulfilment.Status.OPEN])
    return PiecesForm(lines=lines) if sum(most for _pk, _title, most in lines) > 1 else None


def _untouched(order: Order, parcels: list[Fulfilment]) -> list[tuple[int, str, int]]:
    """Of each line how many pieces lie in these parcels and are not missing."""
    there: Counter[int] = Counter()
    for one in parcels:
        for part in one.lines.all():
            there[part.line_id] += part.quantity
        for short in one.shorts.all():
            there[short.line_id] -= short.quantity if short.closed_at is None else 0
    return [(line.pk, line.title, there[line.pk]) for line in order.lines.all() if there[line.pk] > 0]
