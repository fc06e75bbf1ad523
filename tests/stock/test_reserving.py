"""What a place keeps from online orders: set and taken back by name, seen by orders at once, refused by name."""

from typing import Any

import pytest

from catalogue.models import Product, TouchedProduct
from marketplace.errors import Refused
from marketplace.journal.models import Entry
from marketplace.locations.models import Location
from marketplace.stock import queries as stock
from marketplace.stock.actions import reserving
from marketplace.stock.queries import reserved
from tests import make, people
from tests.rows import changed, everything

NOW = make.NOW


@pytest.fixture
def product(db: None) -> Product:
    return make.product("Mật thốt nốt")


@pytest.fixture
def point(product: Product) -> Location:
    return make.stock(product, 12)


def keep(point: Location, product: Product | None = None, *, pieces: int = 0, percent: int = 0) -> Any:
    return reserving.set_reserve(
        location=point, product=product, safety_stock=pieces, counter_percent=percent, by=people.mai()
    )


def free(product: Product) -> int:
    return stock.available([product.pk], at=NOW)[product.pk]


def test_orders_get_less_and_the_counter_all(product: Product, point: Location) -> None:
    keep(point, percent=33)
    assert free(product) == 8 and stock.available_at(point.pk, [product.pk], at=NOW)[product.pk] == 12
    keep(point, product, pieces=10)
    assert free(product) == 2
    reserving.clear_reserve(location=point, product=product, by=people.mai())
    assert free(product) == 8


def test_the_page_says_it_in_numbers(product: Product, point: Location) -> None:
    keep(point, percent=33)
    make.order((product, 3), payment="counter", location_id=point.pk)
    [row] = reserved.kept(point.pk, at=NOW)
    assert (row.on_hand, row.promised, row.kept, row.free, row.own) == (12, 3, 4, 5, False)
    keep(point, product, pieces=100)
    [row] = reserved.kept(point.pk, at=NOW)
    assert (row.kept, row.free, row.safety_stock, row.percent, row.own) == (9, 0, 100, 0, True)


def test_the_trail_knows_who_and_the_search_reads_again(product: Product, point: Location) -> None:
    other, elsewhere = make.product(), make.product()
    make.stock(other, 1, at_place=point)
    make.stock(elsewhere, 1)
    TouchedProduct.objects.all().delete()
    keep(point, pieces=2)
    assert set(TouchedProduct.objects.values_list("product", flat=True)) == {product.pk, other.pk}
    TouchedProduct.objects.all().delete()
    keep(point, product, pieces=2)
    reserving.clear_reserve(location=point, product=product, by=people.mai())
    assert set(TouchedProduct.objects.values_list("product", flat=True)) == {product.pk}
    trail = list(Entry.objects.order_by("-pk").values_list("action", "by", "facts__product")[:3])
    mai = people.mai().pk
    assert trail == [("reserve.cleared", mai, product.pk), ("reserve.set", mai, product.pk), ("reserve.set", mai, None)]


@pytest.mark.parametrize(("pieces", "percent"), [(-1, 0), (0, 101), (0, -1), (1_000_001, 0)])
def test_nonsense_is_refused_by_name(product: Product, point: Location, pieces: int, percent: int) -> None:
    people.mai()
    before = everything()
    with pytest.raises(reserving.WrongReserve):
        keep(point, product, pieces=pieces, percent=percent)
    assert changed(before) == set()


def test_what_is_not_there_is_refused_by_name(product: Product, point: Location) -> None:
    other, who = make.product(), people.mai()
    before = everything()
    with pytest.raises(reserving.NotOnTheBooks) as no:
        keep(point, other, pieces=1)
    assert other.title in str(no.value)
    with pytest.raises(reserving.NothingOfItsOwn):
        reserving.clear_reserve(location=point, product=product, by=who)
    assert issubclass(reserving.NotOnTheBooks, Refused) and changed(before) == set()


def test_the_numbers_cost_the_same_however_many_goods(
    product: Product, point: Location, django_assert_max_num_queries: Any
) -> None:
    for _more in range(8):
        make.stock(make.product(), 2, at_place=point)
    with django_assert_max_num_queries(4):
        assert len(reserved.kept(point.pk, at=NOW)) == 9
