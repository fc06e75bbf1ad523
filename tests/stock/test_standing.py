"""What a place keeps back, owes and has frozen is promised to nobody."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.locations.models import Location
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import Destination, HoldLapsed, OutOfStock, Sold, Want
from marketplace.stock.models import Hold, Lot, Reserve
from marketplace.stock.proofs import RULES
from marketplace.stock.standing import Standing, Terms, settled
from tests import make
from tests.concurrency import at_once

NOW, TODAY = make.NOW, make.TODAY
SOON = NOW + timedelta(minutes=30)
JANUARY, MAY = date(2027, 1, 31), date(2027, 5, 31)


def _free(*rows: Standing, **reserve: Any) -> dict[int, int]:
    kept = {(1, reserve.get("product")): (reserve.get("pieces", 0), reserve.get("percent", 0))}
    return {supply.balance_id: supply.available for supply in settled(rows, Terms(kept if reserve else {}))}


def test_the_reserve_is_taken_off_what_expires_last() -> None:
    rows = (Standing(1, 1, 7, 4, 1, JANUARY), Standing(2, 1, 7, 4, 0, MAY), Standing(3, 1, 7, 1, 0, None))
    assert _free(*rows) == {1: 3, 2: 4, 3: 1}
    assert _free(*rows, pieces=3) == {1: 3, 2: 2, 3: 0}
    assert _free(*rows, percent=50) == {1: 3, 2: 0, 3: 0}  # of nine on hand five, rounded up
    assert _free(*rows, pieces=9, percent=1) == {1: 0, 2: 0, 3: 0}


def test_a_products_own_reserve_stands_for_the_places() -> None:
    row = Standing(1, 1, 7, 10, 0, None)
    both = {(1, None): (6, 0), (1, 7): (0, 0)}
    assert settled([row], Terms(both))[0].available == 10
    assert settled([row], Terms({(1, None): (6, 0), (1, 8): (0, 0)}))[0].available == 4
    assert settled([row], Terms({(2, None): (6, 0)}))[0].available == 10


def test_what_serves_nobody_gives_nothing_but_owes_what_it_owes() -> None:
    frozen, good = Standing(1, 1, 7, 9, 2, JANUARY, False), Standing(2, 1, 7, 5, 0, MAY)
    assert _free(frozen, good) == {1: 0, 2: 5}
    assert _free(frozen._replace(on_hand=0), good) == {1: 0, 2: 3}


lots = st.lists(
    st.builds(Standing, st.integers(1, 99), st.just(1), st.just(7), st.integers(-5, 20), st.integers(0, 9),
              st.sampled_from([None, JANUARY, MAY]), st.booleans()),
    min_size=1, max_size=6, unique_by=lambda row: row.balance_id,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(lots, st.integers(0, 12), st.integers(0, 100))
def test_never_more_than_is_there_beyond_promises_and_reserve(rows: list, pieces: int, percent: int) -> None:
    found = {supply.balance_id: supply.available for supply in settled(rows, Terms({(1, None): (pieces, percent)}))}
    good = [row for row in rows if row.serves]
    kept = max(pieces, -(-percent * max(0, sum(row.on_hand for row in good)) // 100))
    debts = sum(max(0, row.promised - row.on_hand) for row in rows)
    beyond = sum(max(0, row.on_hand - row.promised) for row in good)
    assert sum(found.values()) == max(0, beyond - debts - kept)
    assert all(0 <= found[row.balance_id] <= max(0, row.on_hand - row.promised) for row in rows)
    given_first = sorted(
        (row for row in good if row.on_hand > row.promised), key=lambda r: (r.best_before or date.max, r.balance_id)
    )
    cut = [found[row.balance_id] < row.on_hand - row.promised for row in given_first]
    assert cut == sorted(cut)  # once a lot is touched, all that expire later are


# --- asked of the books ------------------------------------------------------------------------------------------------


def _hold(product: Any, quantity: int, *, order: int = 1, until: Any = None, **where: Any) -> Any:
    wants = [Want(order * 10, product.pk, quantity)]
    return stock.hold(order_id=order, wants=wants, at=NOW, expires_at=until, destination=Destination(**where))


def _keep(place: Any, product: Any = None, pieces: int = 0, percent: int = 0) -> None:
    Reserve.objects.create(location=place, product=product, safety_stock=pieces, counter_percent=percent)


@pytest.mark.django_db
def test_orders_leave_the_reserve_and_the_counter_does_not_see_it(django_assert_num_queries: Any) -> None:
    product, other = make.product(), make.product()
    place = make.stock(product, 10)
    make.stock(other, 10, at_place=place)
    _keep(place, pieces=9)
    _keep(place, product, pieces=2, percent=31)
    with django_assert_num_queries(1):
        assert queries.available([product.pk, other.pk], at=NOW) == {product.pk: 6, other.pk: 1}
    assert queries.available_at(place.pk, [product.pk, other.pk], at=NOW) == {product.pk: 10, other.pk: 10}
    with pytest.raises(OutOfStock) as refused:
        _hold(product, 7)
    assert refused.value.facts["available"] == 6
    _hold(product, 6)
    assert queries.available([product.pk], at=NOW) == {product.pk: 0}
    stock.sell(location_id=place.pk, lines=[Sold(product.pk, None, 4)], key="till:1", at=NOW, device="till:1")


@pytest.mark.django_db
def test_a_late_payment_does_not_take_what_is_kept_back() -> None:
    product = make.product()
    place = make.stock(product, 3)
    _hold(product, 2, until=SOON)
    later = SOON + timedelta(seconds=1)
    stock.release_expired(at=later)
    _keep(place, pieces=2)
    with pytest.raises(HoldLapsed):
        stock.confirm(order_id=1, at=later)


@pytest.mark.django_db
def test_a_frozen_lot_is_promised_to_nobody() -> None:
    product = make.product()
    place = make.stock(product, 5, lot_code="A", best_before=TODAY + timedelta(days=9))
    make.stock(product, 2, at_place=place, lot_code="B", best_before=TODAY + timedelta(days=99))
    Lot.objects.filter(code="A").update(frozen_at=NOW, frozen_because="Chì vượt mức")
    assert queries.available([product.pk], at=NOW) == {product.pk: 2}
    _hold(product, 2)
    assert Hold.objects.get().balance.lot.code == "B"
    with pytest.raises(OutOfStock):
        _hold(product, 1, order=2)


@pytest.mark.django_db
def test_goods_must_keep_for_some_days_when_they_arrive() -> None:
    product = make.product(arrival_days=10)
    make.stock(product, 5, lot_code="A", best_before=TODAY + timedelta(days=12))
    make.stock(product, 2, lot_code="B", best_before=TODAY + timedelta(days=40))
    make.stock(product, 9, lot_code="C", best_before=TODAY + timedelta(days=9))
    assert queries.available([product.pk], at=NOW) == {product.pk: 7}
    with pytest.raises(OutOfStock) as refused:
        _hold(product, 3, arrives_on=TODAY + timedelta(days=3))
    assert refused.value.facts["available"] == 2
    _hold(product, 2, arrives_on=TODAY + timedelta(days=3))
    _hold(product, 5, order=2, arrives_on=TODAY + timedelta(days=2))
    assert {hold.balance.lot.code for hold in Hold.objects.all()} == {"A", "B"}


def _shoppers(product: Any) -> list[Any]:
    return at_once(20, lambda number: _hold(product, 1, order=number + 1))


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_leave_the_reserve() -> None:
    product = make.product()
    _keep(make.stock(product, 10), pieces=3)
    answers = _shoppers(product)
    assert sum(isinstance(answer, list) for answer in answers) == 7
    assert sum(isinstance(answer, OutOfStock) for answer in answers) == 13
    assert [row for rule in RULES for row in rule(NOW)] == []


@pytest.mark.django_db(transaction=True)
def test_looked_at_before_the_lock_alone_the_reserve_is_sold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: under the lock the same rule must be asked again."""
    from marketplace.stock.actions import ledger

    monkeypatch.setattr(ledger, "settled", lambda rows, _terms: settled(rows, Terms()))
    product = make.product()
    _keep(make.stock(product, 10), pieces=3)
    assert sum(isinstance(answer, list) for answer in _shoppers(product)) > 7


