"""Pieces taken off an order before anybody picks it: units, parcels, money; and the race with whoever begins to pick."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.checkout import actions
from marketplace.errors import Refused
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.actions import coming
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.thinning import Content, thinned
from marketplace.notices.models import Notice
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.stock import queries as stock
from marketplace.stock.queries import on_the_way
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import deliver, paid, parcels
from tests.concurrency import at_once, in_step, when_another_is_in_step
from tests.rows import changed, everything

NOW = make.NOW
whole = pytest.mark.usefixtures("whole_afterwards")


def fewer(order: Order, *units: int, reason: str = "shopper", at: datetime = NOW, **fields: Any) -> None:
    """Of each line so many pieces."""
    lines = order.lines.order_by("pk").values_list("pk", flat=True)
    pieces = dict(zip(lines, units, strict=True))
    actions.cancel_pieces(order=order, pieces=pieces, by=None, reason=reason, at=at, **fields)
    order.refresh_from_db()


def free(goods: Any) -> int:
    return stock.available([goods.pk], at=NOW)[goods.pk]


@whole
@pytest.mark.django_db
def test_paid_by_card_the_pieces_are_free_again_and_their_money_goes_back(goods: Any) -> None:
    order = paid((goods, 3))
    fewer(order, 2)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.status) == (100_002, "fewer", "due")
    assert (order.status, order.due, order.lines.get().left_quantity) == ("confirmed", 80_001, 1)
    assert free(goods) == 2 and parcels(order) == {"Điểm A": ("open", [1])}
    facts = Notice.objects.get(kind="order_pieces_cancelled").facts
    assert (facts["pieces"], facts["amount"], facts["paid"]) == ([["Mật thốt nốt", 2]], 100_002, True)


@whole
@pytest.mark.django_db
def test_twice_some_pieces_are_two_refunds(goods: Any) -> None:
    order = paid((goods, 3))
    for _each in range(2):
        fewer(order, 1)
    assert [one.amount for one in Refund.objects.all()] == [50_001, 50_001]


@whole
@pytest.mark.django_db
def test_not_paid_yet_it_only_costs_less(goods: Any) -> None:
    order = make.order((goods, 3), payment="cod")
    fewer(order, 1)
    assert (order.due, order.sources.get().amount_allocated, Refund.objects.count()) == (130_002, 130_002, 0)
    waiting = make.order((goods, 1))
    assert waiting.status == "awaiting-payment"


@whole
@pytest.mark.django_db
def test_with_the_last_piece_the_order_is_cancelled(goods: Any) -> None:
    order = paid((goods, 3))
    fewer(order, 3)
    assert (order.status, order.cancel_reason, free(goods)) == ("cancelled", "shopper", 3)
    assert Refund.objects.get().amount == order.total_incl_tax


@whole
@pytest.mark.django_db
def test_a_parcel_that_is_empty_is_cancelled_so_that_the_fewest_are_left(goods: Any) -> None:
    far = make.stock(goods, 2, at_place=make.location("Điểm B"))
    order = make.order((goods, 5), payment="cod")
    assert far and parcels(order) == {"Điểm A": ("open", [3]), "Điểm B": ("open", [2])}
    fewer(order, 3)
    assert parcels(order) == {"Điểm A": ("open", [2]), "Điểm B": ("cancelled", [])}
    assert free(goods) == 3


@whole
@pytest.mark.django_db
def test_what_would_have_been_brought_to_the_pickup_point_stays_where_it_is(goods: Any) -> None:
    make.stock(goods, 4, at_place=make.location("Kho B"))
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk)
    assert sum(one.quantity for one in on_the_way(order.pk)) == 2
    fewer(order, 1)
    assert sum(one.quantity for one in on_the_way(order.pk)) == 1
    fewer(order, 1)
    assert on_the_way(order.pk) == []
    fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=None, at=NOW)


def promises() -> list[tuple[Any, ...]]:
    return list(Fulfilment.objects.order_by("pk").values_list("pk", *coming.PROMISE))


@whole
@pytest.mark.django_db
def test_what_was_promised_of_a_pickup_stands(goods: Any) -> None:
    """Nothing is to be brought any more, and a day has passed: it is ready when it was said to be."""
    make.stock(goods, 4, at_place=make.location("Kho B"))
    order = make.order((goods, 5), payment="counter", location_id=goods.here.pk)
    before = promises()
    fewer(order, 2, at=NOW + timedelta(days=1))
    assert before[0][1] and promises() == before
    assert not Notice.objects.filter(kind="order_promised_anew").exists()


@whole
@pytest.mark.django_db
def test_what_was_promised_of_each_parcel_stands(goods: Any) -> None:
    """Of the one a piece is taken off, of the other nothing; a day later a carrier would need another day for both."""
    make.stock(goods, 2, at_place=make.location("Điểm B"))
    order = make.order((goods, 5), payment="cod")
    before = promises()
    fewer(order, 1, at=NOW + timedelta(days=1))
    assert len(before) == 2 and all(one[2] for one in before) and promises() == before


@whole
@pytest.mark.django_db
def test_the_place_takes_them_out_of_its_own_parcel_with_a_reason(goods: Any) -> None:
    make.stock(goods, 2, at_place=make.location("Điểm B"))
    order = make.order((goods, 5), payment="cod")
    near = order.fulfilments.get(location=goods.here)
    fewer(order, 2, parcel=near, reason="Hàng bị móp")
    assert parcels(order) == {"Điểm A": ("open", [1]), "Điểm B": ("open", [2])}
    assert Notice.objects.get(kind="order_pieces_cancelled").facts["reason"] == "Hàng bị móp"


@whole
@pytest.mark.django_db
def test_an_order_of_which_the_rest_was_delivered_is_done(goods: Any) -> None:
    make.stock(goods, 2, at_place=make.location("Điểm B"))
    order = make.order((goods, 5), payment="cod")
    deliver(order.fulfilments.get(location=goods.here))
    fewer(order, 2)
    assert (order.status, order.due) == ("completed", order.sources.get().amount_debited)


@whole
@pytest.mark.django_db
@pytest.mark.parametrize(("units", "code"), [(0, "cancel_nothing"), (4, "cancel_too_many")])
def test_what_is_not_there_is_not_taken_off(goods: Any, units: int, code: str) -> None:
    order = make.order((goods, 3), payment="cod")
    before = everything()
    with pytest.raises(Refused) as refused:
        fewer(order, units)
    assert refused.value.code == code and changed(before) == set()


@whole
@pytest.mark.django_db
def test_what_is_being_picked_is_not_taken_off(goods: Any) -> None:
    order = make.order((goods, 3), payment="cod")
    fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=None, at=NOW)
    before = everything()
    with pytest.raises(actions.TooManyToCancel):
        fewer(order, 1)
    assert changed(before) == set()


def _side_by_side(goods: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], Order]:
    """Lan gives two pieces up; when her order has been looked at, the point begins to pick."""
    order = make.order((goods, 3), payment="cod")
    parcel, mai, thinned = order.fulfilments.get(), people.mai(), actions.thinning.thinned

    def slowly(*args: Any) -> Any:
        in_step()
        return thinned(*args)

    def pick() -> None:
        when_another_is_in_step()
        fulfilments.start_picking(fulfilment=parcel, by=mai, at=NOW)

    monkeypatch.setattr(actions.thinning, "thinned", slowly)
    deeds = [lambda: fewer(order, 2), pick]
    return at_once(2, lambda number: deeds[number]()), Order.objects.get()


@pytest.mark.django_db(transaction=True)
def test_who_picks_waits_until_the_pieces_are_gone(goods: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, order = _side_by_side(goods, monkeypatch)
    parcel = order.fulfilments.get()
    assert answers == [None, None] and (parcel.status, parcel.lines.get().quantity) == ("picking", 1)
    assert broken(NOW + timedelta(minutes=1)) == []


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_pieces_leave_a_parcel_in_somebodys_hands(goods: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what was seen open is being picked when the pieces go, and nobody is refused."""
    monkeypatch.setattr(orders, "lock", lambda order_id: Order.objects.get(pk=order_id))
    answers, order = _side_by_side(goods, monkeypatch)
    picked, parcel = order.fulfilments.get().picking_at, Fulfilment.objects.get()
    assert answers == [None, None] and picked == NOW and parcel.lines.get().quantity == 1


contents = st.dictionaries(st.integers(1, 3), st.integers(1, 3), min_size=1)


@given(st.lists(contents, min_size=1, max_size=5), st.dictionaries(st.integers(1, 3), st.integers(1, 9)))
def test_just_so_many_are_taken_and_no_parcel_more_is_left_than_must_be(held: Any, wanted: Any) -> None:
    there = [Content(number, one, one) for number, one in enumerate(held)]
    all_of = sum((Counter(one) for one in held), Counter())
    out = thinned(there, wanted)
    taken: Counter[int] = Counter()
    for (parcel, line), units in out.items():
        assert 0 < units <= held[parcel][line]
        taken[line] += units
    assert taken == Counter({line: min(units, all_of[line]) for line, units in wanted.items() if all_of[line]})
    emptied = [n for n, one in enumerate(held) if all(out.get((n, line)) == units for line, units in one.items())]
    smallest = min(held, key=lambda one: sum(one.values()))
    if all(wanted.get(line, 0) >= units for line, units in smallest.items()):
        assert emptied
