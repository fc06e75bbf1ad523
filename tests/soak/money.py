"""Shopper, gateway, bank, point and sweeper against each other; at each day's end the gateway's own books are held against ours."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from marketplace.checkout import actions as checkout
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order
from marketplace.payment.disputes.queries import uncovered
from marketplace.payment.gateways import GatewayError, GatewayRefused, stripe
from marketplace.payment.models import Dispute, Refund

from .boxers import Boxers
from .disputers import Disputers
from .payers import Cards, Transfers, swept, waiting
from .returners import Returners
from .shoppers import Clock, Shoppers
from .steps import Steps

ROUNDS = 60  # growing steps, up to a quarter of a year: until all is swept that one day can leave
GONE = Fulfilment.Status.COLLECTED, Fulfilment.Status.DELIVERED
LIVE = Order.Status.CONFIRMED, Order.Status.COMPLETED


class Money(Disputers, Boxers, Transfers, Returners, Clock):
    """Whatever may happen to money. What takes many steps stands here again."""

    go_on_2 = Shoppers.go_on_with_a_parcel
    pay_2 = Shoppers.pay_by_card
    buy_2 = Cards.buy_by_card
    collect_2 = Returners.buy_and_collect
    ask_2 = Returners.ask_to_give_back
    judge_2 = Returners.what_comes_back_is_judged
    give_2 = Cards.give_some_card
    word_2 = word_3 = Cards.a_word_arrives
    refund_2 = Clock.give_money_back
    transfer_2 = transfer_3 = Transfers.a_shopper_transfers
    order_2 = Transfers.order_by_transfer
    ask_bank_2 = Disputers.a_payer_asks_the_bank_for_money
    ask_back_2 = Disputers.buy_and_ask_the_money_back
    decide_2 = Disputers.a_bank_decides
    again_2 = Disputers.a_bank_thinks_again
    answer_2 = Disputers.the_office_answers
    boxes_2 = Boxers.order_boxes
    boxes_off_2 = Boxers.take_boxes_off

    def __init__(self) -> None:
        super().__init__()
        self._patience = patch.object(stripe, "RETRIES", 0)  # a call that fails is tried again by the sweeper alone
        self._patience.start()

    def do(self, deed: Callable[..., Any], **facts: Any) -> Any:
        """When the gateway does not answer, nothing has happened yet: a sweeper asks again."""
        try:
            return super().do(deed, **facts)
        except (GatewayError, GatewayRefused):
            self.tally[deed.__name__, "no answer"] += 1
            return None

    def teardown(self) -> None:
        try:
            if self.sound:
                self._sweep()
                self._agree()
        finally:
            self._patience.stop()
            super().teardown()

    def _sweep(self) -> None:
        """Beat rings on, the gateway well again: what was heard too late, or never, is found by asking."""
        self.bank.trouble()
        steps = Steps.checked
        for number in range(ROUNDS):
            self.at += timedelta(hours=1 + number)
            self.bank.go_on()
            self._banks_come_to_an_end(number)
            deeds = swept(self.at)
            for deed, facts in deeds:
                self.do(deed, at=self.at, **facts)
            if not deeds and not waiting() and not self._unheard():
                break
        self.every_rule_holds()
        Steps.checked = steps

    def _banks_come_to_an_end(self, number: int) -> None:
        """They decide, one after the other; what nobody told of is found."""
        for dispute in self.bank.undecided[:1]:
            self.decide(dispute, won=bool(number % 2))
        if self._unheard():
            self.do(checkout.find_disputes, at=self.at)

    def _unheard(self) -> bool:
        """Some bank has said something, or will, of which the shop does not know."""
        known = dict(Dispute.objects.values_list("reference", "state"))
        return bool(self.bank.undecided) or known != {one["id"]: one["status"] for one in self.bank.disputes}

    def _agree(self) -> None:
        """Money taken = money of live orders + refunds + what banks took, by the gateway's own books; who has the goods has paid for them."""
        self.nothing_was_lost()
        assert not self._unheard()
        self.tally["a bank pays a refund", "done"] += Refund.objects.filter(status=Refund.Status.COVERED).count()
        self.tally["a dispute ends an order", "done"] += Order.objects.filter(
            cancel_reason=Order.Because.DISPUTED
        ).count()
        failed = Refund.Status.DUE, Refund.Status.FAILED
        for order in Order.objects.prefetch_related("sources__refunds", "fulfilments"):
            rows = [one for source in order.sources.all() for one in source.refunds.all() if one.status in failed]
            owed = sum((one.amount for one in rows if one.source.source_type.code == "card"), Decimal(0))
            kept = self.bank.kept(order.number) - owed
            live = order.status in LIVE and order.payment_method == Order.Method.CARD
            lost = sum((uncovered(source) for source in order.sources.all()), Decimal(0))
            costs = order.due if live else 0
            assert kept == costs - lost, f"{order.number} ({order.status}): {kept} kept, {owed} owed, {lost} lost"
            handed_over = any(one.status in GONE for one in order.fulfilments.all())
            assert not (handed_over and order.status == Order.Status.CANCELLED), f"{order.number}: handed over, and off"