@pytest.mark.django_db
def test_asked_of_nothing_and_of_places_that_have_nothing() -> None:
    product = make.product()
    assert queries.available([], at=NOW) == {}
    assert queries.supplies([product.pk], at=NOW, location_ids=[]) == []
    inactive = make.location(active=False)
    make.stock(product, 5, at_place=inactive)
    assert queries.available([product.pk], at=NOW) == {product.pk: 0}


@pytest.mark.django_db
def test_what_only_the_counter_sells_is_left_for_no_order(django_assert_num_queries: Any) -> None:
    """A place that neither ships nor is collected from shows its pieces, and only its own page counts them."""
    product = make.product()
    store, point = make.location(kind="producer_store", ships=False), make.location(ships=False)
    counter = make.location(ships=False, offers_pickup=False)
    for place in (store, counter):
        make.stock(product, 5, at_place=place)
    Location.objects.filter(pk=store.pk).update(offers_pickup=True)  # nobody is ever offered a store to collect at
    with django_assert_num_queries(1):
        assert queries.available([product.pk], at=NOW) == {product.pk: 0}
    assert queries.spread([product.pk], at=NOW) == {product.pk: {store.pk: 5, counter.pk: 5}}
    with pytest.raises(OutOfStock):
        _hold(product, 1)
    make.stock(product, 2, at_place=point)
    assert queries.available([product.pk], at=NOW) == {product.pk: 2}
    _hold(product, 1, gathered_at=point.pk)
    make.stock(product, 3)
    assert queries.available([product.pk], at=NOW) == {product.pk: 4}
