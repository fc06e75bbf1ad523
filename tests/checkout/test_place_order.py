"""A basket becomes an order: all of it, once, or nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.basket.models import Basket
from marketplace.checkout import actions
from marketplace.checkout.queries import aims
from marketplace.checkout.queries import drafting as no
from marketplace.errors import Refused
from marketplace.fulfilment.models import Fulfilment
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.people.phones import WrongPhone
from marketplace.stock import queries as stock
from marketplace.stock.actions import OutOfStock
from tests import make, people

pytestmark = pytest.mark.django_db


def test_everything_is_kept_as_sold_and_adds_up() -> None:
    sugar, rice = make.product(price=45_501, stars=4, weight_grams=900), make.product(price=120_000, stars=None)
    sugar.stockrecords.update(vat_percent=8)
    sugar.producer.commission_percent = 12
    sugar.producer.save()
    place = make.stock(sugar)
    make.stock(rice, at_place=place)
    order = make.order((sugar, 3), (rice, 1))
    first, second = order.lines.all()
    assert (order.status, order.pay_by) == ("awaiting-payment", make.NOW + timedelta(minutes=35))
    assert (first.line_price_incl_tax, first.line_price_excl_tax) == (136_503, 126_392)
    assert (first.stars, first.vat_percent, first.commission_percent, first.weight_grams) == (4, 8, 12, 900)
    assert first.certificate == sugar.certificates.get()
    assert (second.stars, second.certificate) == (None, None)
    # 3 × 900 g + 500 g: two kilograms by the step, two more begun
    assert order.shipping_incl_tax == 40_000
    assert order.total_incl_tax == 136_503 + 120_000 + 40_000
    assert sum(price.price_incl_tax * price.quantity for price in order.line_prices.all()) == 256_503
    address = order.shipping_address
    assert (address.line1, address.commune, address.line4) == ("12 Trần Hưng Đạo", make.commune(), "Phường Long Xuyên")
    assert stock.available([sugar.pk, rice.pk], at=make.NOW) == {sugar.pk: 7, rice.pk: 9}


def test_the_point_and_the_shopper_hear_of_a_cash_order_at_once() -> None:
    order = make.order(payment="cod")
    assert (order.status, order.pay_by) == ("confirmed", None)
    assert sorted(Notice.objects.values_list("kind", "email")) == [
        ("order_new", people.mai().email), ("order_placed", "lan@example.vn"),
    ]  # fmt: skip
    source = order.sources.get()
    assert (source.source_type.code, source.state, source.amount_allocated) == ("cod", "open", order.total_incl_tax)
    parcel = order.fulfilments.get()
    assert (parcel.method, parcel.status, parcel.code) == ("delivery", "open", "")
    assert [(part.line.order_id, part.quantity) for part in parcel.lines.all()] == [(order.pk, 2)]


def test_a_closed_account_gets_no_work() -> None:
    product = make.product()
    make.stock(product)
    type(people.mai()).objects.filter(pk=people.mai().pk).update(is_active=False)
    make.order((product, 1), payment="cod")
    assert list(Notice.objects.values_list("kind", flat=True)) == ["order_placed"]


def test_a_pickup_has_a_code_and_costs_no_delivery() -> None:
    product = make.product()
    place = make.stock(product)
    order = make.order((product, 2), location_id=place.pk, payment="counter", collect_on=make.TODAY)
    parcel = order.fulfilments.get()
    assert (order.is_pickup, order.shipping_incl_tax, order.total_incl_tax) == (True, 0, 240_000)
    assert (parcel.location, parcel.collect_on, parcel.code.isdigit(), len(parcel.code)) == (place, make.TODAY, True, 6)


def test_the_same_basket_again_is_the_same_order() -> None:
    product = make.product()
    make.stock(product)
    make.tariff()
    basket = make.basket((product, 1))
    first = actions.place_order(basket=basket, details=make.details(), by=None, at=make.NOW)
    second = actions.place_order(basket=basket, details=make.details(), by=None, at=make.NOW)
    assert first == second
    assert Order.objects.count() == 1
    assert stock.available([product.pk], at=make.NOW) == {product.pk: 9}


def _refused(refusal: type[Refused], *wanted: Any, **fields: Any) -> Refused:
    """The refusal, after which nothing has changed."""
    make.tariff()
    basket = make.basket(*wanted)
    with pytest.raises(refusal) as caught:
        actions.place_order(basket=basket, details=make.details(**fields), by=None, at=make.NOW)
    assert not Order.objects.exists() and not Fulfilment.objects.exists() and not Notice.objects.exists()
    basket.refresh_from_db()
    assert basket.status == Basket.OPEN
    assert str(caught.value)
    return caught.value


def test_all_lines_or_none() -> None:
    plenty, few = make.product(), make.product("Mắm thái", price=80_000)
    place = make.stock(plenty)
    make.stock(few, 2, at_place=place)
    basket = make.basket((plenty, 1), (few, 2))
    few_in_basket = basket.lines.get(product=few)
    basket.lines.filter(pk=few_in_basket.pk).update(quantity=3)
    make.tariff()
    with pytest.raises(OutOfStock, match="2"):
        actions.place_order(basket=basket, details=make.details(), by=None, at=make.NOW)
    assert not Order.objects.exists()
    assert stock.available([plenty.pk, few.pk], at=make.NOW) == {plenty.pk: 10, few.pk: 2}


def test_refusals_by_name() -> None:
    product = make.product()
    place = make.stock(product)
    elsewhere = make.commune("Phường Sài Gòn", "79")
    closed = make.location(offers_pickup=False)
    place.hours.create(weekday=0, opens="07:00", closes="17:00")
    yesterday, friday = make.TODAY - timedelta(days=1), make.TODAY
    _refused(no.EmptyBasket)
    _refused(aims.WrongPlace, (product, 1), commune_id=elsewhere.pk)
    _refused(aims.WrongPlace, (product, 1), commune_id=None)
    _refused(aims.NoStreet, (product, 1), street="  ")
    _refused(WrongPhone, (product, 1), phone="0123")
    _refused(aims.NoSuchPoint, (product, 1), location_id=closed.pk)
    _refused(aims.PickupDatePast, (product, 1), location_id=place.pk, collect_on=yesterday)
    _refused(aims.PickupDateFar, (product, 1), location_id=place.pk, collect_on=date(2027, 1, 1))
    _refused(aims.PointClosed, (product, 1), location_id=place.pk, collect_on=friday)
    _refused(no.WrongPayment, (product, 1), payment="counter")
    _refused(no.WrongPayment, (product, 1), location_id=place.pk, payment="cod")


def test_alcohol_is_for_adults_and_never_for_cash() -> None:
    wine = make.product("Rượu thốt nốt", ethanol_percent=Decimal("29.0"))
    place = make.stock(wine)
    _refused(no.AdultsOnly, (wine, 1))
    _refused(no.NoCashForAlcohol, (wine, 1), adult=True, payment="cod")
    _refused(no.NoCashForAlcohol, (wine, 1), adult=True, payment="counter", location_id=place.pk)
    order = make.order((wine, 1), adult=True)
    assert order.adult_confirmed


def test_much_cash_and_little_card(settings: Any) -> None:
    product = make.product(price=100_000)
    make.stock(product)
    settings.CASH_LIMIT = 100_000
    assert "100.000" in str(_refused(no.TooMuchCash, (product, 1), payment="cod"))
    settings.CARD_MINIMUM = 1_000_000
    _refused(no.TooLittleForCard, (product, 1))


def test_more_than_the_gateway_or_a_row_could_hold_is_refused_by_name() -> None:
    jar = make.product(price=500_000_000)
    make.stock(jar, 30)
    assert "99.999.999" in str(_refused(no.TooMuchForCard, (jar, 1)))
    _refused(no.TooMuchForCard, (jar, 30))


def test_what_left_the_shop_is_refused_by_its_name() -> None:
    product = make.product("Khô cá lóc")
    make.stock(product)
    basket = make.basket((product, 1))
    type(product).objects.filter(pk=product.pk).update(is_public=False)
    make.tariff()
    with pytest.raises(no.NotForSale, match="Khô cá lóc"):
        actions.place_order(basket=basket, details=make.details(), by=None, at=make.NOW)


def test_a_price_that_changed_since_the_summary_is_asked_again() -> None:
    product = make.product(price=100_000)
    make.stock(product)
    make.tariff()
    basket = make.basket((product, 1))
    product.stockrecords.update(price=110_000)
    with pytest.raises(actions.PricesChanged, match=r"140\.000"):
        actions.place_order(basket=basket, details=make.details(), by=None, at=make.NOW, agreed_total=Decimal(130_000))
    order = actions.place_order(
        basket=basket, details=make.details(), by=None, at=make.NOW, agreed_total=Decimal(140_000)
    )
    assert order.lines.get().unit_price_incl_tax == 110_000


def _queries(lines: int, **fields: Any) -> tuple[int, int]:
    products = [make.product() for _ in range(lines)]
    place = make.location()
    for product in products:
        make.stock(product, at_place=place)
    make.tariff()
    basket = make.basket(*((product, 2) for product in products))
    details = make.details(**fields)
    with CaptureQueriesContext(connection) as seen:
        actions.place_order(basket=basket, details=details, by=None, at=make.NOW)
    said = [query["sql"] for query in seen]
    locked = next(number for number, sql in enumerate(said, 1) if "FOR NO KEY UPDATE" in sql and "stock_balance" in sql)
    return len(said), len(said) - locked


@pytest.mark.parametrize(("payment", "confirm"), [("card", 0), ("cod", 10**9), ("cod", 0)])
def test_twenty_lines_ask_the_database_no_more_than_one(payment: str, confirm: int, settings: Any) -> None:
    settings.CASH_CONFIRM = confirm
    _queries(1, payment=payment)  # the process learns what never changes
    one, while_locked = _queries(1, payment=payment)
    assert one <= 45 and while_locked <= 12
    assert _queries(20, payment=payment) == (one, while_locked)
