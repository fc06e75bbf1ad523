"""Payers who ask their bank for the money, the banks that decide, and the office that answers; in any order, heard of or not."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.checkout import actions as checkout
from marketplace.order.models import Order
from marketplace.payment.disputes import queries as asked
from marketplace.payment.models import Dispute
from marketplace.payment.standin import disputes as bank
from marketplace.payment.standin import payments
from marketplace.payment.standin.objects import Thing

from .payers import Cards
from .shoppers import LINES
from .steps import ANY, YES
from .world import one_of

REASONS = st.sampled_from(sorted(bank.REASONS))
PART = st.sampled_from([1, 1, 2, 3])  # all that is left of a payment, or a half, or a third
THEN = st.sampled_from(["", "answered", "given in", "let go on", "won", "lost", "lost"])
WORDS = st.sampled_from(["", "Chị Lan đã nhận hàng.", bank.WINS, bank.LOSES])


class Disputers(Cards):
    def _asks(self, called: str, which: int, part: int, refunded: bool, **about: Any) -> None:
        """For all of a payment that nobody has asked back yet, or a part."""
        if found := self.bank.in_doubt(refunded=refunded):
            charge, left = one_of(found, which)
            facts = {"intent_id": charge["payment_intent"], "amount": max(1, left // part)} | about
            self.do(bank.open_dispute, called=called, world=self.bank.world, **facts)

    @rule(lines=LINES, part=PART, reason=REASONS, cancelled=YES, then=THEN)
    def buy_and_ask_the_money_back(
        self, lines: list[tuple[int, int]], part: int, reason: str, cancelled: bool, then: str
    ) -> None:
        """In one go, and the shop hears of it; perhaps what was bought was cancelled just before."""
        self.buy_by_card(lines, payments.GOOD, True)
        self._asks("a dispute is opened", -1, part, False, reason=reason)
        bought = Order.objects.filter(pk__in=self.seen.running).order_by("pk").last()
        if cancelled and bought:
            self.do(checkout.cancel, order=bought, by=None, reason=Order.Because.SHOPPER, at=self.at)
        self.disputes_are_looked_for()
        match then:
            case "answered":
                self.the_office_answers(0, "Chị Lan đã nhận hàng.")
            case "given in":
                self.the_office_gives_in(0)
            case "let go on":
                self.the_office_lets_an_order_go_on(0)
            case "won" | "lost" if self.bank.undecided:
                self.decide(self.bank.undecided[-1], then == "won")
                self.disputes_are_looked_for()

    @precondition(lambda self: self.bank.in_doubt(refunded=True))
    @rule(which=ANY, part=PART, reason=REASONS, refunded=YES)
    def a_payer_asks_the_bank_for_money(self, which: int, part: int, reason: str, refunded: bool) -> None:
        """Perhaps for what went back already as well; nobody at the shop has heard of it yet."""
        self._asks("a dispute is opened", which, part, refunded, reason=reason)

    @precondition(lambda self: self.bank.in_doubt(refunded=False))
    @rule(which=ANY, part=PART)
    def a_bank_has_a_question(self, which: int, part: int) -> None:
        self._asks("a question is asked", which, part, False, inquiry=True)

    @precondition(lambda self: self.bank.undecided)
    @rule(which=ANY, won=YES)
    def a_bank_decides(self, which: int, won: bool) -> None:
        """For the shop or for its payer; of a question, whether it becomes a dispute."""
        self.decide(one_of(self.bank.undecided[::-1], which), won)

    def decide(self, dispute: Thing, won: bool) -> None:
        if dispute["status"].startswith("warning_"):
            called = "a question is dropped" if won else "a question becomes a dispute"
        else:
            called = "a dispute is won" if won else "a dispute is lost"
        self.do(bank.decide, called=called, world=self.bank.world, id=dispute["id"], won=won)

    @precondition(lambda self: self.bank.decided)
    @rule(which=ANY, heard=YES)
    def a_bank_thinks_again(self, which: int, heard: bool) -> None:
        dispute = one_of(self.bank.decided[::-1], which)
        won = dispute["status"] == "lost"
        called = "what was lost is won" if won else "what was won is lost"
        self.do(bank.decide, called=called, world=self.bank.world, id=dispute["id"], won=won)
        if heard:
            self.disputes_are_looked_for()

    @precondition(lambda self: self.bank.disputes)
    @rule()
    def disputes_are_followed(self) -> None:
        for dispute_id in asked.due(self.at):
            self.do(checkout.follow_dispute, dispute_id=dispute_id, at=self.at)

    @precondition(lambda self: self.bank.disputes)
    @rule()
    def disputes_are_looked_for(self) -> None:
        """Of those known, and those of which no word came."""
        self.do(checkout.find_disputes, at=self.at)
        self.do(checkout.remind_of_disputes, at=self.at)

    def _known(self, which: int, **about: Any) -> dict[str, Any] | None:
        found = Dispute.objects.filter(**about).order_by("-pk")
        return {"dispute": one_of(found, which), "by": self.world.tam, "at": self.at} if found else None

    @precondition(lambda self: self.bank.undecided)
    @rule(which=ANY, words=WORDS)
    def the_office_answers(self, which: int, words: str) -> None:
        """With what the shop knows; some words decide at once."""
        if facts := self._known(which, decided_at=None):
            self.do(checkout.answer_dispute, words=words, **facts)

    @precondition(lambda self: self.bank.undecided)
    @rule(which=ANY)
    def the_office_gives_in(self, which: int) -> None:
        if facts := self._known(which, decided_at=None):
            self.do(checkout.accept_dispute, **facts)

    @precondition(lambda self: self.bank.disputes)
    @rule(which=ANY)
    def the_office_lets_an_order_go_on(self, which: int) -> None:
        if facts := self._known(which, released_at=None):
            self.do(checkout.release_order, **facts)
