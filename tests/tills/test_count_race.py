"""A till counts two products while Lan orders both: nobody waits for each other for ever."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from marketplace.checkout.actions import place_order
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock.actions import goods
from marketplace.tills import actions as tills
from tests import make
from tests.concurrency import at_once, in_step, when_another_is_in_step

pytestmark = pytest.mark.django_db(transaction=True)


def _report(*products: Any) -> tills.Report:
    event = make.till_event(products[0], kind="count")
    event["lines"] = [{"code": product.upc, "quantity": 9} for product in products]
    return tills.Report(event["uuid"], 1, "count", make.NOW, event)


def _meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The till's second product is counted after Lan has begun to order, whose basket names them the other way round."""
    first, second = make.product(), make.product()
    place = make.stock(first)
    make.stock(second, at_place=place)
    make.tariff()
    till, _token = make.till(place)
    tills.accept(till=till, reports=[_report(second, first)], at=make.NOW)
    basket, details = make.basket((first, 1), (second, 1)), make.details()
    monkeypatch.setattr(goods, "counted", _slowly(goods.counted))

    def act(who: int) -> Any:
        if who == 0:
            return tills.record_next(till_id=till.pk, at=make.NOW)
        when_another_is_in_step()
        return place_order(basket=basket, details=details, by=None, at=make.NOW)

    return at_once(2, act)


def _slowly(count: Callable[..., Any]) -> Callable[..., Any]:
    def run(**facts: Any) -> Any:
        done = count(**facts)
        in_step()
        return done

    return run


def test_both_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    counted, ordered = _meanwhile(monkeypatch)
    assert counted is True and isinstance(ordered, Order)


def test_locked_line_by_line_one_of_them_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    record = stock.record

    def line_by_line(*, told: Any, **facts: Any) -> None:
        for line in told[0].lines:
            record(told=[stock.Stocktaking([line])], **facts)

    monkeypatch.setattr(stock, "record", line_by_line)
    assert any(isinstance(one, OperationalError) for one in _meanwhile(monkeypatch))
