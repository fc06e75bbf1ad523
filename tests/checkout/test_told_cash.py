"""What stands on a parcel's label is asked for at the door: whatever the order costs by then, it adds up."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from marketplace.checkout import actions
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import cash_due
from marketplace.order.models import Order
from tests import make, people

from . import returns, split
from .split import NOW, Two

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]


@pytest.fixture
def goods() -> Two:
    return split.two()


def _under_way(goods: Two) -> tuple[Order, Fulfilment, dict[str, Any]]:
    """The near parcel is paid with 130,002; for the far one its carrier was told 130,000."""
    order = make.order(*goods.wanted(), payment="cod")
    near, far = split.parcel(order, goods.near), split.parcel(order, goods.far)
    fulfilments.delivered(**split.shipped(near))
    about = split.shipped(split.parcel(order, goods.far))
    far.refresh_from_db()
    assert far.cash_told == 130_000
    return order, near, about


def _money(order: Order) -> tuple[int, int, bool]:
    """What came, what goes back, and whether that is all."""
    order.refresh_from_db()
    return int(order.sources.get().amount_debited), split.back(order), order.paid_at is not None


@pytest.mark.parametrize(("pieces", "worth"), [(2, 130_002), (1, 50_001)])
def test_what_came_back_is_paid_although_another_parcel_is_to_be_paid_yet(goods: Two, pieces: int, worth: int) -> None:
    order, near, about = _under_way(goods)
    returns.judge(returns.awaited(near, pieces), spoiled=pieces)
    assert _money(order) == (130_002, worth, False) and cash_due(about["fulfilment"]) == 130_000
    fulfilments.delivered(**about)
    assert _money(order) == (260_002, worth, True)
    assert (order.status, order.due) == (Order.Status.COMPLETED, 260_002 - worth)


def test_what_was_told_of_a_parcel_that_comes_back_is_not_waited_for(goods: Two) -> None:
    order, near, about = _under_way(goods)
    returns.judge(returns.awaited(near, 1), spoiled=1)
    fulfilments.fail(**about, reason="Không có nhà")
    assert _money(order) == (130_002, 50_001, False)
    actions.take_back(fulfilment=about["fulfilment"], by=people.mai(), spoiled=False, at=NOW)
    assert _money(order) == (130_002, 50_001, True)
    assert (order.status, order.due) == (Order.Status.COMPLETED, 80_001)


def test_a_sum_that_the_order_no_longer_costs_goes_back_once_it_has_come(goods: Two) -> None:
    """The carrier knows of 130,000, and a đồng of it turned out too much."""
    order, _near, about = _under_way(goods)
    Fulfilment.objects.filter(pk=about["fulfilment"].pk).update(cash_told=130_001)
    fulfilments.delivered(**about)
    assert _money(order) == (260_003, 1, True)


def test_what_nobody_was_told_to_ask_for_is_not_owed(goods: Two) -> None:
    order, _near, about = _under_way(goods)
    Fulfilment.objects.filter(pk=about["fulfilment"].pk).update(cash_told=129_999)
    fulfilments.delivered(**about)
    assert _money(order) == (260_001, 0, True) and order.due == 260_001


def test_the_last_parcel_here_is_paid_with_the_rest(goods: Two) -> None:
    """Its share and what was told of the other are what is still to pay."""
    order = make.order(*goods.wanted(), payment="cod")
    about = split.shipped(split.parcel(order, goods.far))
    assert cash_due(split.parcel(order, goods.near)) == 130_002
    fulfilments.delivered(**split.shipped(split.parcel(order, goods.near)))
    fulfilments.delivered(**about)
    assert _money(order) == (260_002, 0, True)


def test_of_what_left_before_sums_were_noted_they_are_noted_once(goods: Two) -> None:
    order, _near, about = _under_way(goods)
    far = Fulfilment.objects.filter(pk=about["fulfilment"].pk)
    far.update(cash_told=0, grams=0)
    migration: Any = import_module("marketplace.fulfilment.migrations.0025_cash_told_before")
    for _time in range(2):
        migration.note(apps, None)
        assert far.get().cash_told == 130_000
    fulfilments.delivered(**about)
    assert _money(order) == (260_002, 0, True)
