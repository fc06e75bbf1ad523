"""A till sells what was promised: the newest order gets its pieces elsewhere, or its shopper chooses; the money follows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from marketplace.checkout import actions
from marketplace.checkout.actions.squaring import square
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.fulfilment.queries import cash_due
from marketplace.notices.models import Notice
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.models import Refund
from marketplace.payment.queries import cash_owed
from marketplace.stock import actions as stock
from marketplace.stock.queries import short as cases
from marketplace.stock.queries import transfers
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import mend, paid, short, sold

pytestmark = pytest.mark.django_db
NOW = make.NOW
LATER = make.TODAY + timedelta(days=6)
WAIT, MONEY = ShortLine.Choice.WAIT, ShortLine.Choice.MONEY


@pytest.fixture(autouse=True)
def _whole_afterwards(db: None) -> Iterator[None]:
    """Whatever a test did, every rule of every engine holds."""
    yield
    assert broken(NOW + timedelta(minutes=1)) == []


def parcels(order: Order) -> dict[str, tuple[str, list[int]]]:
    rows = Fulfilment.objects.filter(order=order).select_related("location")
    return {x.location.name: (x.status, [part.quantity for part in x.lines.all()]) for x in rows}


def answer(order: Order, choice: str) -> None:
    actions.answer_shortage(short=short(order), choice=choice, by=None, at=NOW)
    order.refresh_from_db()


@pytest.fixture
def goods() -> Any:
    """Three pieces at one point of Mai's."""
    product = make.product("Mật thốt nốt", price=50_001)
    product.here = make.stock(product, 3, at_place=make.location("Điểm A"))
    return product


def test_the_newest_order_is_served_from_elsewhere(goods: Any) -> None:
    older = make.order((goods, 1), payment="cod")
    newer = make.order((goods, 2), payment="cod", at=NOW + timedelta(minutes=1))
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 1)
    mend()
    assert parcels(older) == {"Điểm A": ("open", [1])}
    assert parcels(newer) == {"Điểm A": ("open", [1]), "Điểm B": ("open", [1])}
    row = ShortLine.objects.get()
    assert (row.quantity, row.outcome, row.found_at.name, row.wait_until) == (1, "moved", "Điểm B", None)
    assert cases.open_cases() == []
    assert Notice.objects.filter(kind="order_new", facts__place="Điểm B").exists()
    assert not Notice.objects.filter(kind="order_short").exists()


def test_what_moves_whole_leaves_no_parcel_behind(goods: Any) -> None:
    order = make.order((goods, 2), payment="cod")
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 3)
    mend()
    assert parcels(order) == {"Điểm A": ("cancelled", []), "Điểm B": ("open", [2])}
    parcel = order.fulfilments.get(location__name="Điểm B")
    assert cash_due(parcel) == order.total_incl_tax
    _deliver(parcel)
    order.refresh_from_db()
    assert order.status == "completed"


def test_a_picked_parcel_only_when_no_other_is_left(goods: Any) -> None:
    first = make.order((goods, 1), payment="cod")
    last = make.order((goods, 1), payment="cod", at=NOW + timedelta(minutes=1))
    fulfilments.start_picking(fulfilment=last.fulfilments.get(), by=people.mai(), at=NOW)
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 2)
    mend()
    assert parcels(first)["Điểm B"] == ("open", [1])
    assert parcels(last) == {"Điểm A": ("picking", [1])}
    sold(goods, goods.here, 1, "y")
    mend()
    assert parcels(last) == {"Điểm A": ("cancelled", []), "Điểm B": ("open", [1])}


def test_what_waits_in_a_bag_is_left_alone_and_the_case_stays_open(goods: Any) -> None:
    order = make.order((goods, 1), payment="counter", location_id=goods.here.pk, collect_on=make.TODAY)
    parcel, about = order.fulfilments.get(), {"by": people.mai(), "at": NOW}
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(fulfilment=parcel, **about)
    sold(goods, goods.here, 3)
    mend()
    assert parcels(order) == {"Điểm A": ("ready", [1])} and len(cases.open_cases()) == 1
    stock.count(location=goods.here, product=goods, counted=1, key="again", **about)
    mend()
    assert cases.open_cases() == []
    assert not ShortLine.objects.exists()


def test_nobody_has_it_the_shopper_is_asked_and_the_parcel_waits(goods: Any) -> None:
    order = make.order((goods, 3), payment="cod")
    sold(goods, goods.here, 2)
    mend()
    row = short(order)
    assert (row.quantity, row.wait_until) == (2, NOW + timedelta(days=settings.SHORTAGE_DAYS))
    told = Notice.objects.get(kind="order_short")
    assert row.token in told.facts["url"] and told.facts["amount"] == 100_002
    with pytest.raises(fulfilments.Incomplete):
        fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=NOW)
    assert cases.open_cases() == []
    mend()
    assert ShortLine.objects.count() == 1


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
    _deliver(parcel)
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
    _deliver(second)
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


