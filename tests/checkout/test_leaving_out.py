"""A parcel that its buyer will not get: its money goes back, to the đồng, and the others live on."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.checkout import actions
from marketplace.desk.queries.office import order_page
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import cash_due
from marketplace.money import split as divided
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Line, Order
from marketplace.stock import queries
from marketplace.stock.models import Hold, Transfer
from tests import make, people
from tests.rows import changed, everything

from . import split
from .shortages import MONEY, answer, mend, short, sold
from .split import NOW, Two

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
SHOPPER = Order.Because.SHOPPER


@pytest.fixture
def goods() -> Two:
    return split.two()


@pytest.fixture
def order(goods: Two) -> Order:
    """Two of sugar for 100,002 from the near point, a fish for 100,000 from the far one; 30,000 each for the way."""
    return split.paid(goods)


def _now() -> dict[str, Any]:
    return {"by": people.mai(), "at": NOW}


def _units(goods: Two) -> dict[str, tuple[int, int]]:
    rows = queries.balances(product_ids=[goods.sugar.pk, goods.fish.pk])
    return {row.location: (row.on_hand, row.held) for row in rows}


def test_a_lost_parcel_is_paid_back_with_its_fee_and_the_other_comes(goods: Two, order: Order) -> None:
    near, far = split.parcel(order, goods.near), split.parcel(order, goods.far)
    split.shipped(far)
    actions.lose(fulfilment=far, **_now())
    order.refresh_from_db()
    assert (order.status, split.given_up(order), split.back(order)) == (Order.Status.CONFIRMED, 130_000, 130_000)
    assert (far.status, far.off_because) == ("cancelled", "lost")
    assert _units(goods) == {goods.near.name: (10, 2), goods.far.name: (9, 0)}  # gone for good
    fulfilments.delivered(**split.shipped(near))
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED and order.due == 130_002


def test_a_parcel_that_came_back_is_on_the_shelf_again(goods: Two, order: Order) -> None:
    near, far = split.parcel(order, goods.near), split.parcel(order, goods.far)
    about = split.shipped(near)
    fulfilments.delivered(**about)
    about = split.shipped(far)
    fulfilments.fail(**about, reason="Không có nhà")
    order.refresh_from_db()
    assert order.status == Order.Status.CONFIRMED
    actions.take_back(fulfilment=far, spoiled=False, **_now())
    order.refresh_from_db()
    assert (order.status, split.back(order)) == (Order.Status.COMPLETED, 130_000)
    assert _units(goods) == {goods.near.name: (8, 0), goods.far.name: (10, 0)}


def test_the_shopper_cancels_one_of_two(goods: Two, order: Order) -> None:
    actions.cancel_parcel(fulfilment=split.parcel(order, goods.near), because=SHOPPER, by=None, at=NOW)
    assert (split.given_up(order), split.back(order)) == (130_002, 130_002)
    assert _units(goods) == {goods.near.name: (10, 0), goods.far.name: (10, 1)}
    said = Notice.objects.get(kind="order_parcel_off")
    said.language = "en"
    assert "2 × Mật hoa thốt nốt" in letter(said).text and "130.002" in letter(said).text
    line = Line.objects.get(order=order, product=goods.sugar)
    assert (line.left_quantity, line.left_incl_tax) == (0, 0)


def test_the_last_one_ends_the_order(goods: Two, order: Order) -> None:
    for place in (goods.near, goods.far):
        actions.cancel_parcel(fulfilment=split.parcel(order, place), because=SHOPPER, by=None, at=NOW)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason, split.back(order)) == ("cancelled", "shopper", order.total_incl_tax)
    assert order.total_incl_tax == 260_002 and not Hold.objects.active().exists()


def test_what_is_picked_is_not_cancelled_and_nothing_changes(goods: Two, order: Order) -> None:
    near = split.parcel(order, goods.near)
    fulfilments.start_picking(fulfilment=near, **_now())
    before = everything()
    with pytest.raises(actions.PickingBegun):
        actions.cancel_parcel(fulfilment=near, because=SHOPPER, by=None, at=NOW)
    with pytest.raises(fulfilments.WrongStep):
        actions.lose(fulfilment=near, **_now())
    assert changed(before) == set()


def test_an_order_that_is_over_loses_no_parcel(goods: Two, order: Order) -> None:
    actions.cancel(order=order, by=None, reason=SHOPPER, at=NOW)
    before = everything()
    with pytest.raises(actions.TooLate):
        actions.cancel_parcel(fulfilment=split.parcel(order, goods.near), because=SHOPPER, by=None, at=NOW)
    assert changed(before) == set()


def test_nobody_came_for_the_collected_part(goods: Two) -> None:
    order = split.paid(goods, **split.mixed(goods))
    sent, kept = split.parcel(order, goods.near), split.parcel(order, goods.far, "pickup")
    fulfilments.delivered(**split.shipped(sent))
    split.ready(kept)
    assert actions.cancel_uncollected(at=NOW) == 0
    assert actions.cancel_uncollected(at=NOW + timedelta(days=6)) == 1
    order.refresh_from_db()
    assert (order.status, split.back(order)) == (Order.Status.COMPLETED, 100_000)
    kept.refresh_from_db()
    assert (kept.status, kept.off_because) == ("cancelled", "uncollected")
    assert _units(goods) == {goods.near.name: (8, 0), goods.far.name: (10, 0)}


def test_a_collected_part_that_is_still_brought_is_brought_no_more(goods: Two) -> None:
    order = split.paid(goods, **split.mixed(goods, location_id=goods.near.pk))
    kept = split.parcel(order, goods.near, "pickup")
    actions.cancel_parcel(fulfilment=kept, because=SHOPPER, by=None, at=NOW)
    assert not Transfer.objects.exists()
    assert _units(goods) == {goods.near.name: (10, 2), goods.far.name: (10, 0)}
    split.shipped(split.parcel(order, goods.near))


def test_cash_is_less_by_what_does_not_come(goods: Two) -> None:
    order = make.order(*goods.wanted(), payment="cod")
    near, far = split.parcel(order, goods.near), split.parcel(order, goods.far)
    actions.lose(**split.shipped(far))
    near = split.parcel(order, goods.near)
    assert cash_due(near) == 130_002
    fulfilments.delivered(**split.shipped(near))
    order.refresh_from_db()
    source = order.sources.get()
    assert (order.status, source.state, source.amount_debited) == ("completed", "paid", 130_002)


def test_a_line_divided_over_two_parcels_loses_no_dong(goods: Two) -> None:
    """Twelve pieces of the near and the far point: each costs its share, whichever parcel is lost."""
    make.stock(goods.sugar, 4, at_place=goods.far)
    order = split.paid(goods, (goods.sugar, 12), (goods.fish, 1))
    first, second = order.fulfilments.order_by("pk")
    actions.lose(**split.shipped(first))
    kept = order.total_incl_tax - split.given_up(order)
    actions.lose(**split.shipped(second))
    order.refresh_from_db()
    assert kept > 0 and (order.status, split.back(order)) == ("cancelled", order.total_incl_tax)


def test_a_parcel_whose_pieces_were_all_sold_is_not_paid_either(goods: Two, order: Order) -> None:
    sold(goods.fish, goods.far, 10)
    mend()
    answer(order, MONEY)
    assert split.back(order) == 130_000
    fulfilments.delivered(**split.shipped(split.parcel(order, goods.near)))
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED


def test_the_fee_goes_with_the_pieces_to_another_place(goods: Two, order: Order) -> None:
    other = make.stock(goods.fish, 5, at_place=make.location("Điểm Tri Tôn"))
    sold(goods.fish, goods.far, 10)
    mend()
    moved = split.parcel(order, other)
    assert (moved.fee, split.parcel(order, goods.far).fee) == (30_000, 0)
    actions.lose(**split.shipped(moved))
    assert split.back(order) == 130_000


def test_what_was_given_up_is_not_taken_up_again_for_other_goods(goods: Two, order: Order) -> None:
    """The fish was taken off; of the sugar, which a till then sold, there is more only where the fish was."""
    fish = order.lines.get(product=goods.fish)
    actions.cancel_pieces(order=order, pieces={fish.pk: 1}, by=None, reason=SHOPPER, at=NOW)
    make.stock(goods.sugar, 5, at_place=goods.far)
    sold(goods.sugar, goods.near, 10)
    mend()
    far = split.parcel(order, goods.far)
    assert (far.status, far.off_because, far.fee) == ("cancelled", SHOPPER, 30_000)
    assert short(order).fulfilment == split.parcel(order, goods.near)  # the shopper is asked


def test_what_is_left_of_an_order_is_cancelled_as_a_whole(client: Client, goods: Two, order: Order) -> None:
    near = split.parcel(order, goods.near)
    split.shipped(near)
    assert not client.get(f"/orders/{order.token}/").context["can_cancel"] and not order_page(order).may_cancel
    actions.lose(fulfilment=near, **_now())
    order.refresh_from_db()
    assert client.get(f"/orders/{order.token}/").context["can_cancel"] and order_page(order).may_cancel
    actions.cancel(order=order, by=None, reason=SHOPPER, at=NOW)
    order.refresh_from_db()
    assert (order.status, split.back(order)) == (Order.Status.CANCELLED, order.total_incl_tax)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 500_000), st.lists(st.integers(0, 90_000), min_size=1, max_size=6))
def test_fees_add_up_whatever_an_offer_takes_off(shipping: int, fees: list[int]) -> None:
    parts = divided(Decimal(shipping), [Decimal(fee) for fee in fees])
    assert sum(parts) == shipping and all(part >= 0 for part in parts)


def test_what_one_row_can_never_say(goods: Two, order: Order) -> None:
    wrong: list[dict[str, Any]] = [{"fee": -1}, {"off_because": "lost"}, {"method": "pickup", "code": "123456"}]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Fulfilment.objects.filter(location=goods.near).update(**fields)
