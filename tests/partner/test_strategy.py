"""Price and availability as Oscar sees them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_class

from marketplace.basket.models import Basket
from marketplace.partner.models import StockRecord
from marketplace.partner.strategy import Selector, Strategy
from tests import make

pytestmark = pytest.mark.django_db


def test_oscar_takes_ours() -> None:
    assert get_class("partner.strategy", "Selector") is Selector


def test_the_price_includes_its_tax_in_whole_dong() -> None:
    product = make.product(price=125_000)
    StockRecord.objects.filter(product=product).update(vat_percent=8)
    price = Strategy().fetch_for_product(product).price
    assert (price.incl_tax, price.excl_tax, price.tax) == (Decimal(125_000), Decimal(115_741), Decimal(9_259))
    assert price.effective_price == price.incl_tax


def test_availability_is_the_ledgers_whatever_the_mirror_says() -> None:
    product = make.product()
    make.stock(product, 3)
    StockRecord.objects.filter(product=product).update(num_in_stock=100)
    availability = Strategy().fetch_for_product(product).availability
    assert availability.is_purchase_permitted(3)[0]
    assert not availability.is_purchase_permitted(4)[0]


@pytest.mark.parametrize("change", [{"is_public": False}, {"producer": None}])
def test_what_is_not_listed_is_not_for_sale(change: dict[str, object]) -> None:
    product = make.product()
    make.stock(product, 3)
    for name, value in change.items():
        setattr(product, name, value)
    assert not Strategy().fetch_for_product(product).availability.is_available_to_buy


def test_without_a_price_there_is_none() -> None:
    product = make.product(price=None)
    info = Strategy().fetch_for_product(product)
    assert not info.price.exists
    assert not info.availability.is_available_to_buy


@pytest.mark.parametrize("number", [1, 8])
def test_priming_takes_two_queries_whatever_the_number(number: int) -> None:
    products = [make.product() for _ in range(number)]
    for product in products:
        make.stock(product, 2)
    strategy = Strategy()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        strategy.prime([product.pk for product in products])
        infos = [strategy.fetch_for_product(product) for product in products]
    assert len(queries) == 2
    assert all(info.availability.is_available_to_buy and info.price.exists for info in infos)


@pytest.mark.parametrize("number", [2, 6])
def test_a_basket_is_priced_by_its_own_records_in_few_queries(number: int) -> None:
    basket = Basket.objects.create()
    basket.strategy = Strategy()
    for _ in range(number):
        product = make.product()
        make.stock(product, 5)
        basket.add_product(product, 2)
    basket = Basket.objects.get(pk=basket.pk)
    basket.strategy = Strategy()
    list(basket.all_lines())
    with CaptureQueriesContext(connection) as queries:
        infos = [line.purchase_info for line in basket.all_lines()]
    assert len(queries) == 2
    assert all(info.stockrecord == line.stockrecord for info, line in zip(infos, basket.all_lines(), strict=True))
