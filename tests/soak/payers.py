"""Money from every side: cards over a gateway that forgets, repeats and is late; transfers as banks tell of them; cash."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from marketplace.checkout import actions as checkout
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment import queries as asked
from marketplace.payment.banking import queries as banking
from marketplace.payment.banking.actions import payouts
from marketplace.payment.disputes import queries as disputes
from marketplace.payment.gateways import stripe
from marketplace.payment.models import Dispute, PaymentEvent, Refund, RefundAccount, Source, StatementLine
from tests import make

from .gateway import CARDS, SECRET, Gateway
from .shoppers import LINES, Shoppers
from .steps import ANY, YES, Steps
from .world import one_of

ACCOUNT = {"bin": "970405", "number": "0065042051", "holder": "NGUYEN THI LAN"}
RIGHT = st.sampled_from([0, 0, 0, 0, -1_000, 2_000])  # how much more or less than asked a transfer brings
WORD = st.integers(0, 200)


class Cards(Shoppers):
    """The gateway's own words, and its troubles."""

    bank: Gateway

    def bank_of_the_day(self) -> Gateway:
        return Gateway(lambda: self.at)

    def pays(self, which: int, card: str) -> None:
        pages = Source.objects.filter(order=one_of(self.seen.cards, which)).exclude(reference="").order_by("-pk")
        if page := pages.first():
            self.bank.pay(page.reference, card)

    @rule(lines=LINES, card=st.sampled_from(CARDS), back=YES)
    def buy_by_card(self, lines: list[tuple[int, int]], card: str, back: bool) -> None:
        """Ordered, and paid at once; perhaps the shopper comes back to the shop, before any word of the gateway."""
        order = self._order(lines[:1], "card", False)
        if order is None:
            return
        self.do(checkout.start_payment, order=order, at=self.at)
        for reference in order.sources.exclude(reference="").values_list("reference", flat=True):
            self.bank.pay(reference, card)
        if back:
            self.do(checkout.settle, order_id=order.pk, at=self.at)

    @precondition(lambda self: self.seen.cards)
    @rule(which=ANY, card=st.sampled_from(CARDS))
    def give_some_card(self, which: int, card: str) -> None:
        """On the page opened last; nobody at the shop has heard of it yet."""
        self.pays(which, card)

    @precondition(lambda self: self.bank.words)
    @rule(which=WORD)
    def a_word_arrives(self, which: int) -> None:
        """Any of them, in any order, also again; others never do."""
        word = one_of(self.bank.words, which)
        said = stripe.read_webhook(word.payload.encode(), self.bank.signed(word), SECRET)
        facts = {"source_id": said.id, "kind": said.kind, "object_id": said.object_id}
        self.do(payments.record_event, gateway="stripe", payload=json.loads(word.payload), at=self.at, **facts)

    @rule(newest=YES)
    def workers_take_up_words(self, newest: bool) -> None:
        waiting = PaymentEvent.objects.filter(handled_at=None).order_by("-pk" if newest else "pk")
        for event_id in waiting.values_list("pk", flat=True):
            self.do(checkout.handle_event, event_id=event_id, at=self.at)

    @rule()
    def the_gateway_goes_on(self) -> None:
        self.bank.go_on()

    @rule(times=st.integers(1, 2), carried_out=YES)
    def the_gateway_has_trouble(self, times: int, carried_out: bool) -> None:
        self.bank.trouble(**{"drop" if carried_out else "fail": times})

    @precondition(lambda self: self.seen.cards)
    @rule()
    def follow_what_goes_back(self) -> None:
        for refund_id in asked.refunds_to_follow(self.at, 100):
            self.do(checkout.follow_refund, refund_id=refund_id, at=self.at)

    @precondition(lambda self: self.seen.parcels)
    @rule(which=ANY, lost=YES)
    def a_parcel_is_left_out(self, which: int, lost: bool) -> None:
        """By its point, or it never arrives."""
        parcel = Fulfilment.objects.get(pk=one_of(self.seen.parcels, which).pk)
        if lost:
            self.do(checkout.lose, fulfilment=parcel, by=self.world.mai, at=self.at)
        else:
            self.do(checkout.cancel_parcel, fulfilment=parcel, because="hết hàng", by=self.world.mai, at=self.at)


