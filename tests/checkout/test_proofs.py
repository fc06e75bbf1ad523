"""The proofs of orders and money notice what no action would do."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from marketplace.checkout import actions, proofs
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, Return, ShortLine
from marketplace.order.models import Line, Order
from marketplace.payment.models import Dispute, Refund, Source, SourceType
from marketplace.stock.models import Hold, Lot, Transfer
from tests import make
from tests.checkout import returns
from tests.checkout.rules import broken

pytestmark = pytest.mark.django_db
NOW = make.NOW


def _sql(*commands: str) -> Callable[[], None]:
    """What somebody with a database prompt could do."""

    def run() -> None:
        with connection.cursor() as cursor:
            for command in commands:
                cursor.execute(command)

    return run


def _paid_out(*commands: str) -> Callable[[], None]:
    """The drawer gave the buyer the money for what came back; and then somebody was at the prompt."""

    def run() -> None:
        asked = Return.objects.select_related("fulfilment__location").get()
        actions.pay_out_return(asked=asked, by=None, at=NOW)
        _sql(*commands)()

    return run


def _owed_twice() -> None:
    source = Source.objects.get()
    for key in "ab":
        Refund.objects.create(source=source, amount=source.amount_debited, reason="x", key=key)


def _refund(*, status: str, card: bool = False) -> Callable[[], None]:
    def run() -> None:
        source = Source.objects.get()
        if card:
            Source.objects.update(source_type=SourceType.objects.get(code="card"))
        Refund.objects.create(source=source, amount=1, reason="x", key="a", status=status)

    return run


def _short() -> None:
    """Somebody looks for a piece that was handed over."""
    part = FulfilmentLine.objects.get()
    about = {"line_id": part.line_id, "quantity": 1, "shortage_id": 1, "opened_at": NOW, "wait_until": NOW}
    ShortLine.objects.create(fulfilment_id=part.fulfilment_id, **about)


def _another_parcel(method: str) -> None:
    """A piece of the line is in two."""
    part = FulfilmentLine.objects.get()
    facts: dict[str, Any] = {"method": method, "gathers": method == "pickup", "code": "123456"}
    other = Fulfilment.objects.create(order=part.fulfilment.order, location=make.location(), **facts)
    FulfilmentLine.objects.create(fulfilment=other, line_id=part.line_id, quantity=1)


def _still_coming() -> None:
    """It is ready, and a place still has to send a piece of it."""
    _sql("UPDATE fulfilment_fulfilment SET status = 'ready'")()
    part, lot = FulfilmentLine.objects.get(), Lot.objects.get()
    here = part.fulfilment.location
    transfer = Transfer.objects.create(
        source=make.location(), target=here, order_id=part.fulfilment.order_id, created_at=NOW
    )
    transfer.lines.create(lot=lot, quantity=1, order_line_id=part.line_id)


def _disputed_before() -> None:
    """The shop had heard of it an hour before the goods were handed over."""
    source, before = Source.objects.get(), NOW - timedelta(hours=1)
    about = {"reference": "du_1", "state": "needs_response", "reason": "fraudulent", "amount": source.amount_debited}
    Dispute.objects.create(source=source, opened_at=before, heard_at=before, next_try_at=NOW, **about)


# What is done to an order whose goods were handed over and paid in cash, and the rules that must notice.
BREAKAGES: dict[str, tuple[Callable[[], object], ...]] = {
    "totals_are_the_sum_of_their_lines": (
        _sql("UPDATE order_order SET total_incl_tax = total_incl_tax + 1"),
        _sql("UPDATE order_line SET line_price_incl_tax = line_price_incl_tax - 1"),
        _sql("DELETE FROM fulfilment_fulfilmentline", "DELETE FROM order_lineprice", "DELETE FROM order_line"),
    ),
    "sources_are_the_sum_of_their_transactions": (
        _sql("DELETE FROM payment_transaction"),
        _sql("UPDATE payment_source SET amount_refunded = 1"),
    ),
    "money_is_an_orders_or_on_its_way_back": (
        _sql("UPDATE order_order SET status = 'cancelled'"),
        _sql("UPDATE payment_source SET amount_debited = 0"),
        _sql("UPDATE payment_source SET amount_debited = amount_debited * 2"),
    ),
    "nothing_is_both_paid_back_and_handed_over": (_sql("UPDATE order_order SET status = 'cancelled'"),),
    "parcels_hold_what_was_ordered": (
        _sql("UPDATE fulfilment_fulfilmentline SET quantity = quantity + 1"),
        _sql("DELETE FROM fulfilment_fulfilmentline"),
    ),
    "lines_go_one_way": (lambda: _another_parcel("pickup"), lambda: _another_parcel("delivery")),
    "parcels_fees_are_the_orders_delivery": (
        _sql("UPDATE fulfilment_fulfilment SET method = 'delivery', fee = 1"),
        _sql("UPDATE order_order SET shipping_incl_tax = 1"),
    ),
    "nothing_is_picked_before_all_is_there": (_still_coming,),
    "orders_cost_what_is_left_of_them": (
        _sql("UPDATE order_order SET given_up = 5000"),
        _sql("UPDATE order_line SET cancelled_quantity = 1"),
    ),
    "short_pieces_are_asked_about": (_short,),
    "lines_have_the_units_they_need": (
        _short,
        _sql("DELETE FROM stock_hold"),
        _sql("UPDATE stock_hold SET quantity = 1"),
        _sql("UPDATE stock_hold SET issued_at = NULL", "UPDATE order_order SET status = 'cancelled'"),
    ),
    "what_is_held_is_for_a_line_of_its_order": (
        _sql("UPDATE stock_hold SET issued_at = NULL, order_line_id = 0"),
        _sql("UPDATE stock_hold SET issued_at = NULL, order_id = 0"),
        lambda: (Hold.objects.update(issued_at=None), Line.objects.update(product=make.product())),
    ),
    "units_are_held_where_their_parcel_is": (
        lambda: (Hold.objects.update(issued_at=None), Fulfilment.objects.update(location=make.location())),
        _sql("UPDATE fulfilment_fulfilment SET method = 'delivery', gathers = false, status = 'open'"),
    ),
    "recalled_goods_are_promised_to_nobody": (
        _sql("UPDATE stock_hold SET issued_at = NULL", "UPDATE stock_lot SET frozen_at = now()"),
    ),
    "what_waits_keeps_until_its_day": (
        _sql(
            "UPDATE stock_hold SET issued_at = NULL",
            "UPDATE stock_lot SET best_before = '2026-11-30'",
            "UPDATE journal_entry SET at = '2026-11-01'",
            "UPDATE order_order SET status = 'confirmed'",
            "UPDATE fulfilment_fulfilment SET status = 'open', gathers = true, promised_at = '2026-12-02', first_promised_at = now()",
        ),
    ),
    "what_is_paid_first_goes_on_only_when_paid": (
        _sql("UPDATE order_order SET payment_method = 'card', paid_at = NULL"),
        _sql("UPDATE order_order SET payment_method = 'transfer', paid_at = NULL"),
    ),
    "completed_orders_are_done_and_paid": (
        _sql("UPDATE order_order SET paid_at = NULL"),
        _sql("UPDATE fulfilment_fulfilment SET status = 'ready'"),
    ),
    "refunds_are_never_more_than_what_came": (_owed_twice,),
    "what_went_back_is_the_refunds_made": (
        _refund(status="made"),
        _sql("UPDATE payment_source SET amount_refunded = 1"),
    ),
    "every_refund_is_tried_or_seen": (_refund(status="pending"), _refund(status="due", card=True)),
    "nothing_left_while_its_payment_was_disputed": (_disputed_before,),
}
BREAKAGES |= {
    "returned_pieces_were_handed_over": (
        _sql("UPDATE fulfilment_returnline SET quantity = 2, came = 2", "UPDATE order_line SET returned_quantity = 2",
             "UPDATE fulfilment_fulfilmentline SET quantity = 1"),
        _sql("UPDATE order_line SET returned_quantity = 0"),
        _sql("UPDATE fulfilment_fulfilment SET status = 'failed'"),
    ),
    "returns_pay_for_their_lines": (
        _sql("DELETE FROM payment_refund"),
        _sql("UPDATE fulfilment_return SET refunded = 5"),
        _sql("UPDATE payment_refund SET amount = amount + 1"),
        _sql("UPDATE fulfilment_returnline SET amount = 5"),
    ),
    "drawers_pay_for_returns_of_their_own": (
        _paid_out("UPDATE payment_transaction SET amount = 5 WHERE txn_type = 'Refund'"),
        _paid_out("UPDATE payment_transaction SET reference = 'anything' WHERE txn_type = 'Refund'"),
        _paid_out("UPDATE payment_refund SET status = 'due'"),
    ),
    "returned_goods_are_where_the_place_decided": (
        _sql("UPDATE fulfilment_returnline SET restocked = 0"),
        _sql("UPDATE fulfilment_return SET status = 'awaited', closed_at = NULL"),
        _sql("UPDATE fulfilment_returnline SET restocked = 0, spoiled = 1"),
    ),
}  # fmt: skip
CASES = [(rule, breakage) for rule, some in BREAKAGES.items() for breakage in some]


def test_every_rule_has_its_breakage() -> None:
    assert [rule.__name__ for rule in proofs.RULES] == list(BREAKAGES)


def _given_back() -> None:
    """One of the two pieces came back and is on the shelf again."""
    returns.judge(returns.awaited(Fulfilment.objects.get()), restocked=1)


def _handed_over() -> Order:
    product = make.product()
    place = make.stock(product, 5)
    order = make.order((product, 2), location_id=place.pk, payment="counter")
    parcel = order.fulfilments.get()
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(fulfilment=parcel, by=None, at=NOW)
    fulfilments.hand_over(fulfilment=parcel, by=None, code=parcel.code, at=NOW)
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(("rule", "breakage"), CASES, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(CASES)])
def test_each_rule_notices(rule: str, breakage: Callable[[], object], settings: Any, tmp_path: Path) -> None:
    order = _handed_over()
    assert order.status == "completed" and broken(NOW) == []
    if "return" in rule:
        settings.MEDIA_ROOT = tmp_path
        _given_back()
        assert broken(NOW) == []
    breakage()
    assert list(getattr(proofs, rule)(NOW))


def test_units_of_an_order_that_waits_to_be_paid_may_go_to_others_once_its_time_is_over() -> None:
    order = make.order()
    late = NOW + timedelta(minutes=36)
    assert broken(NOW) == broken(late) == []
    _sql("UPDATE stock_hold SET released_at = now()", "UPDATE stock_balance SET held = 0")()
    assert list(proofs.lines_have_the_units_they_need(NOW))
    assert not list(proofs.lines_have_the_units_they_need(late))
    assert order.pay_by <= late


def test_a_cancelled_order_keeps_no_units() -> None:
    order = make.order(payment="cod")
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    assert broken(NOW) == []
    _sql("UPDATE stock_hold SET released_at = NULL")()
    assert list(proofs.lines_have_the_units_they_need(NOW))


def test_an_order_that_costs_nothing_is_paid_with_nothing() -> None:
    order = _handed_over()
    assert Fulfilment.objects.get().status == "collected"
    _sql("UPDATE order_order SET total_incl_tax = 0, paid_at = NULL")()
    assert not list(proofs.completed_orders_are_done_and_paid(NOW))
    assert order.total_incl_tax > Decimal(0)
