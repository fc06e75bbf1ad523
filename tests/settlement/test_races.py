"""Two at once: each thing is entered once, at its price, and paid once. The twins without the lock go wrong."""

from typing import Any

import pytest

from marketplace.settlement import actions
from marketplace.settlement.actions import entering, parcels, paying
from marketplace.settlement.actions import returns as netting
from marketplace.settlement.models import Entry, Intake, Payout, PayoutLine
from tests import make, people
from tests.concurrency import at_once, in_step

from .owed import NEXT_MONTH, NOW, account, agreed, closed, given_back, sold_online

pytestmark = pytest.mark.django_db(transaction=True)


def _a_line_in_two_parcels(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Five pieces for 100.001 from two places; a worker takes one parcel at a time."""
    product = make.product(price=100_001)
    for pieces in (2, 3):
        make.stock(product, pieces)
    monkeypatch.setattr(parcels, "AT_ONCE", 1)
    Intake.objects.get_or_create(pk=1)
    return sold_online((product, 5)).lines.get()


def test_two_workers_take_in_each_parcel_once(monkeypatch: pytest.MonkeyPatch) -> None:
    line = _a_line_in_two_parcels(monkeypatch)
    answers = at_once(4, lambda _: actions.take_in_parcels(at=NOW))
    assert sorted(answers, key=str) == [0, 0, 1, 1]
    assert sum(Entry.objects.values_list("gross", flat=True)) == line.line_price_incl_tax


def test_without_the_lock_a_worker_comes_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    _a_line_in_two_parcels(monkeypatch)
    monkeypatch.setattr(parcels, "lock_intake", lambda: None)
    real = entering.rows.copy
    monkeypatch.setattr(entering.rows, "copy", lambda *about: (in_step(), real(*about)))
    answers = at_once(4, lambda _: actions.take_in_parcels(at=NOW))
    assert any(isinstance(answer, Exception) for answer in answers)


def _a_line_that_came_back_twice(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Three pieces for 300.001, one and then two of them given back; a worker takes one return at a time."""
    product = make.product(price=100_001)
    place = make.stock(product, 3)
    monkeypatch.setattr(netting, "AT_ONCE", 1)
    parcel = sold_online((product, 3), location_id=place.pk).fulfilments.get()
    actions.take_in(at=NOW)
    for pieces in (1, 2):
        given_back(parcel, pieces, at=NOW)


def test_two_workers_take_off_each_return_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _a_line_that_came_back_twice(monkeypatch)
    answers = at_once(4, lambda _: actions.take_in_returns(at=NOW))
    assert sorted(answers, key=str) == [0, 0, 1, 1]
    assert sum(Entry.objects.values_list("gross", flat=True)) == sum(Entry.objects.values_list("net", flat=True)) == 0


def test_without_the_lock_a_worker_takes_off_what_another_has(monkeypatch: pytest.MonkeyPatch) -> None:
    _a_line_that_came_back_twice(monkeypatch)
    monkeypatch.setattr(netting, "lock_intake", lambda: None)
    real = entering.rows.copy
    monkeypatch.setattr(entering.rows, "copy", lambda *about: (in_step(), real(*about)))
    answers = at_once(4, lambda _: actions.take_in_returns(at=NOW))
    assert any(isinstance(answer, Exception) for answer in answers)


def _agreed_statement() -> Any:
    product = make.product()
    make.stock(product, 5)
    sold_online((product, 2))
    account(product.producer)
    return agreed(closed(product.producer))


def test_a_statement_is_in_one_payout_and_paid_once() -> None:
    one, office = _agreed_statement(), people.tam()
    made = at_once(4, lambda _: actions.make_payout(statement_ids=[one.pk], by=office, at=NEXT_MONTH))
    assert [type(answer) for answer in made].count(Payout) == 1
    assert {type(answer) for answer in made} == {Payout, actions.NotPayableNow}
    payout = PayoutLine.objects.get().payout
    paid = at_once(4, lambda _: actions.mark_paid(payout=Payout.objects.get(pk=payout.pk), by=office, at=NEXT_MONTH))
    assert [answer for answer in paid if answer is None] == [None]
    assert Entry.objects.filter(kind="paid").count() == 1


def test_without_the_lock_only_the_database_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    one, office = _agreed_statement(), people.tam()
    monkeypatch.setattr(paying, "lock", lambda _: None)
    real = paying._line
    monkeypatch.setattr(paying, "_line", lambda *about: (in_step(), real(*about))[1])
    made = at_once(4, lambda _: actions.make_payout(statement_ids=[one.pk], by=office, at=NEXT_MONTH))
    assert any(not isinstance(answer, Payout | actions.NotPayableNow) for answer in made)


def test_a_period_closes_once() -> None:
    product = make.product()
    make.stock(product, 5)
    sold_online((product, 2))
    actions.take_in(at=NOW)
    closings = at_once(4, lambda _: actions.close(producer_id=product.producer.pk, at=NEXT_MONTH))
    assert sorted(len(answer) for answer in closings if isinstance(answer, list)) == [0, 0, 0, 1]
