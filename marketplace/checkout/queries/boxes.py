"""Gift boxes on their way to an order: whole, in one piece, and packed at their place."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.boxes.grouping import Group, boxes_of
from marketplace.boxes.models import Part
from marketplace.errors import Refused
from marketplace.locations.models import Location

from ..details import Details


class BoxGone(Refused):
    """It was taken out of the shop, or lies in the basket otherwise than it is sold."""

    sentence = _("The gift box “%(title)s” is not sold like this any more. Take it out of the basket to go on.")
    code = "box_gone"


class BoxApart(Refused):
    """Nobody delivers half of it."""

    sentence = _(
        "The gift box “%(title)s” is delivered or collected in one piece. Choose the same for all that is in it."
    )
    code = "box_apart"


class CannotWait(Refused):
    """With a gift box all is gathered where it is packed; these goods are elsewhere, and leave from where they are."""

    sentence = _(
        "“%(title)s” cannot wait for the gift box. Please order it separately, or collect all at a sales point."
    )
    code = "box_cannot_wait"


def refuse_torn(lines: Iterable[Any]) -> None:
    """Of each box in the basket all parts are there, as many of each as belong to so many boxes. One query, where there are any."""
    groups = boxes_of(lines)
    parts: dict[int, dict[int, int]] = {group.box.pk: {} for group in groups}
    for part in Part.objects.filter(box__in=parts) if parts else ():
        parts[part.box_id][part.product_id] = part.quantity
    for group in groups:
        if not group.box.is_open or not _whole(group, parts[group.box.pk]):
            raise BoxGone(title=group.box.title)


def _whole(group: Group, parts: dict[int, int]) -> bool:
    there = {line.product_id: line.per_box for line in group.lines}
    return there == parts and all(line.quantity == group.number * line.per_box for line in group.lines)


def refuse_apart(lines: Sequence[Any], details: Details) -> None:
    """Of an order in two ways."""
    for group in boxes_of(lines):
        if len({details.collects(line.product.pk) for line in group.lines}) > 1:
            raise BoxApart(title=group.box.title)


def packer_of(lines: Iterable[Any]) -> Location | None:
    """The place where the first box of these lines is packed, with its commune and hours; no query without a box."""
    groups = boxes_of(lines)
    if not groups:
        return None
    places = Location.objects.select_related("commune").prefetch_related("hours")
    return places.get(pk=groups[0].box.packed_at_id)