class Transfers(Steps):
    """What a bank tells of, what it pays out, and what people do about the rest."""

    told: int  # how many transactions the bank has told of

    @initialize()
    def have_an_account(self) -> None:
        self.told = 0
        make.bank_account()

    @rule(lines=LINES, twice=YES)
    def order_by_transfer(self, lines: list[tuple[int, int]], twice: bool) -> None:
        self._order(lines, "transfer", twice)  # type: ignore[attr-defined]

    def _tells(self, text: str, amount: int, *, again: bool = False) -> None:
        """The bank tells it once; a program may tell it twice."""
        self.told += 1
        for _time in range(1 + again):
            line = make.bank_line(text, amount, at=self.at, bank_id=f"FT{self.told:08}")
        self.do(checkout.receive, line_id=line.pk, at=self.at)

    @rule(which=ANY, off=RIGHT, again=YES, unreadable=st.integers(0, 5))
    def a_shopper_transfers(self, which: int, off: int, again: bool, unreadable: int) -> None:
        if found := list(banking.transfers().order_by("-pk")[:4]):
            source = one_of(found, which)
            text = "tien hang" if unreadable == 0 else f"MBVCB.{source.reference.lower()}.CT tu Lan"
            self._tells(text, max(1_000, int(source.order.due) + off), again=again)

    @rule(off=RIGHT)
    def one_transfer_for_two(self, off: int) -> None:
        if len(found := list(banking.transfers().order_by("-pk")[:2])) == 2:
            text = " va ".join(source.reference for source in found)
            self._tells(text, max(1_000, sum(int(source.order.due) for source in found) + off))

    @rule(which=ANY, to=ANY)
    def a_person_places_a_line(self, which: int, to: int) -> None:
        left = list(StatementLine.objects.filter(state=StatementLine.State.LEFT, amount__gt=0).order_by("pk"))
        if left and (found := list(banking.transfers().order_by("pk"))):
            number = one_of(found, to).order.number
            self.do(
                checkout.place_line, line=one_of(left, which), amounts={number: None}, by=self.world.tam, at=self.at
            )

    @rule(bounces=st.integers(0, 3))
    def the_bank_pays_out(self, bounces: int) -> None:
        """Buyers say where to, a file is written, and the bank tells what it paid, or that it could not."""
        for account in RefundAccount.objects.filter(given_at=None).order_by("pk"):
            self.do(payouts.give_account, account=account, by=None, at=self.at, **ACCOUNT)
        self.do(payouts.make_batch, account=make.bank_account(), by=self.world.tam, at=self.at)
        for refund in Refund.objects.filter(batch__isnull=False, status=Refund.Status.DUE).order_by("pk"):
            if bounces:
                self._tells(f"hoan tien {refund.payout_reference}", -int(refund.amount))
            else:
                self.do(checkout.payout_bounced, refund=refund, by=self.world.tam, at=self.at)

    @rule(which=ANY)
    def a_person_pays_back(self, which: int) -> None:
        """Cash, or what neither gateway nor bank could."""
        owed = Refund.objects.filter(asked.owed_in_cash()) | asked.refunds_failed()
        if found := list(owed.order_by("pk")):
            self.do(checkout.pay_back, refund=one_of(found, which), by=self.world.tam, at=self.at)

    def nothing_was_lost(self) -> None:
        """Each transaction of the bank stands in the books once, and what came pays what it names."""
        assert StatementLine.objects.count() == self.told


def waiting() -> bool:
    """Somebody will ask, or try, again."""
    open_cards = Source.objects.filter(state=Source.State.OPEN, source_type__code="card")
    tries = (PaymentEvent.objects.filter(handled_at=None), open_cards, Refund.objects, Dispute.objects)
    return any(rows.filter(next_try_at__isnull=False).exists() for rows in tries)


def swept(at: Any) -> list[tuple[Any, dict[str, int]]]:
    """What beat would ring for at that hour, as deeds of one fact each."""
    deeds: list[tuple[Any, dict[str, int]]] = []
    deeds += [(checkout.handle_event, {"event_id": pk}) for pk in asked.events_due(at)]
    deeds += [(checkout.settle, {"order_id": pk}) for pk in dict.fromkeys(asked.orders_to_ask_about(at))]
    deeds += [(checkout.settle, {"order_id": pk}) for pk in Order.objects.past_due(at).values_list("pk", flat=True)]
    deeds += [(checkout.make_refund, {"refund_id": pk}) for pk in asked.refunds_due(at)]
    deeds += [(checkout.follow_dispute, {"dispute_id": pk}) for pk in disputes.due(at)]
    deeds += [(checkout.follow_refund, {"refund_id": pk}) for pk in asked.refunds_to_follow(at)]
    return deeds
