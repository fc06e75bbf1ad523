"""Pieces of an order that nobody packs yet: the buyer may take some off."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.boxes.grouping import Group, boxes_of
from marketplace.checkout.actions import refuse_cheaper
from marketplace.checkout.earning import Bargain
from marketplace.checkout.forms import PiecesForm
from marketplace.checkout.queries.bargains import bargains_of
from marketplace.errors import Refused
from marketplace.fulfilment.models import Fulfilment


def bargains(order: Any) -> list[Bargain]:
    """The offers that made an order out of `whole_orders()` cheaper. No query where there are none."""
    return bargains_of(order, order.lines.all()) if order.by_offer else []


def why_whole(order: Any, offers: Sequence[Bargain], one: Fulfilment) -> str:
    """Why the order cannot go on without the parcel, if its buyer wants that; else nothing."""
    return _refusal(order, offers, {part.line_id: part.quantity for part in one.lines.all()})


def fewer(order: Any, parcels: list[Fulfilment], offers: Sequence[Bargain]) -> tuple[PiecesForm | None, str]:
    """Which pieces the buyer may still take off, or why none: nobody picks them yet, and the rest keeps its price.

    Of one piece, or one box, the whole order is cancelled. The order out of `whole_orders()`.
    """
    form = _form(order, _untouched([one for one in parcels if one.status == Fulfilment.Status.OPEN]))
    if form.most < 2:
        return None, ""
    held = [_held(order, offers, parts, most) for parts, most in form.choices()] if offers else []
    return (None, held[0]) if held and all(held) else (form, "")


def _held(order: Any, offers: Sequence[Bargain], parts: Mapping[int, int], most: int) -> str:
    """Why neither one of it nor all of it can go."""
    one, every = (_refusal(order, offers, {pk: units * n for pk, units in parts.items()}) for n in (1, most))
    return one and every


def _refusal(order: Any, offers: Sequence[Bargain], wanted: Mapping[int, int]) -> str:
    try:
        refuse_cheaper(bargains=offers, lines=order.lines.all(), wanted=wanted)
    except Refused as refusal:
        return str(refusal)
    return ""


def asked(order: Any, data: Any) -> PiecesForm:
    """What the buyer wants; whether it can still be done, the action says."""
    return _form(order, {line.pk: line.quantity for line in order.lines.all()}, data)


def _untouched(parcels: list[Fulfilment]) -> Counter[int]:
    """Of each line how many pieces lie in these parcels and are not missing."""
    there: Counter[int] = Counter()
    for one in parcels:
        for part in one.lines.all():
            there[part.line_id] += part.quantity
        for short in one.shorts.all():
            there[short.line_id] -= short.quantity if short.closed_at is None else 0
    return there


def _form(order: Any, there: Mapping[int, int], data: Any = None) -> PiecesForm:
    """Loose pieces one by one, boxes whole."""
    left = [line for line in order.lines.all() if there.get(line.pk, 0) > 0]
    lines = [(line.pk, line.title, there[line.pk]) for line in left if line.box is None]
    boxes = [_box(group, there) for group in boxes_of(order.lines.all())]
    least = {line.pk: line.least for line in left}
    return PiecesForm(data, lines=lines, boxes=[box for box in boxes if box[2]], least=least)


def _box(group: Group, there: Mapping[int, int]) -> tuple[int, str, int, dict[int, int]]:
    whole = min(there.get(line.pk, 0) // line.per_box for line in group.lines)
    return group.box.pk, group.box.title, whole, {line.pk: line.per_box for line in group.lines}
