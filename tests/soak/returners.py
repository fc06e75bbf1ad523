"""Pieces taken off before picking, and goods that come back: asked for, forgone, refused, or taken in and judged."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.order.models import Order
from tests.checkout.returns import photograph

from .shoppers import LINES
from .steps import ANY, YES, Steps
from .world import one_of

REASONS = st.sampled_from(Return.Reason.values)
WAYS = st.sampled_from(Return.Way.values)
OPEN = (Return.Status.ASKED, Return.Status.AWAITED)


class Returners(Steps):
    @rule(lines=LINES, card=YES, boxes=st.integers(0, 1))
    def buy_and_collect(self, lines: list[tuple[int, int]], card: bool, boxes: int) -> None:
        """In one go, where the point has it; what is paid by card is paid at once."""
        goods, where = [] if boxes else lines[:1], {"location_id": self.world.places[0].pk}
        order = self._order(goods, "card" if card else "counter", False, boxes=boxes, **where)  # type: ignore[attr-defined]
        if order is None:
            return
        if card:
            self.do(checkout.start_payment, order=order, at=self.at)
            for reference in order.sources.exclude(reference="").values_list("reference", flat=True):
                self.bank.pay(reference)
            self.do(checkout.settle, order_id=order.pk, at=self.at)
        parcel = order.fulfilments.get()
        about: dict[str, Any] = {"fulfilment": parcel, "by": self.world.mai, "at": self.at}
        for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
            self.do(step, **about)
        self.do(fulfilments.hand_over, code=parcel.code, **about)

    @precondition(lambda self: self.seen.running)
    @rule(which=ANY, pieces=st.integers(1, 2), shopper=YES)
    def take_pieces_off(self, which: int, pieces: int, shopper: bool) -> None:
        order = Order.objects.get(pk=one_of(self.seen.running, which))
        off = {line.pk: pieces for line in order.lines.order_by("pk")[:1]}
        reason = Order.Because.SHOPPER if shopper else "Hàng bị móp"
        self.do(checkout.cancel_pieces, order=order, pieces=off, by=self.world.mai, reason=reason, at=self.at)

    @rule(which=ANY, pieces=st.integers(1, 2), reason=REASONS)
    def ask_to_give_back(self, which: int, pieces: int, reason: str) -> None:
        had = Fulfilment.objects.filter(status__in=Fulfilment.WITH_BUYER).order_by("pk")
        if found := list(had.exclude(returns__status__in=OPEN)):
            self._ask(one_of(found, which), which, pieces, reason)

    def _ask(self, parcel: Fulfilment, which: int, pieces: int, reason: str) -> None:
        part = one_of(parcel.lines.select_related("line").order_by("pk"), which)
        wanted, called = {part.line_id: pieces}, "a part of a box asked to go back" if part.line.box_id else ""
        facts = {"reason": reason, "words": "Nắp bị bật", "photographs": [photograph()], "by": self.world.lan}
        self.do(checkout.ask_return, called=called, parcel=parcel, pieces=wanted, at=self.at, **facts)

    @rule(which=ANY, way=WAYS, deed=st.integers(0, 4))
    def answer_who_gives_back(self, which: int, way: str, deed: int) -> None:
        """Mostly the goods are to come; else the buyer keeps them, paid or not."""
        if asked := list(Return.objects.filter(status=Return.Status.ASKED).order_by("pk")):
            facts = {"asked": one_of(asked, which), "answer": "Xin lỗi chị.", "by": self.world.mai, "at": self.at}
            match deed:
                case 0:
                    self.do(checkout.forgo_return, **facts)
                case 1:
                    self.do(checkout.decline_return, **facts)
                case _:
                    self.do(checkout.await_return, way=way, **facts)

    @rule(which=ANY, good=YES)
    def what_comes_back_is_judged(self, which: int, good: bool) -> None:
        if awaited := list(Return.objects.filter(status=Return.Status.AWAITED).order_by("pk")):
            asked = one_of(awaited, which)
            judged = {
                line.pk: checkout.Judged(line.quantity if good else 0, 0 if good else line.quantity)
                for line in asked.lines.all()
            }
            boxed = asked.lines.exclude(line__box=None).exists()
            called = "a part of a box comes back" if boxed else ""
            self.do(checkout.take_in_return, called=called, asked=asked, judged=judged, by=self.world.mai, at=self.at)

    @rule(which=ANY, good=YES, reason=REASONS)
    def give_a_part_of_a_box_back(self, which: int, good: bool, reason: str) -> None:
        """In one go, over the counter."""
        had = Fulfilment.objects.filter(status__in=Fulfilment.WITH_BUYER, lines__line__box__isnull=False).distinct()
        if found := list(had.exclude(returns__status__in=OPEN).order_by("pk")):
            self._ask(one_of(found, which), which, 1, reason)
            self.answer_who_gives_back(-1, Return.Way.COUNTER, 2)
            self.what_comes_back_is_judged(-1, good)

    @rule()
    def returns_are_followed(self) -> None:
        self.do(checkout.follow_returns, at=self.at)
