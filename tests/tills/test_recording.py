"""A run of events in one transaction: as if each had been alone, whatever is among them."""

import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Product
from marketplace.stock import actions as stock
from marketplace.stock.models import Balance, Lot, Movement, Shortage
from marketplace.tills import actions, tasks
from marketplace.tills.actions import recording
from marketplace.tills.models import Till, TillEvent
from tests import make
from tests.concurrency import at_once

NOW = make.NOW


@pytest.fixture
def till(db: None) -> Till:
    return make.till()[0]


@pytest.fixture
def product(till: Till) -> Product:
    product = make.product()
    make.stock(product, 10, at_place=till.location, lot_code="A", best_before=make.TODAY)
    make.stock(product, 10, at_place=till.location, lot_code="B")
    return product


def _accept(till: Till, *events: dict[str, Any]) -> None:
    reports = [actions.Report(UUID(e["uuid"]), e["sequence"], e["kind"], NOW, e) for e in events]
    actions.accept(till=till, reports=reports, at=NOW)


def _on_hand() -> dict[str, int]:
    return dict(Balance.objects.values_list("lot__code", "on_hand"))


def _statuses() -> list[str]:
    return list(TillEvent.objects.order_by("sequence").values_list("status", flat=True))


def _held(product: Product, till: Till, quantity: int) -> None:
    stock.hold(
        order_id=1, wants=[stock.Want(1, product.pk, quantity)], at=NOW, expires_at=None,
        destination=stock.Destination(gathered_at=till.location_id),
    )  # fmt: skip


def test_a_run_takes_the_same_queries_whatever_its_length(till: Till, product: Product) -> None:
    def queries(first: int, count: int) -> int:
        _accept(till, *(make.till_event(product, sequence=n) for n in range(first, first + count)))
        with CaptureQueriesContext(connection) as captured:
            assert actions.record_next(till_id=till.pk, at=NOW)
        return len(captured)

    assert queries(1, 1) == queries(2, 12) <= 25
    assert set(_statuses()) == {"recorded"}
    assert _on_hand() == {"A": 0, "B": 7}


def test_each_sale_that_takes_promised_units_opens_its_own_shortage(till: Till, product: Product) -> None:
    """Not one for the run: a return that follows does not undo that the shop had promised too much."""
    _held(product, till, 18)
    _accept(
        till,
        make.till_event(product, sequence=1, quantity=5),
        make.till_event(product, sequence=2, quantity=2),
        make.till_event(product, sequence=3, quantity=4, kind="return"),
    )
    assert actions.record_next(till_id=till.pk, at=NOW)
    short = Shortage.objects.order_by("pk").values_list("quantity", "movement__key")
    events = TillEvent.objects.order_by("sequence").values_list("pk", flat=True)
    assert [(units, key.split(":")[1]) for units, key in short] == [(3, str(events[0])), (2, str(events[1]))]


def test_what_is_refused_in_the_middle_has_moved_nothing_and_is_counted_by_nobody(till: Till, product: Product) -> None:
    """The first line of the count could be booked, the second is stale: neither is."""
    other = make.product()
    make.stock(other, 5, at_place=till.location, lot_code="C")
    count = make.till_event(product, sequence=2, kind="count")
    count["lines"] = [{"code": product.upc, "quantity": 3}, {"code": other.upc, "quantity": 3, "seen": 4}]
    _accept(
        till,
        make.till_event(product, sequence=1),
        count,
        make.till_event(product, sequence=3, kind="count", quantity=19, line={"seen": 19}),
        make.till_event(other, sequence=4, line={"code": "KHONG-CO"}),
        make.till_event(other, sequence=5),
    )
    assert actions.record_next(till_id=till.pk, at=NOW)
    assert _statuses() == ["recorded", "parked", "recorded", "parked", "recorded"]
    assert _on_hand() == {"A": 9, "B": 10, "C": 4}


def test_an_event_that_breaks_a_run_is_parked_alone(
    till: Till, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, runs = stock.record, []

    def breaking(*, told: Sequence[stock.Told], **facts: Any) -> Any:
        runs.append(len(told))
        said = record(told=told, **facts)
        if any(line.quantity == 7 for one in told for line in one.lines):
            raise ValueError("a mistake of ours, after the goods were moved")
        return said

    monkeypatch.setattr(stock, "record", breaking)
    _accept(till, *(make.till_event(product, sequence=n, quantity=7 if n == 2 else 1) for n in range(1, 5)))
    assert actions.record_next(till_id=till.pk, at=NOW)
    assert runs == [4, 1, 1, 1, 1]
    assert _statuses() == ["recorded", "parked", "recorded", "recorded"]
    assert _on_hand() == {"A": 7, "B": 10}
    assert not actions.record_next(till_id=till.pk, at=NOW)


def test_a_worker_told_to_hurry_parks_nothing(till: Till, product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*args: Any) -> None:
        raise SoftTimeLimitExceeded

    _accept(till, make.till_event(product, sequence=1), make.till_event(product, sequence=2))
    with monkeypatch.context() as patch:
        patch.setitem(recording.READERS, "sale", late)
        with pytest.raises(SoftTimeLimitExceeded):
            tasks.record_waiting()
    assert _statuses() == ["waiting", "waiting"]
    tasks.record_waiting()
    assert _statuses() == ["recorded", "recorded"]


def test_a_recalled_lot_is_taken_last_and_given_nothing_back(till: Till, product: Product) -> None:
    Lot.objects.filter(code="A").update(frozen_at=NOW)
    _held(product, till, 4)
    _accept(
        till,
        make.till_event(product, sequence=1, quantity=12),
        make.till_event(product, sequence=2, quantity=1, kind="return"),
    )
    assert actions.record_next(till_id=till.pk, at=NOW)
    assert _on_hand() == {"A": 8, "B": 1}
    assert Shortage.objects.get().quantity == 4


def test_a_thousand_and_more_take_several_runs_in_their_order(
    till: Till, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "AT_ONCE", 3)
    _accept(till, *(make.till_event(product, sequence=n, quantity=n) for n in (5, 1, 4, 2, 3)))
    tasks.record_waiting()
    assert list(
        Movement.objects.filter(kind="sold", balance__lot__code="A")
        .order_by("pk")[:4]
        .values_list("quantity", flat=True)
    ) == [-1, -2, -3, -4]
    assert Movement.objects.filter(kind="sold").count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_till_goes_on_reporting_while_it_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    till, _ = make.till()
    product = make.product()
    make.stock(product, 10, at_place=till.location)
    _accept(till, make.till_event(product, sequence=1))
    recording_now, reported = threading.Event(), threading.Event()
    record = stock.record

    def slowly(**facts: Any) -> Any:
        said = record(**facts)
        recording_now.set()
        assert reported.wait(10)
        return said

    monkeypatch.setattr(stock, "record", slowly)

    def act(who: int) -> Any:
        if who == 0:
            return actions.record_next(till_id=till.pk, at=NOW)
        assert recording_now.wait(10)
        _accept(till, make.till_event(product, sequence=2))
        beside = actions.record_next(till_id=till.pk, at=NOW)
        reported.set()
        return beside

    assert at_once(2, act) == [True, False]
    assert _statuses() == ["recorded", "waiting"]
