"""Two at the same case at the same moment. Each race has its twin without the locks, which must go wrong."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.errors import Refused
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import ShortLine
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.stock.actions import ledger
from marketplace.stock.queries import short as cases
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import mend, paid, short, sold
from tests.concurrency import at_once, in_step, only_look

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW
Deeds = list[Callable[[], Any]]


def two_workers_at_one_case(goods: Any, place: Any) -> Deeds:
    order = make.order((goods, 3), payment="cod")
    make.order((goods, 3), payment="cod", at=NOW - timedelta(hours=1))
    make.stock(goods, 2, at_place=make.location())
    sold(goods, place, 3)
    [case] = cases.open_cases()
    assert order.pk
    return [lambda: actions.mend(case_id=case, at=NOW)] * 2


def money_back_while_it_is_found(goods: Any, place: Any) -> Deeds:
    order = paid((goods, 6))
    sold(goods, place, 2)
    mend()
    row = short(order)
    make.stock(goods, 5, at_place=place)
    return [
        lambda: actions.answer_shortage(short=row, choice="money", by=None, at=NOW),
        lambda: actions.serve_waiting(at=NOW),
    ]


def twice_money_back(goods: Any, place: Any) -> Deeds:
    order = paid((goods, 6))
    sold(goods, place, 2)
    mend()
    row = short(order)
    return [lambda: actions.answer_shortage(short=row, choice="money", by=None, at=NOW)] * 2


def cancelled_while_others_are_looked_for(goods: Any, place: Any) -> Deeds:
    order = make.order((goods, 6), payment="cod")
    sold(goods, place, 2)
    [case] = cases.open_cases()
    return [
        lambda: actions.mend(case_id=case, at=NOW),
        lambda: actions.cancel(order=order, by=None, reason="shopper", at=NOW),
    ]


def picked_while_others_are_looked_for(goods: Any, place: Any) -> Deeds:
    order = make.order((goods, 6), payment="cod")
    sold(goods, place, 2)
    [case] = cases.open_cases()
    parcel, mai = order.fulfilments.get(), people.mai()

    def pick() -> None:
        time.sleep(0.1)
        fulfilments.start_picking(fulfilment=parcel, by=mai, at=NOW)

    return [lambda: actions.mend(case_id=case, at=NOW), pick]


RACES = [
    two_workers_at_one_case, money_back_while_it_is_found, twice_money_back, cancelled_while_others_are_looked_for,
    picked_while_others_are_looked_for,
]  # fmt: skip


def run(race: Callable[[Any, Any], Deeds]) -> list[Any]:
    goods = make.product(price=50_001)
    deeds = race(goods, make.stock(goods, 6, at_place=make.location()))
    return at_once(len(deeds), lambda number: deeds[number]())


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_the_books_are_whole_whoever_comes_first(race: Callable[[Any, Any], Deeds]) -> None:
    errors = [answer for answer in run(race) if isinstance(answer, Exception)]
    assert [error for error in errors if not isinstance(error, Refused)] == [] and len(errors) <= 1
    assert broken(NOW) == []
    actions.take_up_missing(at=NOW)
    mend()
    assert broken(NOW) == []
    lost = sum(ShortLine.objects.values_list("quantity", flat=True))
    assert lost in ((3,) if race is two_workers_at_one_case else (0, 2))


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_without_the_locks_they_are_not(race: Callable[[Any, Any], Deeds], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when nobody locks."""

    def only_read(order_id: int) -> Order:
        order = Order.objects.get(pk=order_id)
        in_step()
        return order

    def race_unlocked(goods: Any, place: Any) -> Deeds:
        deeds = race(goods, place)
        monkeypatch.setattr(orders, "lock", only_read)
        monkeypatch.setattr(ledger, "lock", only_look)
        return deeds

    def goes_wrong() -> bool:
        answers = run(race_unlocked)
        monkeypatch.undo()
        return bool(broken(NOW)) or any(isinstance(one, Exception) and not isinstance(one, Refused) for one in answers)

    assert any(goes_wrong() for _ in range(5)), "by luck once, not five times"
