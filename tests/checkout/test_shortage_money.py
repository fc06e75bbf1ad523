"""Pieces that nobody has: what the order costs without them, and what goes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from marketplace.checkout import actions
from marketplace.checkout.actions.squaring import square
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import ShortLine
from marketplace.fulfilment.queries import cash_due
from marketplace.notices.models import Notice
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.models import Refund
from marketplace.payment.queries import cash_owed
from marketplace.stock import actions as stock
from tests import make, people
from tests.checkout.shortages import MONEY, WAIT, answer, deliver, mend, paid, parcels, short, sold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
NOW = make.NOW


def test_money_back_of_a_cash_order_is_less_to_pay(goods: Any) -> None:
    order = make.order((goods, 3), payment="cod")
    sold(goods, goods.here, 2)
    mend()
    answer(order, MONEY)
    assert (order.total_incl_tax, order.due) == (180_003, 80_001)
    line = order.lines.get()
    assert (line.quantity, line.left_quantity, line.left_incl_tax) == (3, 1, 50_001)
    parcel = order.fulfilments.get()
    assert parcels(order) == {"Điểm A": ("open", [1])} and cash_due(parcel) == 80_001
    deliver(parcel)
    order.refresh_from_db()
    assert order.status == "completed" and order.paid_at and not Refund.objects.exists()
    with pytest.raises(actions.NothingToChoose):
        actions.answer_shortage(short=ShortLine.objects.get(), choice=MONEY, by=None, at=NOW)


def test_money_back_of_a_card_order_is_a_refund_of_just_that(goods: Any) -> None:
    order = paid((goods, 3))
    sold(goods, goods.here, 1)
    mend()
    answer(order, MONEY)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.status) == (50_001, "short", "due") and refund.next_try_at
    sold(goods, goods.here, 1, "y")
    mend()
    answer(order, MONEY)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [50_001, 50_001] and order.due == 80_001
    actions.cancel(order=order, by=None, reason="shopper", at=NOW)
    assert sum(Refund.objects.values_list("amount", flat=True)) == 180_003


def test_discounted_pieces_add_up_to_the_dong(goods: Any) -> None:
    order = paid((goods, 3))
    order.lines.update(line_price_incl_tax=100_000, line_price_excl_tax=92_593)
    Order.objects.filter(pk=order.pk).update(total_incl_tax=130_000, total_excl_tax=122_593)
    source = order.sources.get()
    source.transactions.update(amount=130_000)
    type(source).objects.update(amount_debited=130_000, amount_allocated=130_000)
    for n in range(2):
        sold(goods, goods.here, 1, str(n))
        mend()
        answer(order, MONEY)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [33_333, 33_333]
    line = order.lines.get()
    assert (line.left_incl_tax, line.left_excl_tax, order.due) == (33_334, 30_865, 63_334)


def test_a_last_piece_taken_off_ends_the_order(goods: Any) -> None:
    order = paid((goods, 1))
    sold(goods, goods.here, 3)
    mend()
    answer(order, MONEY)
    assert (order.status, order.cancel_reason) == ("cancelled", "short")
    assert parcels(order) == {"Điểm A": ("cancelled", [])}
    assert Refund.objects.get().amount == order.total_incl_tax  # the delivery, too


def test_a_fee_that_nobody_collects_any_more_is_waived(goods: Any) -> None:
    """One parcel was delivered and paid; the other ends: what its part of the fee was, nobody collects any more."""
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    order = make.order((goods, 6), payment="cod")
    first, second = order.fulfilments.order_by("location__name")
    deliver(second)
    sold(goods, goods.here, 3)
    sold(goods, second.location, 2, "y")
    mend()
    assert short(order).quantity == first.lines.get().quantity
    answer(order, MONEY)
    assert order.status == "completed" and order.paid_at and order.due == order.sources.get().amount_debited
    assert not Refund.objects.exists()


def test_cash_paid_already_goes_back_by_hand(goods: Any) -> None:
    order = make.order((goods, 3), payment="counter", location_id=goods.here.pk, collect_on=make.TODAY)
    payments.take_cash(order=order, amount=order.due, key="counter", by=people.mai(), at=NOW)
    orders.paid(order=order, at=NOW)
    sold(goods, goods.here, 1)
    mend()
    answer(order, MONEY)
    [owed] = cash_owed()
    assert (owed.amount, owed.reason) == (50_001, "short")
    actions.pay_back(refund=owed, by=people.tam(), at=NOW)
    parcel = order.fulfilments.get()
    assert cash_due(parcel) == 0
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(**about)
    fulfilments.hand_over(**about, code=parcel.code)
    order.refresh_from_db()
    assert order.status == "completed"


def test_who_has_waited_long_enough_has_the_money_back(goods: Any) -> None:
    order = paid((goods, 2))
    sold(goods, goods.here, 2)
    mend()
    answer(order, WAIT)
    actions.give_up_overdue(at=NOW + timedelta(days=settings.SHORTAGE_DAYS) - timedelta(seconds=1))
    assert short(order).chosen == "wait"
    actions.give_up_overdue(at=NOW + timedelta(days=settings.SHORTAGE_DAYS))
    assert Refund.objects.get().amount == 50_001
    assert Notice.objects.get(kind="order_pieces_off").facts["asked"] is False


def test_an_unpaid_order_pays_less_or_gets_the_difference_back(goods: Any) -> None:
    order = make.order((goods, 3), payment="card")
    source = payments.open_source(order=order, method=payments.CARD, at=NOW)
    sold(goods, goods.here, 1)
    mend()
    answer(order, MONEY)
    assert order.status == "awaiting-payment" and order.due == 130_002
    payments.money_came(source=source, amount=order.total_incl_tax, reference="pi_1", at=NOW)
    stock.confirm(order_id=order.pk, at=NOW)
    orders.confirm(order=order)
    orders.paid(order=order, at=NOW)
    square(order=order, key="paid", at=NOW)
    assert Refund.objects.get().amount == 50_001
