"""What shoppers do, and the points that pick and hand over."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from marketplace.basket.actions import boxes_in, set_boxes
from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.order.models import Order
from marketplace.payment.models import Source
from marketplace.payment.queries import orders_to_ask_about
from marketplace.stock import actions as stock
from marketplace.stock.queries.short import open_cases
from tests import make

from .steps import ANY, PRODUCT, YES, Steps
from .world import one_of

OFTEN = st.integers(0, 4)  # once in five not
POINT = st.integers(0, 1)
LINES = st.lists(st.tuples(PRODUCT, st.integers(1, 3)), min_size=1, max_size=3)


class Shoppers(Steps):
    def _basket(self, lines: list[tuple[int, int]], boxes: int = 0) -> Any:
        """The same product may stand on several lines: one of them wrapped as a gift, one in a box. None without its boxes."""
        basket = make.basket(owner=self.world.lan)
        for number, (product, pieces) in enumerate(lines):
            wrapped = [{"option": self.world.wrapping, "value": str(number)}] if number else None
            basket.add_product(self.world.products[product], pieces, options=wrapped)
        if boxes:
            self.do(set_boxes, basket=basket, box=self.world.box, count=boxes)
        return basket if boxes_in(basket=basket, box=self.world.box) == boxes else None

    def _order(
        self, lines: list[tuple[int, int]], payment: str, twice: bool, *, boxes: int = 0, **where: Any
    ) -> Order | None:
        basket = self._basket(lines, boxes)
        if basket is None:
            return None
        facts = {"basket": basket, "details": make.details(payment=payment, **where), "by": self.world.lan}
        placed = self.do(checkout.place_order, called="order boxes" if boxes else "", at=self.at, **facts)
        if placed and twice:
            assert self.do(checkout.place_order, at=self.at, **facts) == placed
        return placed

    @initialize(lines=LINES, card=YES, place=POINT)
    def begin_with_two_orders(self, lines: list[tuple[int, int]], card: bool, place: int) -> None:
        self._order(lines[:2], "card" if card else "cod", False)
        self._order(lines[::-1], "counter", False, location_id=self.world.places[place].pk)

    @rule(lines=LINES, card=YES, twice=YES)
    def order_a_delivery(self, lines: list[tuple[int, int]], card: bool, twice: bool) -> None:
        self._order(lines, "card" if card else "cod", twice)

    @rule(lines=LINES, card=YES, place=POINT, days=st.sampled_from([None, 0, 3, 7]))
    def order_to_collect(self, lines: list[tuple[int, int]], card: bool, place: int, days: int | None) -> None:
        where = {"location_id": self.world.places[place].pk}
        day = None if days is None else timezone.localdate(self.at) + timedelta(days)
        self._order(lines, "card" if card else "counter", False, collect_on=day, **where)

    @precondition(lambda self: self.seen.unpaid)
    @rule(which=ANY, pays=OFTEN, heard=OFTEN)
    def pay_by_card(self, which: int, pays: int, heard: int) -> None:
        """The page is opened; mostly the shopper pays there, and mostly the shop hears of it at once."""
        order = Order.objects.get(pk=one_of(self.seen.unpaid, which))
        self.do(checkout.start_payment, order=order, at=self.at)
        source = order.sources.order_by("attempt").last()
        if pays and source and source.reference:
            self.bank.pay(source.reference)
        if heard:
            self.do(checkout.settle, order_id=order.pk, at=self.at)

    @precondition(lambda self: self.seen.cards)
    @rule(which=ANY)
    def pay_on_an_open_page(self, which: int) -> None:
        """Perhaps an old one, perhaps too late; the shop hears of it some other time."""
        sources = Source.objects.filter(order=one_of(self.seen.cards, which)).exclude(reference="").order_by("pk")
        for reference in sources.values_list("reference", flat=True):
            self.bank.pay(reference)

    @precondition(lambda self: self.seen.cards)
    @rule(which=ANY)
    def hear_of_a_payment(self, which: int) -> None:
        self.do(checkout.settle, order_id=one_of(self.seen.cards, which), at=self.at)

    @precondition(lambda self: self.seen.running)
    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        order = Order.objects.get(pk=one_of(self.seen.running, which))
        self.do(checkout.cancel, order=order, by=self.world.lan, reason=Order.Because.SHOPPER, at=self.at)

    @precondition(lambda self: self.seen.parcels)
    @rule(which=ANY, well=st.integers(0, 2))
    def go_on_with_a_parcel(self, which: int, well: int) -> None:
        """Its next step; one sent may not reach its buyer, and what comes back may be spoiled."""
        seen = one_of(self.seen.parcels, which)
        parcel = Fulfilment.objects.get(pk=seen.pk)
        facts: dict[str, Any] = {"fulfilment": parcel, "by": self.world.mai, "at": self.at}
        match seen.status:
            case "open":
                self.do(fulfilments.start_picking, **facts)
            case "picking":
                self.do(fulfilments.pack, **facts)
            case "packed" if seen.pickup:
                self.do(fulfilments.mark_ready, **facts)
            case "packed":
                self.do(fulfilments.ship, carrier="VNPost", tracking_number=self.name(), **facts)
            case "ready":
                self.do(fulfilments.hand_over, code=parcel.code if well else "no", **facts)
            case "shipped" if well:
                self.do(fulfilments.delivered, **facts)
            case "shipped":
                self.do(fulfilments.fail, reason="Không có ai ở nhà", **facts)
            case "failed":
                self.do(checkout.take_back, spoiled=not well, **facts)

    @precondition(lambda self: self.seen.shorts)
    @rule(which=ANY, choice=st.sampled_from(ShortLine.Choice.values))
    def choose(self, which: int, choice: str) -> None:
        short = ShortLine.objects.get(pk=one_of(self.seen.shorts, which))
        self.do(checkout.answer_shortage, short=short, choice=choice, by=None, at=self.at)


class Clock(Steps):
    """What beat rings for, and time itself."""

    swept_at: datetime | None = None

    @rule(minutes=st.sampled_from([0, 1, 20, 40, 24 * 60, 3 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes, seconds=1)

    @precondition(lambda self: self.seen.orders and self.swept_at != self.at)
    @rule(holds_alone=YES)
    def release_what_expired(self, holds_alone: bool) -> None:
        self.swept_at = self.at
        if holds_alone:
            self.do(stock.release_expired, at=self.at)
            return
        for order_id in Order.objects.past_due(self.at).order_by("pk").values_list("pk", flat=True):
            self.do(checkout.settle, order_id=order_id, at=self.at)
        self.do(checkout.cancel_uncollected, at=self.at)
        self.do(stock.release_expired, at=self.at)

    @precondition(lambda self: self.seen.cards)
    @rule()
    def ask_the_bank(self) -> None:
        for order_id in dict.fromkeys(orders_to_ask_about(self.at, 100)):
            self.do(checkout.settle, order_id=order_id, at=self.at)

    @precondition(lambda self: self.seen.cases or self.seen.shorts or self.seen.on_the_way)
    @rule()
    def mend_what_is_short(self) -> None:
        for case_id in open_cases():
            self.do(checkout.mend, case_id=case_id, at=self.at)
        self.do(checkout.take_up_missing, at=self.at)
        self.do(checkout.replace_outlived, at=self.at)
        self.do(checkout.serve_waiting, at=self.at)
        self.do(checkout.give_up_overdue, at=self.at)

    @precondition(lambda self: self.seen.refunds)
    @rule(which=ANY)
    def give_money_back(self, which: int) -> None:
        self.refund(one_of(self.seen.refunds, which))

    def refund(self, refund_id: int) -> None:
        """As the task does it: where a dispute is in the way, that is looked for."""
        disputed = self.do(checkout.make_refund, refund_id=refund_id, at=self.at)
        if disputed:
            self.do(checkout.follow_disputes, order_id=disputed, at=self.at)
