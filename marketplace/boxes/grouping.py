"""Lines of a basket, a draft or an order, those of one box together. Pure."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Group(NamedTuple):
    """A line alone (`box` is None), or all lines of a box."""

    box: Any
    lines: list[Any]

    @property
    def number(self) -> int:
        """How many boxes; of a line alone, how many pieces."""
        first = self.lines[0]
        return int(first.quantity // first.per_box) if self.box else int(first.quantity)


def together(lines: Iterable[Any]) -> list[Group]:
    """In the order in which they come; a box stands where its first line stands."""
    groups: list[Group] = []
    of_box: dict[int, Group] = {}
    for line in lines:
        box = line.box
        if box is not None and box.pk in of_box:
            of_box[box.pk].lines.append(line)
            continue
        groups.append(Group(box, [line]))
        if box is not None:
            of_box[box.pk] = groups[-1]
    return groups


def boxes_of(lines: Iterable[Any]) -> list[Group]:
    return [group for group in together(lines) if group.box is not None]
