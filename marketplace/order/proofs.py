"""What must hold of order lines whatever happened. `manage.py prove` asks."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from marketplace.boxes.grouping import Group, boxes_of
from marketplace.boxes.models import Part

from .models import Line


def boxes_were_ordered_whole(at: datetime) -> Iterator[str]:
    """Of each gift box in an order all parts, as many of each as so many boxes hold."""
    parts: dict[int, dict[int, int]] = {}
    for part in Part.objects.filter(box__order_lines__isnull=False).distinct():
        parts.setdefault(part.box_id, {})[part.product_id] = part.quantity
    rows = Line.objects.filter(box__isnull=False).select_related("order", "box").order_by("order_id", "pk")
    for order, lines in groupby(rows, lambda line: line.order):
        for group in boxes_of(lines):
            if not _whole(group, parts.get(group.box.pk, {})):
                yield f"order {order.number}: not all of “{group.box.title}”"


def _whole(group: Group, parts: dict[int, int]) -> bool:
    there = {line.product_id: line.per_box for line in group.lines}
    return there == parts and all(line.quantity == group.number * (line.per_box or 0) for line in group.lines)


RULES = [boxes_were_ordered_whole]
