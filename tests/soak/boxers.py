"""Gift boxes: ordered to be brought or collected, and taken off again, whole or in pieces."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.checkout import actions as checkout
from marketplace.order.models import Line, Order

from .shoppers import LINES, POINT, Shoppers
from .steps import ANY, YES
from .world import one_of

BOXES = st.integers(1, 2)


class Boxers(Shoppers):
    @rule(boxes=BOXES, lines=LINES, loose=YES, card=YES)
    def order_boxes(self, boxes: int, lines: list[tuple[int, int]], loose: bool, card: bool) -> None:
        """Perhaps with the same goods beside them."""
        self._order(lines[:1] if loose else [], "card" if card else "cod", False, boxes=boxes)

    @rule(boxes=BOXES, card=YES, place=POINT)
    def order_boxes_to_collect(self, boxes: int, card: bool, place: int) -> None:
        where = {"location_id": self.world.places[place].pk}
        self._order([], "card" if card else "counter", False, boxes=boxes, **where)

    def _boxed(self, which: int) -> list[Line]:
        """The lines of the boxes of a running order."""
        running = Order.objects.filter(pk__in=self.seen.running, lines__box__isnull=False).distinct().order_by("-pk")
        return list(one_of(running, which).lines.exclude(box=None).order_by("pk")) if running else []

    @precondition(lambda self: self.seen.running)
    @rule(which=ANY, boxes=BOXES)
    def take_boxes_off(self, which: int, boxes: int) -> None:
        """The shopper thinks again of so many of them."""
        if lines := self._boxed(which):
            off = {line.pk: boxes * (line.per_box or 0) for line in lines}
            self._take_off("boxes taken off", lines[0].order, off, Order.Because.SHOPPER)

    @precondition(lambda self: self.seen.running)
    @rule(which=ANY, part=ANY, shopper=YES)
    def take_a_piece_out_of_a_box(self, which: int, part: int, shopper: bool) -> None:
        """Which the place may do, and the shopper may not."""
        if lines := self._boxed(which):
            reason = Order.Because.SHOPPER if shopper else "Hàng bị móp"
            self._take_off("a piece taken out of a box", lines[0].order, {one_of(lines, part).pk: 1}, reason)

    def _take_off(self, called: str, order: Order, off: dict[int, int], reason: Any) -> None:
        facts = {"order": order, "pieces": off, "by": self.world.mai, "reason": reason}
        self.do(checkout.cancel_pieces, called=called, at=self.at, **facts)
