"""Offers and vouchers: whole đồng everywhere, kept on the order, and never used twice."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range
from oscar.apps.voucher.models import Voucher

from marketplace.checkout import actions
from marketplace.order.drafts import Draft, DraftLine
from marketplace.order.models import Order
from tests import make, people
from tests.checkout.rules import broken
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
EVERYTHING = "Everything"


def _offer(kind: str = Benefit.PERCENTAGE, value: Any = 15, **fields: Any) -> ConditionalOffer:
    """So much off everything, for one piece and more."""
    every, _ = Range.objects.get_or_create(name=EVERYTHING, defaults={"includes_all_products": True})
    shipping = kind.startswith("Shipping")
    benefit = Benefit.objects.create(range=None if shipping else every, type=kind, value=value)
    condition = Condition.objects.create(range=every, type=Condition.COUNT, value=1)
    return ConditionalOffer.objects.create(
        name=f"Offer {ConditionalOffer.objects.count() + 1}", condition=condition, benefit=benefit, **fields
    )


def _voucher(usage: str = Voucher.SINGLE_USE, **fields: Any) -> Voucher:
    now = timezone.now()
    voucher = Voucher.objects.create(
        name="TET", code="TET", usage=usage,
        start_datetime=now - timedelta(days=1), end_datetime=now + timedelta(days=1),
    )  # fmt: skip
    voucher.offers.add(_offer(offer_type=ConditionalOffer.VOUCHER, **fields))
    return voucher


def test_fifteen_percent_of_an_odd_price_is_whole_dong() -> None:
    _offer()
    product = make.product(price=45_501)
    make.stock(product)
    order = make.order((product, 3), payment="cod")
    line = order.lines.get()
    # 15 % of 136,503 is 20,475.45
    assert (line.line_price_before_discounts_incl_tax, line.line_price_incl_tax) == (136_503, 116_028)
    assert order.total_incl_tax == 116_028 + 30_000
    discount = order.discounts.get()
    assert (discount.amount, discount.category, discount.offer_name) == (20_475, "Basket", "Offer 1")
    assert sum(one.amount for one in line.discounts.all()) == 20_475
    assert Counter({p.price_incl_tax: p.quantity for p in line.prices.all()}) == {Decimal(38_676): 3}
    assert broken(make.NOW) == []


def test_a_fixed_sum_is_divided_over_the_lines_without_losing_a_dong() -> None:
    _offer(Benefit.FIXED, 10_000)
    products = [make.product(price=33_333) for _ in range(3)]
    place = make.location()
    for product in products:
        make.stock(product, at_place=place)
    order = make.order(*((product, 1) for product in products), payment="cod")
    assert order.discounts.get().amount == 10_000
    assert order.total_incl_tax == 3 * 33_333 - 10_000 + 30_000
    assert all(line.line_price_incl_tax == int(line.line_price_incl_tax) for line in order.lines.all())
    assert broken(make.NOW) == []


def test_cheaper_delivery_never_costs_less_than_nothing() -> None:
    _offer(Benefit.SHIPPING_ABSOLUTE, 50_000)
    product = make.product()
    make.stock(product)
    order = make.order((product, 1), payment="cod")
    assert (order.shipping_incl_tax, order.total_incl_tax) == (0, 120_000)
    assert (order.discounts.get().category, order.discounts.get().amount) == ("Shipping", 30_000)


def test_an_offer_counts_its_uses_and_ends_with_its_limit() -> None:
    offer = _offer(max_global_applications=1)
    product = make.product()
    make.stock(product)
    first, second = make.order((product, 1)), make.order((product, 1))
    offer.refresh_from_db()
    assert (offer.num_orders, offer.total_discount) == (1, 18_000)
    assert (first.discounts.count(), second.discounts.count()) == (1, 0)


def _with_voucher(product: Any, voucher: Voucher, owner: Any = None) -> Any:
    basket = make.basket((product, 1), owner=owner)
    basket.vouchers.add(voucher)
    return basket


def test_a_voucher_for_one_use() -> None:
    voucher = _voucher()
    product = make.product()
    make.stock(product)
    make.tariff()
    details = make.details(payment="cod")
    basket = _with_voucher(product, voucher, people.lan())
    order = actions.place_order(basket=basket, details=details, by=people.lan(), at=make.NOW)
    voucher.refresh_from_db()
    assert (order.total_incl_tax, order.discounts.get().voucher_code) == (102_000 + 30_000, "TET")
    assert (voucher.num_orders, voucher.total_discount, voucher.applications.get().user) == (1, 18_000, people.lan())
    again = actions.place_order(basket=_with_voucher(product, voucher), details=details, by=None, at=make.NOW)
    assert again.total_incl_tax == 150_000  # used up: it takes nothing off any more


@pytest.mark.parametrize("counted_anew", [False, True])
def test_a_cancelled_order_has_used_no_offer_and_no_voucher(counted_anew: bool) -> None:
    voucher = _voucher(max_global_applications=1)
    product = make.product()
    make.stock(product)
    make.tariff()
    details = make.details(payment="cod")
    order = actions.place_order(basket=_with_voucher(product, voucher), details=details, by=None, at=make.NOW)
    if counted_anew:
        ConditionalOffer.objects.update(num_orders=0, num_applications=0)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=make.NOW)
    voucher.refresh_from_db()
    offer = voucher.offers.get()
    assert (voucher.num_orders, voucher.total_discount, voucher.applications.count()) == (0, 0, 0)
    assert (offer.num_orders, offer.num_applications, offer.total_discount) == (0, 0, 0)
    again = actions.place_order(basket=_with_voucher(product, voucher), details=details, by=None, at=make.NOW)
    assert again.discounts.get().voucher_code == "TET"
    assert broken(make.NOW) == []


@pytest.mark.django_db(transaction=True)
def test_ten_shoppers_with_the_same_voucher_use_it_once() -> None:
    voucher = _voucher()
    product = make.product()
    make.stock(product, 20)
    make.tariff()
    details = make.details(payment="cod")
    baskets = [_with_voucher(product, voucher) for _ in range(10)]

    def order(number: int) -> Order:
        return actions.place_order(
            basket=baskets[number], details=details, by=None, at=make.NOW, agreed_total=Decimal(132_000)
        )

    went = Counter(type(answer).__name__ for answer in at_once(10, order))
    assert went["Order"] == 1 and went["Order"] + went["VoucherUsed"] + went["PricesChanged"] == 10
    assert voucher.applications.count() == 1


class _Goods:
    weight_grams = 1
    is_alcohol = False


LINES = st.builds(
    DraftLine,
    product=st.just(_Goods()), producer=st.none(), stockrecord=st.none(), quantity=st.integers(1, 500),
    unit_price=st.integers(1, 50_000_000).map(Decimal),
    discounts=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 10**9).map(Decimal)), max_size=3).map(tuple),
    vat_percent=st.sampled_from([Decimal(0), Decimal(5), Decimal(8), Decimal(10)]),
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(LINES, min_size=1, max_size=8), fee=st.none() | st.integers(0, 10**6).map(Decimal))
def test_any_draft_adds_up_in_whole_dong(lines: list[DraftLine], fee: Decimal | None) -> None:
    draft = Draft(tuple(lines), (), fee)
    assert draft.total == sum(line.total for line in lines) + (fee or 0)
    assert draft.total == draft.subtotal - draft.discount + draft.shipping
    for line in lines:
        assert 0 <= line.total <= line.before and 0 <= line.vat <= line.total
        assert {amount % 1 for amount in (line.total, line.vat, line.discount)} == {Decimal(0)}
