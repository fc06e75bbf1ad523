"""What people at the places do with goods: receive, send, count, write off, recall, keep back."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.checkout import actions as checkout
from marketplace.stock import actions as stock
from marketplace.stock.actions import counting, recall, reserving, transfers
from marketplace.stock.models import Balance

from .steps import ANY, PIECES, PLACE, PRODUCT, YES, Steps
from .world import DAYS, one_of


class Keepers(Steps):
    def __init__(self) -> None:
        super().__init__()
        self.received: list[dict[str, Any]] = []
        self.recalls = 0

    def _goods(self, place: int, product: int) -> dict[str, Any]:
        about = {"location": self.world.places[place], "product": self.world.products[product]}
        return about | {"by": self.world.mai, "at": self.at}

    @rule(place=PLACE, product=PRODUCT, pieces=st.integers(1, 5), days=st.sampled_from(DAYS))
    def receive(self, place: int, product: int, pieces: int, days: int | None) -> None:
        until = days and timezone.localdate(self.at) + timedelta(days)
        lot = {"lot_code": f"R{until}", "best_before": until, "quantity": pieces, "key": self.name()}
        self.received.append(self._goods(place, product) | lot)
        self.do(stock.receive, **self.received[-1])

    @precondition(lambda self: self.received)
    @rule(which=ANY)
    def receive_again(self, which: int) -> None:
        """The same receipt, sent twice."""
        self.do(stock.receive, **one_of(self.received, which))

    @rule(place=PLACE, product=PRODUCT, pieces=PIECES, twice=YES)
    def spoil(self, place: int, product: int, pieces: int, twice: bool) -> None:
        facts = self._goods(place, product) | {"quantity": pieces, "key": self.name(), "reason": "Vỡ"}
        for _ in range(1 + twice):
            self.do(stock.spoil, **facts)

    @rule(place=PLACE, product=PRODUCT, counted=st.integers(0, 8))
    def count_one_product(self, place: int, product: int, counted: int) -> None:
        self.do(stock.count, counted=counted, key=self.name(), **self._goods(place, product))

    @rule(source=PLACE, to=PLACE, which=ANY, pieces=PIECES)
    def list_goods_to_send(self, source: int, to: int, which: int, pieces: int) -> None:
        about = {"by": self.world.mai, "at": self.at}
        made = self.do(transfers.draft, source=self.world.places[source], target=self.world.places[to], **about)
        here = Balance.objects.filter(location=self.world.places[source]).order_by("pk")
        if made and here:
            self.do(transfers.add_line, transfer=made, lot_id=one_of(here, which).lot_id, quantity=pieces, **about)

    @precondition(lambda self: self.seen.drafts)
    @rule(which=ANY)
    def send(self, which: int) -> None:
        self.do(transfers.send, transfer=one_of(self.seen.drafts, which), by=self.world.mai, at=self.at)

    @precondition(lambda self: self.seen.drafts)
    @rule(which=ANY)
    def drop_a_list(self, which: int) -> None:
        self.do(transfers.drop, transfer=one_of(self.seen.drafts, which), by=self.world.mai)

    @precondition(lambda self: self.seen.on_the_way)
    @rule(which=ANY, pieces=st.integers(1, 12), twice=YES)
    def arrive(self, which: int, pieces: int, twice: bool) -> None:
        transfer = one_of(self.seen.on_the_way, which)
        arrived = {}
        for line in transfer.lines.all():
            arrived[line.pk] = min(pieces, line.on_its_way)
            pieces -= arrived[line.pk]
        facts = {"transfer": transfer, "arrived": arrived, "key": self.name(), "by": self.world.mai}
        for _ in range(1 + twice):
            self.do(transfers.arrive, at=self.at, **facts)

    @precondition(lambda self: self.seen.on_the_way)
    @rule(which=ANY)
    def close_a_transfer(self, which: int) -> None:
        transfer = one_of(self.seen.on_the_way, which)
        reasons = {line.pk: "Vỡ trên đường" for line in transfer.lines.all()}
        self.do(transfers.close, transfer=transfer, reasons=reasons, by=self.world.mai, at=self.at)

    @rule(place=PLACE, product=st.sampled_from([None, 0, 1]))
    def begin_a_count(self, place: int, product: int | None) -> None:
        ids = None if product is None else [self.world.products[product].pk]
        self.do(counting.start, location=self.world.places[place], by=self.world.mai, at=self.at, product_ids=ids)

    @precondition(lambda self: self.seen.counts)
    @rule(which=ANY, line=ANY, off=st.sampled_from([0, 0, -1, 2]), late=st.sampled_from([0, 30]))
    def enter_a_figure(self, which: int, line: int, off: int, late: int) -> None:
        """What stands there by the books, or nearly; written down some time after the look."""
        count = one_of(self.seen.counts, which)
        row = one_of(count.lines.select_related("balance").order_by("pk"), line)
        found = {row.pk: max(0, row.balance.on_hand + off)}
        seen_at = max(count.opened_at, self.at - timedelta(minutes=late))
        self.do(counting.enter, count=count, found=found, by=self.world.mai, at=seen_at)

    @precondition(lambda self: self.seen.counts)
    @rule(which=ANY, product=PRODUCT, pieces=PIECES, code=st.sampled_from(["", "L4", "F1"]))
    def find_what_was_not_listed(self, which: int, product: int, pieces: int, code: str) -> None:
        about = {"product": self.world.products[product], "lot_code": code, "pieces": pieces}
        count = one_of(self.seen.counts, which)
        self.do(counting.enter_found, count=count, by=self.world.mai, at=self.at, **about)

    @precondition(lambda self: self.seen.counts)
    @rule(which=ANY)
    def close_a_count(self, which: int) -> None:
        self.do(counting.close, count=one_of(self.seen.counts, which), by=self.world.mai, at=self.at)

    @precondition(lambda self: self.seen.counts)
    @rule(which=ANY)
    def drop_a_count(self, which: int) -> None:
        self.do(counting.drop, count=one_of(self.seen.counts, which), by=self.world.mai, at=self.at)

    @precondition(lambda self: not self.seen.frozen and self.recalls < 2)
    @rule(which=ANY)
    def recall(self, which: int) -> None:
        self.recalls += 1
        lot = one_of([lot for lot in self.seen.lots if not lot.frozen_at], which)
        self.do(checkout.recall, lot_id=lot.pk, reason="Mốc", by=self.world.tam, at=self.at)

    @precondition(lambda self: self.seen.frozen)
    @rule(which=ANY)
    def thaw(self, which: int) -> None:
        lot = one_of(self.seen.frozen, which)
        self.do(recall.thaw, lot_id=lot.pk, reason="Đã kiểm nghiệm", by=self.world.tam, at=self.at)

    @rule(
        place=PLACE, product=st.sampled_from([None, 0, 1]), pieces=st.integers(0, 2), percent=st.sampled_from([0, 30])
    )
    def keep_back(self, place: int, product: int | None, pieces: int, percent: int) -> None:
        about = {"safety_stock": pieces, "counter_percent": percent, "by": self.world.mai}
        goods = None if product is None else self.world.products[product]
        self.do(reserving.set_reserve, location=self.world.places[place], product=goods, **about)
