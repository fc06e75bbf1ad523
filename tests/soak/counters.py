"""What tills tell, in order or not, once or twice, late or never; and the files of points without one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.stock.models import Balance
from marketplace.tills import actions as tills
from marketplace.tills.models import Till, TillEvent
from marketplace.tills.queries import waiting_tills
from marketplace.tills.uploads import actions as uploads

from .steps import ANY, PLACE, PRODUCT, YES, Steps
from .world import one_of

LOT = st.sampled_from([None, "L4", "L30", "LNone", "nobody knows it"])
LATE = st.sampled_from([0, 1, 9, 50])  # hours
EVENTS = st.lists(
    st.tuples(st.sampled_from(["sale", "sale", "return", "count"]), PRODUCT, st.integers(1, 9), LOT),
    min_size=1,
    max_size=3,
)


class Counters(Steps):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[Till, tills.Report]] = []
        self.sequence = {till.pk: 0 for till in self.world.tills}

    def _on_hand(self, place: int, product: int, lot: str | None) -> int:
        rows = Balance.objects.filter(location=self.world.places[place], lot__product=self.world.products[product])
        rows = rows.filter(lot__code=lot) if lot else rows
        return sum(rows.values_list("on_hand", flat=True))

    def _report(self, place: int, event: tuple[str, int, int, str | None], late: int, known: bool) -> tills.Report:
        kind, product, pieces, lot = event
        line: dict[str, Any] = {"code": self.world.products[product].upc if known else "SP-LA", "quantity": pieces}
        line |= {"lot": lot} if lot else {}
        line |= {"seen": self._on_hand(place, product, lot)} if kind == "count" and late < 9 else {}
        self.number += 1
        uuid, at = UUID(int=self.number), self.at - timedelta(hours=late)
        body = {"uuid": str(uuid), "kind": kind, "occurred_at": at.isoformat(), "lines": [line]}
        self.sequence[self.world.tills[place].pk] += 1
        return tills.Report(uuid, self.sequence[self.world.tills[place].pk], kind, at, body)

    @rule(place=PLACE, events=EVENTS, late=LATE, known=st.integers(0, 9), back=YES, lost=YES)
    def a_till_reports(self, place: int, events: list[Any], late: int, known: int, back: bool, lost: bool) -> None:
        """Perhaps backwards, perhaps without one that comes some other time, seldom with a code that nobody knows."""
        reports = [self._report(place, event, late, bool(known)) for event in events]
        self.told += [(self.world.tills[place], report) for report in reports]
        sent = reports[1:] if lost and len(reports) > 1 else reports
        self.do(tills.accept, till=self.world.tills[place], reports=sent[::-1] if back else sent, at=self.at)

    @rule(place=PLACE, product=PRODUCT)
    def a_till_sells_out(self, place: int, product: int) -> None:
        """All that stands there, promised or not."""
        pieces = self._on_hand(place, product, None)
        if pieces > 0:
            till, report = self.world.tills[place], self._report(place, ("sale", product, pieces, None), 0, True)
            self.told.append((till, report))
            self.do(tills.accept, till=till, reports=[report], at=self.at)
            self.do(tills.record_next, till_id=till.pk, at=self.at)

    @precondition(lambda self: self.told)
    @rule(which=ANY, other=YES)
    def a_till_says_it_again(self, which: int, other: bool) -> None:
        """What was lost comes late; what was said has the same answer; with other contents it is refused by name."""
        till, report = one_of(self.told[::-1], which)
        kept = TillEvent.objects.filter(uuid=report.uuid).first()
        if other and kept:
            report = replace(report, body=report.body | {"lines": []})
        receipt = self.do(tills.accept, till=till, reports=[report], at=self.at)
        [answer] = receipt.answers
        as_before = (kept.status, kept.answer.get("code", "")) if kept else ("waiting", "")
        assert (answer.status, answer.code) == (("refused", "event_differs") if other and kept else as_before)

    @precondition(lambda self: self.seen.waiting)
    @rule(which=ANY)
    def a_worker_records(self, which: int) -> None:
        self.do(tills.record_next, till_id=one_of(waiting_tills(), which), at=self.at)
        assert not TillEvent.objects.filter(answer__code="not_recorded").exists()

    @precondition(lambda self: self.seen.waiting)
    @rule()
    def all_workers_record(self) -> None:
        for till_id in waiting_tills():
            self.do(tills.record_next, till_id=till_id, at=self.at)
        assert not TillEvent.objects.filter(answer__code="not_recorded").exists()

    @precondition(lambda self: self.seen.events)
    @rule(which=ANY)
    def a_worker_was_killed_before_it_could_say_so(self, which: int) -> None:
        """The event is recorded, and yet it is given out again."""
        recorded = TillEvent.objects.filter(status="recorded").order_by("pk")
        if recorded:
            event = one_of(recorded, which)
            TillEvent.objects.filter(pk=event.pk).update(status="waiting", answer={})
            self.do(tills.record_next, till_id=event.till_id, at=self.at)

    @precondition(lambda self: self.seen.parked)
    @rule(which=ANY, alike=YES)
    def replay(self, which: int, alike: bool) -> None:
        event = TillEvent.objects.get(pk=one_of(self.seen.parked, which))
        if alike:
            ids = [till.pk for till in self.world.tills]
            self.do(tills.replay_alike, event=event, till_ids=ids, by=self.world.tam, at=self.at)
        else:
            self.do(tills.replay, event=event, by=self.world.tam, at=self.at)

    @rule(place=PLACE, counts=YES, rows=st.lists(st.tuples(PRODUCT, st.integers(-2, 6), LOT), min_size=1, max_size=3))
    def take_a_file(self, place: int, counts: bool, rows: list[Any]) -> None:
        lines = [f"{self.world.products[p].upc};{lot or ''};{abs(n) if counts else n}" for p, n, lot in rows]
        data = "\n".join(["Mã;Lô;Số lượng", *lines]).encode()
        facts = {"name": "tep.csv", "by": self.world.mai, "day": timezone.localdate(self.at), "at": self.at}
        kind = "counts" if counts else "sales"
        self.do(uploads.take, location=self.world.places[place], kind=kind, data=data, **facts)

    @precondition(lambda self: self.seen.uploads)
    @rule(which=ANY, alike=YES, again=YES)
    def book_a_file(self, which: int, alike: bool, again: bool) -> None:
        upload = one_of(self.seen.uploads, which)
        if again:
            self.do(uploads.look_again, upload=upload, at=self.at)
        self.do(uploads.book, upload=upload, by=self.world.mai, at=self.at, alike=alike)
