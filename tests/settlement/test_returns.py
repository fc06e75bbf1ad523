"""What buyers give back is taken off what its producer is owed: once, with commission and tax, when it came back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilment
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.settlement import actions
from marketplace.settlement.models import Entry
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

from .owed import LATER, NEXT_MONTH, NOW, agree, buy, closed, deliver, given_back, sold_online, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db: None) -> Any:
    return make.product("Mật thốt nốt", price=100_001)


def money(entry: Entry) -> tuple[int, ...]:
    return tuple(int(getattr(entry, name)) for name in ("quantity", "gross", "commission", "vat", "pit", "net"))


def back() -> list[Entry]:
    return list(Entry.objects.filter(kind="online-back").order_by("pk"))


def test_each_piece_turns_its_share_back_and_all_of_them_the_sale(product: Any) -> None:
    place = make.stock(product, 10)
    agree(place, product.producer, percent="12.5")
    order = sold_online((product, 3), location_id=place.pk)
    parcel = order.fulfilments.get()
    [sold] = taken_in()
    given_back(parcel, 1)
    taken_in(LATER)
    [one] = back()
    assert money(one) == (-1, -100_001, -12_500, -1_000, -500, -86_001)
    about = one.title, one.reference, one.percent, one.location, one.producer, one.happened_at, one.order_line_id
    assert about == (sold.title, order.number, sold.percent, place, product.producer, LATER, sold.order_line_id)
    given_back(parcel, 2, keep=True)  # what need not come back is paid back all the same
    taken_in(LATER)
    assert [sum(column) for column in zip(*map(money, (sold, *back())), strict=True)] == [0] * 6
    assert not broken(LATER)


def test_twice_changes_nothing(product: Any) -> None:
    place = make.stock(product, 10)
    given_back(sold_online((product, 2), location_id=place.pk).fulfilments.get())
    assert [entry.kind for entry in taken_in(LATER)] == ["online", "online-back"]
    before = everything()
    taken_in(LATER)
    assert not changed(before) - {"settlement_intake"}
    Return.objects.update(netted_at=None)
    taken_in(LATER)
    assert len(back()) == 1


def test_it_stands_on_the_statement_of_when_it_came_back(product: Any) -> None:
    place = make.stock(product, 10)
    parcel = sold_online((product, 2), location_id=place.pk, at=NOW).fulfilments.get()
    Fulfilment.objects.filter(pk=parcel.pk).update(finished_at=NOW)
    first = closed(product.producer)
    asked = given_back(parcel, at=NOW + timedelta(days=2))
    Return.objects.filter(pk=asked.pk).update(closed_at=NEXT_MONTH)
    second = closed(product.producer, NEXT_MONTH + timedelta(days=40))
    assert [entry.kind for entry in first.entries.all()] == ["online"]
    assert [entry.kind for entry in second.entries.all()] == ["online-back"]
    assert second.closing == first.closing + second.net and second.net < 0


def test_of_a_line_in_two_parcels_the_parcel_counts(product: Any) -> None:
    """Each place has its own terms; what one brought is turned back on those."""
    near, far = make.stock(product, 2), make.stock(product, 3)
    for place, percent in ((near, 10), (far, 20)):
        agree(place, product.producer, percent=percent)
    order = sold_online((product, 5))
    taken_in()
    for place, pieces in ((far, 3), (near, 1)):
        given_back(order.fulfilments.get(location=place), pieces)
    taken_in(LATER)
    assert [(one.location, int(one.percent), one.quantity) for one in back()] == [(far, 20, -3), (near, 10, -1)]
    sold = Entry.objects.get(kind="online", location=far)
    assert [a + b for a, b in zip(money(sold), money(back()[0]), strict=True)] == [0] * 6
    assert not broken(LATER)


@pytest.mark.parametrize("keep", [True, False])
def test_what_the_place_had_bought_was_never_owed(product: Any, keep: bool) -> None:
    """Two consigned, two bought: all four come back, and only the producer's own two are turned back."""
    place = make.stock(product, 2, lot_code="L1")
    agree(place, product.producer, terms="firm", at=NOW)
    buy(product, place, 2, 60_000, lot_code="L2")
    parcel = sold_online((product, 4), location_id=place.pk).fulfilments.get()
    taken_in()
    for _piece in range(4):
        given_back(parcel, 1, keep=keep)
        taken_in(LATER)
        assert not broken(LATER)
    assert sum(one.quantity for one in back()) == -2
    assert sum(one.net for one in Entry.objects.filter(kind__startswith="online")) == 0


def test_of_an_order_in_cash_a_lost_parcel_was_never_owed_and_what_is_not_paid_yet_is_turned_back(product: Any) -> None:
    """One parcel comes and goes back before the other is paid; the other is lost: nobody has anything of it."""
    fish = make.product("Khô cá lóc", price=70_000, producer=product.producer)
    near, far = make.stock(product, 2), make.stock(fish, 3)
    order = make.order((product, 2), (fish, 1), payment="cod")
    had, lost = order.fulfilments.get(location=near), order.fulfilments.get(location=far)
    deliver(had)
    about: dict[str, Any] = {"by": people.mai(), "at": NOW}
    fulfilment.start_picking(fulfilment=lost, **about)
    fulfilment.pack(fulfilment=lost, **about)
    fulfilment.ship(fulfilment=lost, carrier="VNPost", tracking_number="EE1", **about)
    given_back(had, 1)  # less is asked for the other parcel
    taken_in(LATER)
    checkout.lose(fulfilment=lost, by=people.mai(), at=LATER)
    taken_in(LATER)
    assert [(one.kind, one.quantity) for one in Entry.objects.order_by("pk")] == [("online", 2), ("online-back", -1)]
    given_back(had, 1, keep=True)
    taken_in(LATER)
    assert sum(one.net for one in Entry.objects.all()) == 0
    assert not broken(LATER)


def test_many_cost_no_more_questions_than_one(product: Any) -> None:
    place = make.stock(product, 30)
    counted = []
    for number in (1, 6):
        for _one in range(number):
            given_back(sold_online((product, 2), location_id=place.pk).fulfilments.get())
        actions.take_in_parcels(at=LATER)
        with CaptureQueriesContext(connection) as asked:
            assert actions.take_in_returns(at=LATER) == number
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 16
