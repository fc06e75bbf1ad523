"""What runs out and what expires is told to the point and the producer: one letter a person and day, nothing twice."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.notices.models import Notice
from marketplace.notices.queries import REMEMBERED
from marketplace.people.models import User
from marketplace.stock import actions, tasks
from marketplace.stock.actions import recall, reserving, reviewing
from marketplace.stock.ageing import stage
from marketplace.stock.notices import stock_reviewed
from tests import make, people
from tests.concurrency import at_once
from tests.reading import rows_of

NOW, TODAY = make.NOW, make.TODAY
DAY = timedelta(days=1)


@pytest.mark.parametrize(("left", "shelf_life", "found"), [
    (31, None, None), (30, None, "soon"), (8, None, "soon"), (7, None, "last"), (0, None, "last"), (-1, None, "past"),
    (20, 60, None), (15, 60, "soon"), (3, 60, "last"), (30, 900, "soon"), (1, 3, None), (0, 3, "last"), (-1, 3, "past"),
])  # fmt: skip
def test_a_lot_is_near_its_date_by_its_own_measure(left: int, shelf_life: int | None, found: str | None) -> None:
    assert stage(TODAY + left * DAY, shelf_life, on=TODAY, days=30) == found


@pytest.fixture
def product(db: None) -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def point(product: Product) -> Location:
    """Mai's, with a lot for each of the four answers."""
    point = make.location("Điểm Long Xuyên")
    for code, days in (("xa", 90), ("gần", 20), ("cuối", 5), ("quá", -3)):
        make.stock(product, 4, at_place=point, lot_code=code, best_before=TODAY + days * DAY)
    return point


def review(person: User, at: datetime = NOW) -> dict[str, Any]:
    """The facts of the letter that was written now, if one was."""
    before = Notice.objects.count()
    wrote = reviewing.review(user_id=person.pk, at=at)
    assert Notice.objects.count() - before == wrote
    return Notice.objects.latest("pk").facts if wrote else {}


def lots(rows: list[Any]) -> list[str]:
    return [row[1].rpartition(" · ")[2] for row in rows]


def test_the_point_hears_of_what_expires_and_writes_off_what_is_past(product: Product, point: Location) -> None:
    facts = review(people.mai())
    assert (lots(facts["past"]), lots(facts["soon"]), facts["low"]) == (["quá"], ["cuối", "gần"], [])
    assert facts["past"] == [[4, "Mật thốt nốt · quá", "Điểm Long Xuyên", "17/11/2026"]]


def test_the_producer_hears_of_its_goods_elsewhere_but_writes_off_only_at_home(
    product: Product, point: Location
) -> None:
    make.stock(product, 2, at_place=product.producer.store, lot_code="nhà", best_before=TODAY - DAY)
    facts = review(people.hung())
    assert (lots(facts["past"]), lots(facts["soon"])) == (["nhà"], ["cuối", "gần"])


def test_each_stage_is_told_once(product: Product, point: Location) -> None:
    assert review(people.mai()) and not review(people.mai()) and not review(people.mai(), NOW + DAY)
    assert lots(review(people.mai(), NOW + 6 * DAY)["past"]) == ["cuối"]
    assert lots(review(people.mai(), NOW + 14 * DAY)["soon"]) == ["gần"]  # its last quarter
    assert not review(people.mai(), NOW + 15 * DAY)


def test_only_what_was_told_lately_is_read_however_long_somebody_has_been_here(
    product: Product, point: Location
) -> None:
    """A letter every day. A lot that still lies there half a year after it was told is told once more."""
    assert lots(review(people.mai())["past"]) == ["quá"]
    for day in range(1, REMEMBERED + 40):
        stock_reviewed(people.mai(), [], [], on=TODAY - day * DAY)
    with rows_of("notices_notice") as brought:
        assert not review(people.mai(), NOW + DAY)
    assert max(brought) <= REMEMBERED
    again = [REMEMBERED - 1, REMEMBERED]
    assert ["quá" in lots(review(people.mai(), NOW + day * DAY).get("past", [])) for day in again] == [False, True]


def test_a_new_lot_on_the_same_day_is_told_tomorrow(product: Product, point: Location) -> None:
    review(people.mai())
    make.stock(product, 1, at_place=point, lot_code="mới", best_before=TODAY + 10 * DAY)
    assert not review(people.mai())
    assert lots(review(people.mai(), NOW + DAY)["soon"]) == ["mới"]


def test_a_new_colleague_hears_all_of_it(product: Product, point: Location) -> None:
    review(people.mai())
    point.staff.add(people.lan())
    assert lots(review(people.lan(), NOW + DAY)["soon"]) == ["cuối", "gần"]


def test_a_short_shelf_life_is_told_later(product: Product, point: Location, settings: Any) -> None:
    Product.objects.filter(pk=product.pk).update(shelf_life_days=24)
    assert lots(review(people.mai())["soon"]) == ["cuối"]
    settings.EXPIRING_DAYS = 100
    Product.objects.filter(pk=product.pk).update(shelf_life_days=None)
    assert lots(review(people.mai(), NOW + DAY)["soon"]) == ["cuối", "gần", "xa"]  # the first in its last quarter now


