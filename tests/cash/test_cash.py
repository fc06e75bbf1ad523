"""Cash is counted once, where it was taken, and a difference has its reason."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marketplace.cash import actions, queries
from marketplace.cash.models import CashUp, CashUpEntry
from marketplace.cash.proofs import RULES
from marketplace.fulfilment import actions as fulfilments
from marketplace.journal.models import Entry
from marketplace.payment import actions as payments
from marketplace.payment.models import Transaction
from tests import make, people
from tests.concurrency import at_once, in_step
from tests.rows import changed, everything

NOW, TODAY = make.NOW, make.TODAY
pytestmark = pytest.mark.django_db


def sold(place: Any = None, *, carrier: str = "", pickup: bool = False, at: Any = NOW) -> Any:
    """120,000 ₫ of sugar (and 30,000 for bringing it), paid in cash."""
    product = make.product("Đường thốt nốt")
    place = make.stock(product, at_place=place)
    where = {"payment": "counter", "location_id": place.pk} if pickup else {"payment": "cod"}
    order = make.order((product, 1), at=at, **where)
    about: dict[str, Any] = {"fulfilment": order.fulfilments.get(), "by": people.mai(), "at": at}
    fulfilments.start_picking(**about)
    fulfilments.pack(**about)
    if pickup:
        fulfilments.mark_ready(**about)
        fulfilments.hand_over(**about, code=about["fulfilment"].code)
    else:
        fulfilments.ship(**about, carrier=carrier, tracking_number="EE1", own=not carrier)
        fulfilments.delivered(**about)
    return place


def closed(place: Any = None, carrier: str = "", **more: Any) -> CashUp:
    pile = queries.of_point(place, TODAY) if place else queries.of_carrier(carrier)
    told: dict[str, Any] = {
        "transaction_ids": [row.pk for row in pile], "counted": sum(row.amount for row in pile), "reason": "", "day": TODAY,
        "location": place, "carrier": carrier, "by": people.mai(), "at": NOW,
    }  # fmt: skip
    return actions.close(**told | more)


def broken() -> list[str]:
    return [row for rule in RULES for row in rule(NOW)]


def test_a_point_counts_its_counter_and_its_own_deliveries_a_carrier_hands_over() -> None:
    place = sold(pickup=True)
    sold(place)
    sold(place, carrier="  VN  Post ")
    sold(place, pickup=True, at=NOW + timedelta(days=1))
    assert [(pile.location_id, pile.day, pile.amount, pile.payments) for pile in queries.point_piles(_all())] == [
        (place.pk, TODAY, 270_000, 2), (place.pk, TODAY + timedelta(days=1), 120_000, 1),
    ]  # fmt: skip
    assert [(pile.whose, pile.amount) for pile in queries.carrier_piles()] == [("VN Post", 150_000)]
    made = closed(place)
    assert (made.expected, made.counted, made.difference, made.part) == (270_000, 270_000, 0, 1)
    assert closed(carrier="VN Post").expected == 150_000
    assert queries.carrier_piles() == [] and len(queries.point_piles(_all())) == 1 and broken() == []
    assert Entry.objects.filter(action="cash.counted").count() == 2


def _all() -> Any:
    from marketplace.locations.models import Location

    return Location.objects.all()


def test_a_difference_needs_a_reason() -> None:
    place = sold(pickup=True)
    before = everything()
    with pytest.raises(actions.ReasonMissing):
        closed(place, counted=Decimal(100_000), reason="  ")
    assert changed(before) == set()
    made = closed(place, counted=Decimal(100_000), reason="Thối nhầm")
    assert (made.difference, made.reason) == (-20_000, "Thối nhầm")
    assert list(CashUp.objects.differing()) == [made] and broken() == []


def test_what_is_counted_is_not_counted_again_and_later_cash_is_a_part_of_its_own() -> None:
    place = sold(pickup=True)
    rows = [row.pk for row in queries.of_point(place, TODAY)]
    closed(place)
    before = everything()
    with pytest.raises(actions.AlreadyCounted):
        closed(place, transaction_ids=rows, counted=Decimal(120_000))
    with pytest.raises(actions.NothingCounted):
        closed(place)
    assert changed(before) == set()
    sold(place, pickup=True)
    assert closed(place).part == 2


def test_nobody_counts_the_money_of_another_drawer() -> None:
    here, there = sold(pickup=True), sold(pickup=True)
    with pytest.raises(actions.AlreadyCounted):
        closed(here, transaction_ids=[row.pk for row in queries.of_point(there, TODAY)], counted=Decimal(120_000))
    with pytest.raises(actions.AlreadyCounted):
        closed(carrier="VNPost", transaction_ids=[row.pk for row in queries.of_point(there, TODAY)])


def test_a_payment_in_two_cash_ups_cannot_be() -> None:
    place = sold(pickup=True)
    made = closed(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        CashUpEntry.objects.create(cash_up=made, transaction=Transaction.objects.get())


@pytest.mark.parametrize("spoil", [
    lambda: CashUp.objects.update(expected=1, counted=1), lambda: Transaction.objects.update(carrier="VNPost"),
    lambda: Transaction.objects.update(location=None), lambda: Transaction.objects.update(amount=5),
])  # fmt: skip
def test_prove_sees_what_is_wrong(spoil: Any) -> None:
    closed(sold(pickup=True))
    assert broken() == []
    spoil()
    assert broken()


def _two_at_once(place: Any) -> list[Any]:
    rows = [row.pk for row in queries.of_point(place, TODAY)]
    return at_once(2, lambda _n: closed(place, transaction_ids=rows, counted=Decimal(120_000), by=people.mai()))


@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once() -> None:
    """One closes; the other is told so by name."""
    answers = _two_at_once(sold(pickup=True))
    assert sorted(type(one).__name__ for one in answers) == ["AlreadyCounted", "CashUp"]


@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both look before either writes, and only the constraint stands in the way."""
    monkeypatch.setattr(payments, "lock_transactions", lambda *, ids: None)
    monkeypatch.setattr(actions, "_closed", _slowly(actions._closed))
    answers = _two_at_once(sold(pickup=True))
    assert sorted(type(one).__name__ for one in answers) == ["CashUp", "IntegrityError"]


def _slowly(deed: Any) -> Any:
    def slow(*args: Any) -> Any:
        in_step()
        return deed(*args)

    return slow
