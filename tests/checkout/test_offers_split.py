"""Any offers, on an order in two parcels: no đồng is lost on the way in, nor on the way back."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range

from marketplace.checkout import actions
from marketplace.order.models import Order
from tests import make

from . import split
from .rules import broken
from .shortages import settle_card
from .split import NOW, Two
from .test_offers import EVERYTHING, _offer, _voucher

pytestmark = pytest.mark.django_db
OFFICE = Order.Because.OFFICE  # a shopper may be held to what an offer was given for: test_offers_kept

whole_values = st.integers(1, 90_000).map(Decimal)
percents = st.decimals(Decimal("0.01"), 100, places=2)
BENEFITS = st.one_of(
    st.tuples(st.just(Benefit.PERCENTAGE), percents),
    st.tuples(st.sampled_from([Benefit.FIXED, Benefit.FIXED_UNIT, Benefit.FIXED_PRICE]), whole_values),
    st.just((Benefit.MULTIBUY, None)),
    st.tuples(st.sampled_from([Benefit.SHIPPING_ABSOLUTE, Benefit.SHIPPING_FIXED_PRICE]), whole_values),
    st.tuples(st.just(Benefit.SHIPPING_PERCENTAGE), percents),
)
CONDITIONS = st.one_of(
    st.tuples(st.just(Condition.COUNT), st.integers(1, 3).map(Decimal)),
    st.tuples(st.just(Condition.VALUE), st.integers(1, 200_000).map(Decimal)),
    st.tuples(st.just(Condition.COVERAGE), st.integers(1, 2).map(Decimal)),
)
OFFERS = st.lists(st.tuples(BENEFITS, CONDITIONS, st.booleans(), st.none() | whole_values), min_size=1, max_size=3)


def _make(drawn: Any) -> ConditionalOffer:
    (kind, value), (counted, least), exclusive, most = drawn
    every, _ = Range.objects.get_or_create(name=EVERYTHING, defaults={"includes_all_products": True})
    benefit = Benefit.objects.create(range=None if kind.startswith("Shipping") else every, type=kind, value=value)
    condition = Condition.objects.create(range=every, type=counted, value=least)
    name = f"Ưu đãi {ConditionalOffer.objects.count() + 1}"
    return ConditionalOffer.objects.create(
        name=name, condition=condition, benefit=benefit, exclusive=exclusive, max_discount=most
    )


def _place(goods: Two, wanted: tuple[int, int], drawn: list[Any], by_voucher: bool) -> Order:
    offers = [_make(one) for one in drawn]
    basket = make.basket(*goods.wanted(*wanted))
    if by_voucher:
        voucher = _voucher()
        voucher.offers.set(offers)
        ConditionalOffer.objects.update(offer_type=ConditionalOffer.VOUCHER)
        basket.vouchers.add(voucher)
    return actions.place_order(basket=basket, details=make.details(), by=None, at=NOW)


def _adds_up(order: Order) -> None:
    """The discounts of the lines are those of the order, and what is left of the lines is what it costs."""
    off = {one.pk: Decimal(0) for one in order.discounts.filter(category="Basket")}
    for line in order.lines.all():
        taken = list(line.discounts.all())
        assert line.line_price_before_discounts_incl_tax - line.line_price_incl_tax == sum(one.amount for one in taken)
        assert line.line_price_incl_tax >= 0 and line.line_price_incl_tax % 1 == 0
        assert sum(price.price_incl_tax * price.quantity for price in line.prices.all()) == line.line_price_incl_tax
        for one in taken:
            off[one.order_discount_id] += one.amount
    assert off == {one.pk: one.amount for one in order.discounts.filter(category="Basket")}
    assert order.shipping_incl_tax == sum(one.fee for one in order.fulfilments.all())
    assert order.total_incl_tax == sum(x.line_price_incl_tax for x in order.lines.all()) + order.shipping_incl_tax


@pytest.fixture
def goods() -> Two:
    """Sugar stands at both points, fish at the far one: a line may be divided over two parcels."""
    found = split.two()
    make.stock(found.sugar, 3, at_place=found.far)
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(st.integers(1, 12), st.integers(1, 6)), OFFERS, st.booleans(), st.booleans())
def test_no_offer_loses_a_dong(
    goods: Two, wanted: tuple[int, int], drawn: list[Any], by_voucher: bool, first: bool
) -> None:
    with transaction.atomic():
        order = _place(goods, wanted, drawn, by_voucher)
        _adds_up(order)
        assert broken(NOW) == []
        _goes_back(order, first)
        transaction.set_rollback(True)


def _goes_back(order: Order, first: bool) -> None:
    """One parcel is cancelled, then the other: each gives back what its pieces and its way were paid, together all."""
    settle_card(order)
    parcels = list(order.fulfilments.order_by("pk" if first else "-pk"))
    expected = Decimal(0)
    for parcel in parcels:
        before = {line.pk: line.left_incl_tax for line in order.lines.all()}
        actions.cancel_parcel(fulfilment=parcel, because=OFFICE, by=None, at=NOW)
        after = {line.pk: line.left_incl_tax for line in order.lines.all()}
        expected += parcel.fee + sum(before[pk] - after[pk] for pk in before)
        if parcel != parcels[-1]:
            assert split.back(order) == expected
            order.refresh_from_db()
            assert order.due == order.total_incl_tax - expected
    assert split.back(order) == order.total_incl_tax
    assert broken(NOW) == []


def test_an_offer_that_comes_to_nothing_beside_one_that_gives() -> None:
    _offer(value=Decimal("0.01"))  # 0.4 đồng of 4,000
    _offer(Benefit.SHIPPING_ABSOLUTE, 10_000, priority=1)
    product = make.product(price=4_000)
    make.stock(product)
    order = make.order((product, 2), payment="cod")
    assert [(one.category, one.amount) for one in order.discounts.all()] == [("Shipping", 10_000)]
    assert order.total_incl_tax == 28_000


def test_free_delivery_of_two_parcels_by_voucher(goods: Two) -> None:
    voucher = _voucher(kind=Benefit.SHIPPING_PERCENTAGE, value=100)
    basket = make.basket(*goods.wanted(sugar=5))
    basket.vouchers.add(voucher)
    order = actions.place_order(basket=basket, details=make.details(), by=None, at=NOW)
    assert (order.shipping_incl_tax, [one.fee for one in order.fulfilments.all()]) == (0, [0, 0])
    assert (order.discounts.get().voucher_code, order.discounts.get().amount) == (
        "TET",
        75_000,
    )  # 45,000 for five kilograms, 30,000 for one


def test_cheaper_delivery_is_nothing_to_who_collects(goods: Two) -> None:
    _offer(Benefit.SHIPPING_ABSOLUTE, 10_000)
    order = make.order((goods.sugar, 1), location_id=goods.near.pk, payment="counter")
    assert (order.discounts.count(), order.shipping_incl_tax, order.total_incl_tax) == (0, 0, 50_001)
