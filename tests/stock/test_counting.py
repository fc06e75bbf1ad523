"""A place is counted while it trades: variance = counted − (snapshot + movements between the snapshot and the look)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from catalogue.models import Product
from marketplace.journal.models import Entry
from marketplace.locations.models import Location
from marketplace.notices.models import Notice
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import Destination, Sold, Want, counting
from marketplace.stock.models import Balance, Count, Movement
from marketplace.stock.proofs import RULES
from tests import make, people
from tests.reading import rows_of

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture(autouse=True)
def proved() -> Any:
    yield
    assert [row for rule in RULES for row in rule(NOW)] == []


@pytest.fixture
def product() -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def place(product: Product) -> Location:
    place = make.stock(product, 10, lot_code="A", at=minute(-60))
    return make.stock(product, 4, at_place=place, lot_code="B", at=minute(-60))


def minute(after: int) -> datetime:
    return NOW + timedelta(minutes=after)


def started(place: Location) -> Count:
    return counting.start(location=place, by=people.mai(), at=minute(0))


def look(count: Count, at: int, **pieces: int) -> None:
    lines = {line.balance.lot.code: line.pk for line in queries.count_lines(count)}
    counting.enter(count=count, found={lines[x]: n for x, n in pieces.items()}, by=people.mai(), at=minute(at))


def close(count: Count, at: int = 60) -> dict[str, int | None]:
    counting.close(count=count, by=people.mai(), at=minute(at))
    return {line.balance.lot.code: line.variance for line in queries.count_lines(count)}


def sell(place: Location, product: Product, quantity: int, *, at: int, told: int | None = None, lot: str = "A") -> None:
    stock.sell(
        location_id=place.pk, lines=[Sold(product.pk, lot, quantity)], key=f"till:{at}-{told}", at=minute(at),
        device="till:1", recorded_at=minute(at if told is None else told),
    )  # fmt: skip


def books(place: Location) -> dict[str, int]:
    rows = Balance.objects.filter(location=place).select_related("lot")
    return {row.lot.code: row.on_hand for row in rows}


def test_sales_before_and_after_the_look_are_no_differences(place: Location, product: Product) -> None:
    count = started(place)
    sell(place, product, 2, at=5)
    look(count, 10, A=8, B=4)
    sell(place, product, 3, at=20)
    assert close(count) == {"A": 0, "B": 0}
    assert books(place) == {"A": 5, "B": 4} and not Movement.objects.filter(kind="counted").exists()


def test_what_the_movements_do_not_explain_is_booked(place: Location, product: Product) -> None:
    count = started(place)
    sell(place, product, 2, at=5)
    look(count, 10, A=7, B=6)
    sell(place, product, 3, at=20)
    assert close(count) == {"A": -1, "B": 2}
    assert books(place) == {"A": 4, "B": 6}
    facts = Movement.objects.filter(kind="counted").order_by("quantity").values_list("quantity", "cause", "by")
    assert list(facts) == [(-1, f"count:{count.pk}", people.mai().pk), (2, f"count:{count.pk}", people.mai().pk)]
    assert Entry.objects.latest("pk").facts == {"off": 2}


def test_a_till_that_was_offline_tells_late_what_happened_before_the_look(place: Location, product: Product) -> None:
    count = started(place)
    look(count, 10, A=8)
    sell(place, product, 2, at=5, told=30)
    assert close(count) == {"A": 0, "B": None}
    assert books(place)["A"] == 8


def test_a_sale_from_before_the_count_that_is_told_during_it(place: Location, product: Product) -> None:
    count = started(place)
    sell(place, product, 2, at=-5, told=3)
    look(count, 10, A=8)
    assert close(count)["A"] == 0


def test_what_another_count_set_right_is_not_set_right_again(place: Location, product: Product) -> None:
    count = started(place)
    look(count, 10, A=8)
    about = {"by": people.mai(), "at": minute(20), "key": "c"}
    stock.count(location=place, product=product, counted=8, lot_code="A", **about)
    assert close(count)["A"] == 0
    assert books(place)["A"] == 8


def test_what_nobody_counted_stays(place: Location) -> None:
    count = started(place)
    with pytest.raises(counting.NothingCounted):
        close(count)
    look(count, 5, A=9)
    look(count, 9, A=10)  # counted again: the last look holds
    assert close(count) == {"A": 0, "B": None}
    assert count.status == Count.Status.CLOSED and count.closed_at == minute(60)


def test_what_is_not_on_the_list_is_added(place: Location, product: Product) -> None:
    other, count = make.product("Khô cá lóc"), started(place)
    counting.enter_found(count=count, product=other, lot_code="K1", pieces=3, by=people.mai(), at=minute(5))
    counting.enter_found(count=count, product=product, lot_code="", pieces=2, by=people.mai(), at=minute(6))
    assert close(count) == {"A": None, "B": None, "K1": 3, "?": 2}
    assert books(place) == {"A": 10, "B": 4, "K1": 3, "?": 2}


def test_an_old_lot_and_one_that_is_found_do_not_bring_all_that_ever_moved(place: Location, product: Product) -> None:
    """B came a while ago, and since then A was sold every minute; K1 has never moved at all."""
    for ago in range(30):
        sell(place, product, 1, at=-40 + ago)
        make.stock(product, 1, lot_code="A", at_place=place, at=minute(-40 + ago))
    other, count = make.product("Khô cá lóc"), started(place)
    begun = Movement.objects.latest("pk").pk
    sell(place, product, 2, at=2)
    sell(place, product, 1, at=3)
    counting.enter_found(count=count, product=other, lot_code="K1", pieces=3, by=people.mai(), at=minute(5))
    with rows_of("stock_movement") as brought:
        look(count, 6, A=7, B=4)
        assert close(count) == {"A": 0, "B": 0, "K1": 3}
    assert max(brought) <= 2
    assert not count.lines.filter(last_movement__lt=begun).exists()  # nor does the database look farther back


def test_a_figure_that_cannot_be_right_is_counted_again(place: Location, product: Product) -> None:
    count = started(place)
    look(count, 10, A=1)
    stock.hold(order_id=1, wants=[Want(1, product.pk, 3)], at=NOW, expires_at=None,
               destination=Destination(gathered_at=place.pk))  # fmt: skip
    stock.issue(order_id=1, location_id=place.pk, by=people.mai(), at=minute(20), cause="x")
    assert books(place)["A"] == 7
    with pytest.raises(counting.CountAgain) as refused:
        close(count)
    assert "Mật thốt nốt" in str(refused.value) and books(place)["A"] == 7
    look(count, 30, A=7)
    assert close(count)["A"] == 0


def test_fewer_than_promised_opens_a_shortage(place: Location, product: Product) -> None:
    stock.hold(order_id=1, wants=[Want(1, product.pk, 14)], at=NOW, expires_at=None,
               destination=Destination(gathered_at=place.pk))  # fmt: skip
    count = started(place)
    look(count, 5, A=7)
    close(count)
    assert [shortage.quantity for shortage in queries.shortages([place.pk])] == [3]
    assert Notice.objects.filter(kind="stock_short", user=people.mai()).exists()


def test_one_count_at_a_time_and_none_of_nothing(place: Location) -> None:
    count = started(place)
    with pytest.raises(counting.AlreadyCounting):
        started(place)
    with pytest.raises(counting.NothingToCount):
        started(make.location())
    look(count, 5, A=1)
    counting.drop(count=count, by=people.mai(), at=minute(9))
    for deed in (lambda: look(count, 10, A=1), lambda: close(count)):
        with pytest.raises(counting.CountEnded):
            deed()
    assert books(place) == {"A": 10, "B": 4}
    assert close_again(place) == {"A": 0, "B": None}


def close_again(place: Location) -> dict[str, int | None]:
    count = started(place)
    look(count, 5, A=10)
    return close(count)


STEPS = some.lists(
    some.tuples(some.sampled_from(["sale", "late sale", "receipt", "look"]), some.integers(1, 3)), max_size=9
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, lost=some.integers(0, 5))
def test_after_any_day_the_books_are_the_shelf(place: Location, product: Product, steps: list[Any], lost: int) -> None:
    """Whatever is sold, received and told late: `lost` pieces are the only difference, and the books end as the shelf is."""
    about: dict[str, Any] = {"lot_code": "A", "at_place": place}
    late, looked = [], False
    make.stock(
        product, 10, at=minute(-60), **about
    )  # the day before may have sold out: what is not there is on no sheet
    count = started(place)
    shelf = before = books(place)["A"] - lost
    for now, (step, pieces) in enumerate(steps, 1):
        if step == "sale":
            sell(place, product, pieces, at=now, told=len(steps) + Movement.objects.count())
        elif step == "late sale":
            late.append((pieces, now))
        elif step == "receipt":
            make.stock(product, pieces, at=minute(now), **about)
        else:
            look(count, now, A=max(0, shelf))
            looked = True
            continue
        shelf += pieces if step == "receipt" else -pieces
    for number, (pieces, at) in enumerate(late):
        sell(place, product, pieces, at=at, told=1000 + number + Movement.objects.count())
    if not looked or min(shelf, before) < 0:
        counting.drop(count=count, by=people.mai(), at=minute(99))
        return
    counting.close(count=count, by=people.mai(), at=minute(99))
    assert books(place)["A"] == shelf