def test_recalled_sold_and_strangers_lots_are_not_told(product: Product, point: Location) -> None:
    people.tam()
    for lot in product.lots.all():
        if lot.code == "gần":
            recall.freeze(lot_id=lot.pk, reason="Mốc", by=people.tam(), at=NOW)
        else:
            actions.spoil(location=point, product=product, quantity=4, by=None, at=NOW, key=lot.code, lot_code=lot.code)
    assert not review(people.mai())
    assert not review(people.khoa())


def test_nearly_sold_out_means_no_more_than_the_safety_stock_is_left(db: None) -> None:
    product, point = make.product(), make.location()
    make.stock(product, 10, at_place=point)
    assert not review(people.mai())
    reserving.set_reserve(location=point, safety_stock=4, counter_percent=0, by=people.mai())
    assert not review(people.mai())
    make.order((product, 6), payment="counter", location_id=point.pk)
    assert review(people.mai())["low"] == [[4, product.title, point.name, 4]]
    assert review(people.hung())["low"] == [[4, product.title, point.name, 4]]


def sold_down(left: int = 1) -> tuple[Product, Location]:
    product, point = make.product(), make.location()
    make.stock(product, 10, at_place=point)
    reserving.set_reserve(location=point, product=product, safety_stock=2, counter_percent=0, by=None)
    actions.sell(
        location_id=point.pk, lines=[actions.Sold(product.pk, None, 10 - left)], key="x", at=NOW, device="till:1"
    )
    return product, point


def test_sold_out_is_told_too_and_again_after_a_week(db: None) -> None:
    product, point = sold_down(left=0)
    assert review(people.mai())["low"] == [[0, product.title, point.name, 2]]
    assert not review(people.mai(), NOW + 6 * DAY)
    assert review(people.mai(), NOW + 7 * DAY)["low"]
    make.stock(product, 20, at_place=point)
    assert not review(people.mai(), NOW + 14 * DAY)


def test_goods_that_no_longer_move_are_missed_by_nobody(db: None) -> None:
    sold_down()
    assert not review(people.mai(), NOW + 100 * DAY)


def test_the_products_own_rule_counts_before_that_of_the_place(db: None) -> None:
    product, point = sold_down(left=3)
    reserving.set_reserve(location=point, safety_stock=50, counter_percent=0, by=None)
    assert not review(people.mai())
    reserving.clear_reserve(location=point, product=product, by=None)
    assert review(people.mai())["low"] == [[3, product.title, point.name, 50]]


def test_a_store_has_no_counter_that_runs_low(db: None) -> None:
    product = make.product()
    make.stock(product, 1, at_place=product.producer.store)
    reserving.set_reserve(location=product.producer.store, safety_stock=5, counter_percent=0, by=None)
    assert not review(people.hung())


def test_a_long_letter_goes_on_tomorrow(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "MOST", 2)
    for number in range(5):
        make.stock(product, 1, at_place=product.producer.store, lot_code=f"L{number}", best_before=TODAY + number * DAY)
    assert lots(review(people.hung())["soon"]) == ["L0", "L1"]
    facts = review(people.hung(), NOW + DAY)
    assert lots(facts["past"]) + lots(facts["soon"]) == ["L0", "L2"]


@pytest.mark.parametrize("goods", [1, 7])
def test_the_queries_do_not_grow_with_the_goods(django_assert_num_queries: Any, db: None, goods: int) -> None:
    point = make.location()
    for _one in range(goods):
        product = make.product()
        make.stock(product, 3, at_place=point, best_before=date(2026, 12, 1))
    reserving.set_reserve(location=point, safety_stock=5, counter_percent=0, by=None)
    mai = people.mai()
    with django_assert_num_queries(14):
        assert reviewing.review(user_id=mai.pk, at=NOW)
    facts = Notice.objects.get().facts
    assert len(facts["soon"]) == len(facts["low"]) == goods


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_letter(product: Product, point: Location) -> None:
    mai = people.mai().pk
    assert all(isinstance(wrote, bool) for wrote in at_once(4, lambda _: reviewing.review(user_id=mai, at=NOW)))
    assert Notice.objects.filter(kind="stock_reviewed").count() == 1


def test_the_task_goes_on_where_its_time_ended(
    product: Product, point: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(tasks, "BUDGET", 0.0)
    monkeypatch.setattr(tasks, "ring", lambda task, *args: rung.append(args))
    tasks.review()
    while rung and len(rung) < 10:
        before = len(rung)
        tasks.review(*rung[-1])
        if len(rung) == before:
            break
    told = set(Notice.objects.filter(kind="stock_reviewed").values_list("user", flat=True))
    assert told == {people.mai().pk, people.hung().pk} and len(rung) == 2
