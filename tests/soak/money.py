"""Shopper, gateway, bank, point and sweeper against each other; at each day's end the gateway's own books are held against ours."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order
from marketplace.payment.gateways import GatewayError, GatewayRefused, stripe
from marketplace.payment.models import Refund

from .payers import Cards, Transfers, swept, waiting
from .returners import Returners
from .shoppers import Clock, Shoppers
from .steps import Steps

ROUNDS = 60  # growing steps, up to a quarter of a year: until all is swept that one day can leave
GONE = Fulfilment.Status.COLLECTED, Fulfilment.Status.DELIVERED
LIVE = Order.Status.CONFIRMED, Order.Status.COMPLETED


class Money(Cards, Transfers, Returners, Clock):
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
            deeds = swept(self.at)
            for deed, facts in deeds:
                self.do(deed, at=self.at, **facts)
            if not deeds and not waiting():
                break
        self.every_rule_holds()
        Steps.checked = steps

    def _agree(self) -> None:
        """Money taken = money of live orders + refunds, by the gateway's own books; who has the goods has paid for them."""
        self.nothing_was_lost()
        failed = Refund.Status.DUE, Refund.Status.FAILED
        for order in Order.objects.prefetch_related("sources__refunds", "fulfilments"):
            rows = [one for source in order.sources.all() for one in source.refunds.all() if one.status in failed]
            owed = sum((one.amount for one in rows if one.source.source_type.code == "card"), Decimal(0))
            kept = self.bank.kept(order.number) - owed
            live = order.status in LIVE and order.payment_method == Order.Method.CARD
            assert kept == (order.due if live else 0), f"{order.number} ({order.status}): {kept} kept, {owed} owed"
            handed_over = any(one.status in GONE for one in order.fulfilments.all())
            assert not (handed_over and order.status == Order.Status.CANCELLED), f"{order.number}: handed over, and off"
