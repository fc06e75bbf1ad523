"""What is owed for all of it: agreed, taken in, closed, confirmed and paid, whenever somebody feels like it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from marketplace.partner import actions as partners
from marketplace.partner.models import Agreement
from marketplace.settlement import actions
from marketplace.settlement.models import Entry, Payout, Statement
from marketplace.settlement.queries.payable import payable
from marketplace.stock import actions as stock

from .steps import ANY, PIECES, PLACE, PRODUCT, YES, Steps
from .world import one_of

TERMS = st.sampled_from([("consignment", 0), ("consignment", 12), ("consignment", 33), ("firm", 0)])
SIDES = st.sampled_from(list(actions.Side))
WEEK = timedelta(days=8)  # later every week of before is over


class Settlers(Steps):
    @property
    def _producer(self) -> Any:
        return self.world.products[0].producer

    @rule(place=PLACE, terms=TERMS)
    def agree(self, place: int, terms: tuple[str, int]) -> None:
        self.do(
            partners.agree, location=self.world.places[place], producer=self._producer, terms=terms[0], period="week",
            commission_percent=Decimal(terms[1]), valid_from=timezone.localdate(self.at), by=self.world.tam, at=self.at,
        )  # fmt: skip

    @rule(which=ANY, days=st.integers(0, 2), wrong=YES)
    def end_an_agreement(self, which: int, days: int, wrong: bool) -> None:
        """On a day, or at once because it was written wrongly."""
        if found := list(Agreement.objects.order_by("pk")):
            about: dict[str, Any] = {"agreement": one_of(found, which), "by": self.world.tam, "at": self.at}
            if wrong and which == 5:
                self.do(partners.withdraw_agreement, **about)
            else:
                self.do(partners.end_agreement, on=timezone.localdate(self.at) + timedelta(days=days), **about)

    @rule(place=PLACE, product=PRODUCT, pieces=PIECES, lot=st.sampled_from(["L4", "B1", "B2"]))
    def buy(self, place: int, product: int, pieces: int, lot: str) -> None:
        """Perhaps where nobody buys firm, perhaps of a lot that is there on consignment."""
        goods = {"location": self.world.places[place], "product": self.world.products[product], "quantity": pieces}
        facts = {
            "lot_code": lot,
            "unit_price": Decimal(12_345),
            "by": self.world.mai,
            "at": self.at,
            "key": self.name(),
        }
        self.do(stock.receive, **goods, **facts)

    @rule(settled=YES)
    def take_in(self, settled: bool) -> None:
        """At once, or when nobody can write before it any more."""
        self.do(actions.take_in, at=timezone.now() + timedelta(hours=1) if settled else self.at)

    @rule()
    def close(self) -> None:
        self.do(actions.close, producer_id=self._producer.pk, at=self.at + WEEK)

    @rule(which=ANY, side=SIDES, wrong=YES)
    def say_something(self, which: int, side: actions.Side, wrong: bool) -> None:
        if found := list(Statement.objects.order_by("pk")):
            by = self.world.tam if side == actions.Side.PLACE else self.world.hung
            about: dict[str, Any] = {"statement": one_of(found, which), "by": by, "at": self.at}
            if wrong and which == 5:
                self.do(actions.dispute, side=side, reason="Thiếu", **about)
            else:
                self.do(actions.confirm, side=side, **about)

    @rule(which=ANY, amount=st.sampled_from([0, -20_000, 15_000]))
    def answer(self, which: int, amount: int) -> None:
        if found := list(Statement.objects.disputed().order_by("pk")):
            about: dict[str, Any] = {"statement": one_of(found, which), "by": self.world.tam, "at": self.at}
            self.do(actions.answer, words="Đã xem lại", amount=Decimal(amount), **about)

    @rule(verified=YES)
    def name_an_account(self, verified: bool) -> None:
        facts = {"holder": "TRAN VAN HUNG", "bin": "970405", "number": "6500205123456"}
        made = self.do(actions.set_account, producer=self._producer, by=self.world.hung, at=self.at, **facts)
        if verified:
            self.do(actions.verify_account, account=made, by=self.world.tam, at=self.at)

    @rule()
    def pay_out(self) -> None:
        self.do(
            actions.make_payout, statement_ids=[one.statement.pk for one in payable()], by=self.world.tam, at=self.at
        )

    @rule(which=ANY, paid=YES)
    def end_a_payout(self, which: int, paid: bool) -> None:
        if found := list(Payout.objects.order_by("pk")):
            deed = actions.mark_paid if paid else actions.cancel_payout
            self.do(deed, payout=one_of(found, which), by=self.world.tam, at=self.at)

    @rule()
    def nobody_is_paid_more_than_owed(self) -> None:
        """Whatever was paid, the open balance of each place was confirmed at some time."""
        paid = Entry.objects.filter(kind=Entry.Kind.PAID)
        assert all(-entry.net <= _most(entry) for entry in paid)


def _most(entry: Entry) -> Decimal:
    """The highest balance that ever stood on a statement between the two."""
    between = Statement.objects.filter(producer=entry.producer_id, location=entry.location_id)
    return max(between.values_list("closing", flat=True))
