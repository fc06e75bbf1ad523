"""Holds: all lines or none, expiry, confirmation, release and handing over."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Product, TouchedProduct
from marketplace.locations.models import Location
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import Destination, HoldLapsed, NotThere, OutOfStock, Parcel, Sold, Want
from marketplace.stock.models import Balance, Hold, Movement
from marketplace.stock.proofs import RULES
from marketplace.stock.queries import promising
from tests import make, people

pytestmark = pytest.mark.django_db
NOW, SOON = make.NOW, make.NOW + timedelta(minutes=30)
LATER = SOON + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def proved() -> Any:
    yield
    assert [row for rule in RULES for row in rule(LATER)] == []


def _hold(
    product: Product, quantity: int, *, order: int = 1, until: Any = SOON, at: Any = NOW, pickup: Location | None = None
) -> list[Parcel]:
    destination = queries.to_point(pickup, make.TODAY) if pickup else Destination()
    wants = [Want(order * 10, product.pk, quantity)]
    return stock.hold(order_id=order, wants=wants, at=at, expires_at=until, destination=destination)


def _available(product: Product, at: Any = NOW) -> int:
    return queries.available([product.pk], at=at)[product.pk]


def _issue(place: Location, order: int = 1) -> None:
    stock.issue(order_id=order, location_id=place.pk, by=people.mai(), at=NOW, cause="fulfilment:1")


def test_a_hold_promises_units_and_oscar_mirrors_it() -> None:
    product = make.product()
    place = make.stock(product, 10)
    TouchedProduct.objects.all().delete()
    [parcel] = _hold(product, 3)
    assert (parcel.location_id, parcel.lines, parcel.reason) == (place.pk, ((10, 3),), "only")
    assert _available(product) == 7
    record = product.stockrecords.get()
    assert (record.num_in_stock, record.num_allocated) == (10, 3)
    assert TouchedProduct.objects.get().product == product


def test_all_lines_or_none() -> None:
    plenty, scarce = make.product(), make.product("Mắm cá linh")
    make.stock(plenty, 10)
    make.stock(scarce, 1)
    wants = [Want(1, plenty.pk, 2), Want(2, scarce.pk, 2)]
    with pytest.raises(OutOfStock) as refused:
        stock.hold(order_id=1, wants=wants, at=NOW, expires_at=SOON, destination=Destination())
    assert refused.value.facts == {"product_id": scarce.pk, "title": "Mắm cá linh", "wanted": 2, "available": 1}
    assert "Mắm cá linh" in str(refused.value)
    assert not Hold.objects.exists()
    assert _available(plenty) == 10


def test_a_place_that_sends_no_parcels_serves_no_delivery() -> None:
    product = make.product()
    make.stock(product, 5, at_place=make.location(ships=False))
    with pytest.raises(OutOfStock):
        _hold(product, 1)


def test_goods_past_their_date_are_promised_to_nobody() -> None:
    product = make.product()
    make.stock(product, 5, best_before=make.TODAY - timedelta(days=1))
    place = make.stock(product, 2, best_before=make.TODAY)
    assert _available(product) == 2
    [parcel] = _hold(product, 2)
    assert parcel.location_id == place.pk
    with pytest.raises(OutOfStock):
        _hold(product, 1, order=2)


def test_an_expired_hold_stops_counting_at_once_and_whoever_needs_its_units_gets_them() -> None:
    product = make.product()
    make.stock(product, 3)
    _hold(product, 3)
    with pytest.raises(OutOfStock):
        _hold(product, 1, order=2)
    assert _available(product, LATER) == 3
    _hold(product, 3, order=2, at=LATER, until=None)
    assert Hold.objects.active().get().order_id == 2
    assert Balance.objects.get().held == 3


def test_a_late_payment_finds_its_units_again_or_is_refused() -> None:
    product = make.product()
    make.stock(product, 3)
    _hold(product, 2)
    stock.release_expired(at=LATER)
    assert Balance.objects.get().held == 0
    stock.confirm(order_id=1, at=LATER)
    stock.confirm(order_id=1, at=LATER)
    assert Hold.objects.active().get().expires_at is None
    assert Balance.objects.get().held == 2

    _hold(product, 1, order=2)
    _hold(product, 1, order=3, at=LATER, until=None)
    with pytest.raises(HoldLapsed):
        stock.confirm(order_id=2, at=LATER)
    assert Balance.objects.get().held == 3


def test_a_confirmed_hold_does_not_expire_though_paid_at_the_last_moment() -> None:
    product = make.product()
    make.stock(product, 3)
    _hold(product, 2)
    stock.confirm(order_id=1, at=LATER)  # run out, but nobody had needed the units
    assert stock.release_expired(at=LATER) == 0
    assert _available(product, LATER) == 1


def test_what_was_released_on_purpose_no_payment_revives() -> None:
    product = make.product()
    make.stock(product, 3)
    _hold(product, 2)
    stock.release(order_id=1, at=LATER)
    stock.release(order_id=1, at=LATER)
    assert _available(product) == 3
    with pytest.raises(HoldLapsed):
        stock.confirm(order_id=1, at=LATER)


def test_one_place_of_an_order_can_be_released_alone() -> None:
    product = make.product()
    here, there = make.stock(product, 3), make.stock(product, 3)
    assert len(_hold(product, 5)) == 2
    stock.release(order_id=1, at=NOW, location_id=here.pk)
    assert queries.available_at(here.pk, [product.pk], at=NOW) == {product.pk: 3}
    assert queries.available_at(there.pk, [product.pk], at=NOW)[product.pk] < 3


def test_the_sweeper_frees_what_ran_out_and_nothing_else() -> None:
    product = make.product()
    make.stock(product, 9)
    _hold(product, 2)
    _hold(product, 3, order=2, until=None)
    assert stock.release_expired(at=NOW) == 0
    assert stock.release_expired(at=LATER) == 1
    assert stock.release_expired(at=LATER) == 0
    assert Balance.objects.get().held == 3


def test_what_is_handed_over_leaves_the_ledger_once() -> None:
    product = make.product()
    place = make.stock(product, 5)
    _hold(product, 2, until=None)
    _issue(place)
    _issue(place)
    balance = Balance.objects.get()
    assert (balance.on_hand, balance.held) == (3, 0)
    movement = Movement.objects.get(kind="issued")
    assert (movement.quantity, movement.cause, movement.by) == (-2, "fulfilment:1", people.mai())


def test_a_till_that_took_the_lot_does_not_stop_the_handover_while_others_are_there() -> None:
    product = make.product()
    place = make.stock(product, 2, lot_code="A", best_before=make.TODAY + timedelta(days=9))
    make.stock(product, 2, at_place=place, lot_code="B", best_before=make.TODAY + timedelta(days=99))
    _hold(product, 2, until=None)
    stock.sell(location_id=place.pk, lines=[Sold(product.pk, "A", 2)], key="till:1", at=NOW, device="till:1")
    _issue(place)
    assert {b.lot.code: (b.on_hand, b.held) for b in Balance.objects.all()} == {"A": (0, 0), "B": (0, 0)}


def test_nothing_is_handed_over_that_the_books_do_not_have() -> None:
    product = make.product("Tung lò mò")
    place = make.stock(product, 2)
    _hold(product, 2, until=None)
    stock.sell(location_id=place.pk, lines=[Sold(product.pk, None, 1)], key="till:1", at=NOW, device="till:1")
    with pytest.raises(NotThere) as refused:
        _issue(place)
    assert "Tung lò mò" in str(refused.value)
    assert Balance.objects.get(lot__unknown=False).held == 2


@pytest.mark.parametrize(("spoiled", "left"), [(False, 5), (True, 3)])
def test_a_parcel_that_came_back_is_on_the_shelf_or_written_off(spoiled: bool, left: int) -> None:
    product = make.product()
    place = make.stock(product, 5)
    _hold(product, 2, until=None)
    _issue(place)
    for _ in range(2):
        facts = {"by": people.mai(), "at": NOW, "cause": "fulfilment:1", "spoiled": spoiled}
        stock.put_back(order_id=1, location_id=place.pk, **facts)
    assert _available(product) == left


# --- queries ----------------------------------------------------------------------------------------------------------


def _queries_of_a_hold(lines: int) -> list[str]:
    products = [make.product() for _ in range(lines)]
    place = make.location()
    for product in products:
        make.stock(product, 5, at_place=place)
    wants = [Want(n, product.pk, 2) for n, product in enumerate(products, 1)]
    with CaptureQueriesContext(connection) as found:
        stock.hold(order_id=lines, wants=wants, at=NOW, expires_at=SOON, destination=Destination())
    return [row["sql"] for row in found]


def _after_the_lock(statements: list[str]) -> int:
    locked = next(n for n, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql)
    return len(statements) - locked - 1


def test_a_hold_takes_the_same_few_queries_whatever_the_lines() -> None:
    one, many = _queries_of_a_hold(1), _queries_of_a_hold(12)
    assert len(one) == len(many) <= 16
    assert _after_the_lock(many) <= 12


def test_a_hold_overtaken_by_another_looks_again_within_its_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the lock somebody else takes the chosen place's units; elsewhere an old hold ran out."""
    product = make.product()
    chosen, other = make.stock(product, 3), make.stock(product, 3)
    _hold(product, 1, order=7, at=NOW - timedelta(hours=1), until=NOW - timedelta(minutes=1), pickup=other)
    look = queries.busyness

    def overtaken(location_ids: Any, **about: Any) -> Any:
        seen = look(location_ids, **about)
        _hold(product, 3, order=8, until=None, pickup=chosen)
        return seen

    monkeypatch.setattr(promising, "busyness", overtaken)
    with CaptureQueriesContext(connection) as found:
        [parcel] = _hold(product, 3)
    assert parcel.location_id == other.pk
    statements = [row["sql"] for row in found]
    theirs = next(n for n, sql in enumerate(statements) if "UPDATE partner_stockrecord" in sql)
    ours = statements[theirs:]
    ours = ours[next(n for n, sql in enumerate(ours) if "RELEASE SAVEPOINT" in sql) + 1 :]
    assert any("ROLLBACK TO" in sql for sql in ours)
    assert _after_the_lock(ours) <= 12


def test_little_left_is_told_to_the_producer_once_a_day(settings: Any) -> None:
    from marketplace.notices.models import Notice

    product = make.product("Khô cá lóc")
    make.stock(product, 6)
    product.stockrecords.update(low_stock_threshold=4)
    _hold(product, 1)
    assert not Notice.objects.filter(kind="stock_low").exists()
    _hold(product, 1, order=2)
    _hold(product, 1, order=3)
    stock.release(order_id=2, at=NOW)
    _hold(product, 1, order=4)
    notice = Notice.objects.get(kind="stock_low")
    assert (notice.user, notice.facts["product"], notice.facts["left"]) == (people.hung(), "Khô cá lóc", 4)