def test_what_never_reached_the_point_is_looked_for_elsewhere(goods: Any) -> None:
    """Five to collect: three are there, two were sent for; one arrives, and nobody has another."""
    make.stock(goods, 2, at_place=make.location("Điểm B"))
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    [transfer] = transfers()
    about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
    stock.transfers.send(**about)
    [line] = transfer.lines.all()
    stock.transfers.arrive(**about, arrived={line.pk: 1}, key="k")
    stock.transfers.close(**about, reasons={line.pk: "Vỡ trên đường"})
    assert broken(NOW) == []
    actions.take_up_missing(at=NOW)
    actions.take_up_missing(at=NOW)
    row = short(order)
    assert (row.quantity, row.reason, row.transfer_line_id) == (1, "Vỡ trên đường", line.pk)
    assert broken(NOW) == []
    make.stock(goods, 1, at_place=make.location("Điểm C"))
    actions.serve_waiting(at=NOW)
    row.refresh_from_db()
    assert (row.outcome, row.found_at.name) == ("moved", "Điểm C")
    assert [one.source.name for one in transfers()] == ["Điểm C", "Điểm B"]


def test_a_list_shrinks_with_what_its_place_has_lost(goods: Any) -> None:
    """What was to be sent to the point is sold where it stood: another place sends it, and the list says so."""
    second, third = make.location("Điểm B"), make.location("Điểm C")
    make.stock(goods, 2, at_place=second)
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk, collect_on=LATER)
    make.stock(goods, 4, at_place=third)
    sold(goods, second, 1)
    mend()
    lists = {one.source.name: [line.quantity for line in one.lines.all()] for one in transfers()}
    assert lists == {"Điểm B": [1], "Điểm C": [1]}
    sold(goods, second, 1, "y")
    mend()
    lists = {one.source.name: sum(line.quantity for line in one.lines.all()) for one in transfers()}
    assert lists == {"Điểm C": 2} and parcels(order) == {"Điểm A": ("open", [5])}


def test_who_waits_is_served_when_units_come_the_oldest_first(goods: Any) -> None:
    older = make.order((goods, 1), payment="cod")
    newer = make.order((goods, 2), payment="cod", at=NOW + timedelta(minutes=1))
    sold(goods, goods.here, 3)
    mend()
    for order in (older, newer):
        answer(order, WAIT)
    actions.serve_waiting(at=NOW)
    assert ShortLine.objects.waiting().count() == 2
    make.stock(goods, 1, at_place=goods.here)
    make.stock(goods, 1, at_place=make.location("Điểm B"))
    actions.serve_waiting(at=NOW)
    assert parcels(older) == {"Điểm A": ("open", [1])} and not older.fulfilments.get().shorts.waiting().exists()
    assert parcels(newer) == {"Điểm A": ("open", [1]), "Điểm B": ("open", [1])} and short(newer).quantity == 1
    make.stock(goods, 9, at_place=goods.here)
    actions.serve_waiting(at=NOW)
    assert not ShortLine.objects.waiting().exists()
    told = Notice.objects.filter(kind="order_found").order_by("pk")
    assert [(one.facts["quantity"], one.facts["more"]) for one in told] == [(1, 0), (1, 1), (1, 0)]
    fulfilments.start_picking(fulfilment=newer.fulfilments.get(location=goods.here), by=people.mai(), at=NOW)


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


def test_a_cancelled_order_asks_nothing_any_more(goods: Any) -> None:
    order = make.order((goods, 2), payment="cod")
    sold(goods, goods.here, 2)
    mend()
    row = short(order)
    actions.cancel(order=order, by=None, reason="shopper", at=NOW)
    row.refresh_from_db()
    assert (row.outcome, bool(row.closed_at)) == ("cancelled", True)
    with pytest.raises(actions.NothingToChoose):
        actions.answer_shortage(short=row, choice=WAIT, by=None, at=NOW)


def test_what_is_collected_comes_by_transfer_from_elsewhere(goods: Any) -> None:
    order = make.order((goods, 2), payment="counter", location_id=goods.here.pk, collect_on=make.TODAY)
    make.stock(goods, 5, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 2)
    mend()
    assert parcels(order) == {"Điểm A": ("open", [2])}
    row = ShortLine.objects.get()
    assert (row.quantity, row.outcome, row.found_at.name) == (1, "moved", "Điểm B")


def test_a_sale_before_the_units_come_takes_what_was_sent_for(goods: Any) -> None:
    """The place that was to send them sells them, too: then the shopper is asked."""
    order = make.order((goods, 2), payment="counter", location_id=goods.here.pk, collect_on=make.TODAY)
    other = make.stock(goods, 1, at_place=make.location("Điểm B"))
    sold(goods, goods.here, 2)
    mend()
    sold(goods, other, 1, "y")
    mend()
    assert short(order).quantity == 1
    answer(order, MONEY)
    parcel = order.fulfilments.get()
    assert cash_due(parcel) == 50_001
    fulfilments.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)


def _deliver(parcel: Fulfilment) -> None:
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
    fulfilments.start_picking(**about)
    fulfilments.pack(**about)
    fulfilments.ship(**about, carrier="VNPost", tracking_number="EE1")
    fulfilments.delivered(**about)
