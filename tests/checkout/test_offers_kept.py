"""An offer for all of an order, of which one parcel does not come: kept where the shop is to blame, not where the shopper wants it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer

from catalogue import actions as catalogue
from marketplace.checkout import actions
from marketplace.checkout.earning import Bargain, Bought, earned
from marketplace.checkout.queries.bargains import bargains_of
from marketplace.errors import Refused
from marketplace.order.models import Order
from marketplace.partner.tiers import Tier
from tests import make, people
from tests.rows import changed, everything

from . import split
from .rules import broken
from .shortages import settle_card
from .split import NOW, Two
from .test_fewer import fewer
from .test_offers import _offer, _voucher

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
SHOPPER, OFFICE = Order.Because.SHOPPER, Order.Because.OFFICE


@pytest.fixture
def goods() -> Two:
    """Two of sugar for 100,002 from the near point, a fish for 100,000 from the far one; 30,000 each for the way."""
    return split.two()


def needs(offer: ConditionalOffer, kind: str, least: int) -> ConditionalOffer:
    Condition.objects.filter(pk=offer.condition_id).update(type=kind, value=least)
    return offer


def off(kind: str, least: int, benefit: str = Benefit.FIXED, value: int = 20_000) -> ConditionalOffer:
    return needs(_offer(benefit, value), kind, least)


def without(order: Order, place: Any, because: str = SHOPPER) -> None:
    """What is left costs what it cost, and the rest goes back: every đồng of it."""
    parcel = split.parcel(order, place)
    before = sum(line.left_incl_tax for line in order.lines.all())
    actions.cancel_parcel(fulfilment=parcel, because=because, by=None, at=NOW)
    after = sum(line.left_incl_tax for line in order.lines.all())
    order.refresh_from_db()
    assert split.back(order) == before - after + parcel.fee == order.total_incl_tax - order.due
    assert order.due == after + sum(one.fee for one in order.fulfilments.exclude(pk=parcel.pk))
    assert broken(NOW) == []


def refused(order: Order, place: Any) -> str:
    before = everything()
    with pytest.raises(Refused) as refusal:
        actions.cancel_parcel(fulfilment=split.parcel(order, place), because=SHOPPER, by=None, at=NOW)
    assert changed(before) == set()
    return refusal.value.code


CONDITIONS = [
    ("Value", 150_000),  # neither parcel alone comes to so much
    ("Count", 3),  # nor has so many pieces
    ("Coverage", 2),  # nor so many different goods
]


@pytest.mark.parametrize(("kind", "least"), CONDITIONS)
def test_who_wants_one_parcel_less_does_not_keep_what_all_of_it_was_given(goods: Two, kind: str, least: int) -> None:
    off(kind, least)
    order = split.paid(goods)
    assert {refused(order, goods.near), refused(order, goods.far)} == {"cancel_offer_holds"}


@pytest.mark.parametrize(("kind", "least"), CONDITIONS)
@pytest.mark.parametrize("benefit", [Benefit.FIXED, Benefit.PERCENTAGE, Benefit.SHIPPING_PERCENTAGE])
def test_who_goes_without_by_the_shops_doing_keeps_it(goods: Two, kind: str, least: int, benefit: str) -> None:
    off(kind, least, benefit, 33)
    order = split.paid(goods)
    discount = order.discounts.get().amount
    without(order, goods.far, OFFICE)
    kept = sum(one.line_price_before_discounts_incl_tax for one in order.lines.filter(cancelled_quantity=0))
    assert discount > 0 and order.due < kept + 30_000  # the rest is as cheap as it was sold


def test_a_lost_parcel_costs_nobody_the_offer(goods: Two) -> None:
    off("Value", 150_000)
    order = split.paid(goods)
    sugar = order.lines.get(product=goods.sugar).line_price_incl_tax
    actions.lose(**split.shipped(split.parcel(order, goods.far)))
    order.refresh_from_db()
    assert order.due == sugar + 30_000 < 100_002 + 30_000


def test_a_voucher_binds_as_an_offer_does(goods: Two) -> None:
    voucher = _voucher(kind=Benefit.FIXED, value=20_000)
    needs(voucher.offers.get(), "Value", 150_000)
    basket = make.basket(*goods.wanted())
    basket.vouchers.add(voucher)
    order = settle_card(actions.place_order(basket=basket, details=make.details(), by=None, at=NOW))
    assert refused(order, goods.far) == "cancel_offer_holds"


def test_what_the_rest_earns_as_well_binds_nobody(goods: Two) -> None:
    """Two pieces are enough: sugar alone, not fish alone. A percentage on each piece asks for nothing more."""
    needs(_offer(Benefit.PERCENTAGE, 15), "Count", 2)
    order = split.paid(goods)
    assert refused(order, goods.near) == "cancel_offer_holds"
    without(order, goods.far)


def test_so_much_off_each_piece_goes_with_the_piece(goods: Two) -> None:
    """Bargain three times, once for each piece: two pieces earn it twice, and keep no more."""
    off("Count", 1, Benefit.FIXED, 3_000)
    order = split.paid(goods)
    assert order.discounts.get().amount in (3_000, 9_000)
    without(order, goods.far)


def test_free_delivery_for_all_is_not_kept_for_half(goods: Two) -> None:
    off("Value", 150_000, Benefit.SHIPPING_PERCENTAGE, 100)
    assert refused(split.paid(goods), goods.far) == "cancel_offer_holds"


def test_of_an_offer_that_is_gone_nobody_knows_what_it_was_for(goods: Two) -> None:
    offer = off("Value", 1)
    order = split.paid(goods)
    offer.delete()
    assert refused(order, goods.far) == "cancel_offer_holds"


def test_a_condition_that_the_shop_broke_binds_nobody_any_more(goods: Two) -> None:
    off("Value", 150_000)
    order = split.paid(goods)
    without(order, goods.far, OFFICE)
    fewer(order, 1, 0)
    assert order.status == "confirmed" and broken(NOW) == []


def test_the_last_parcel_may_always_go_and_all_of_it_goes_back(goods: Two) -> None:
    off("Value", 150_000)
    order = split.paid(goods)
    without(order, goods.far, OFFICE)
    actions.cancel_parcel(fulfilment=split.parcel(order, goods.near), because=SHOPPER, by=None, at=NOW)
    order.refresh_from_db()
    assert order.status == "cancelled" and split.back(order) == order.total_incl_tax


def test_a_quantity_price_that_two_parcels_reach_together(goods: Two) -> None:
    make.stock(goods.sugar, 4, at_place=goods.far)
    tiers = (Tier(12, Decimal(45_000)),)
    catalogue.set_tiers(product=goods.sugar, tiers=tiers, by=people.hung(), at=NOW)
    order = split.paid(goods, (goods.sugar, 12), (goods.fish, 1))
    assert refused(order, goods.far) == "cancel_quantity_price"
    without(order, goods.far, OFFICE)


def test_the_page_says_why_instead_of_offering_it(client: Client, goods: Two) -> None:
    offer = needs(_offer(Benefit.PERCENTAGE, 15), "Count", 2)
    order = split.paid(goods)
    page = client.get(f"/orders/{order.token}/")
    near, far = (one for place in (goods.near, goods.far) for one in page.context["parcels"] if place.name in one.title)
    assert far.cancel_url and not far.cancel_not
    assert not near.cancel_url and f"“{offer.name}”" in near.cancel_not
    assert near.cancel_not in page.content.decode()
    client.post(f"/orders/{order.token}/parcels/{split.parcel(order, goods.near).pk}/cancel/")
    assert not split.back(order) and near.cancel_not in client.get(f"/orders/{order.token}/").content.decode()


LINES = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 90_000), st.integers(1, 9)), min_size=1, max_size=4)


@given(LINES, st.sampled_from(["Count", "Value", "Coverage"]), st.integers(1, 20), st.integers(1, 4), st.data())
def test_less_never_earns_more_and_nothing_less_loses_nothing(
    lines: list[Any], kind: str, least: int, times: int, data: Any
) -> None:
    bought = {pk: Bought(product, Decimal(price), n, n) for pk, (product, price, n) in enumerate(lines)}
    wanted = {pk: data.draw(st.integers(0, one.left)) for pk, one in bought.items()}
    whole = [(one, one.left) for one in bought.values()]
    rest = [(one, one.left - wanted[pk]) for pk, one in bought.items()]
    assert 0 <= earned(kind, Decimal(least), rest) <= earned(kind, Decimal(least), whole)
    bargain = Bargain("Tết", times, Decimal(9_000), {0: Decimal(9_000)}, kind, Decimal(least), frozenset(bought))
    assert not bargain.lost_without({}, bought)
    if wanted[0] == bought[0].left:
        assert not bargain.lost_without(wanted, bought)  # all that was cheaper goes


def sets_by_hand(pieces: list[int], least: int) -> int:
    made, left = 0, sorted(pieces, reverse=True)
    while sum(1 for n in left if n) >= least:
        left = sorted((n - 1 if place < least else n for place, n in enumerate(left)), reverse=True)
        made += 1
    return made


@given(st.lists(st.integers(0, 6), max_size=5), st.integers(1, 4))
def test_sets_of_different_goods(pieces: list[int], least: int) -> None:
    there = [(Bought(n, Decimal(1), 6, 6), units) for n, units in enumerate(pieces)]
    assert earned("Coverage", Decimal(least), there) == sets_by_hand(pieces, least)


def test_a_condition_made_stricter_later_frees_no_order_from_its_offer() -> None:
    two, as_sold = {1: Bought("tea", Decimal(50_000), 2, 2)}, {1: Decimal(20_000)}
    bargain = Bargain("Mua 2", 1, Decimal(20_000), as_sold, "Count", Decimal(5), frozenset({1}))
    assert bargain.lost_without({1: 1}, two)
    assert not bargain.lost_without({1: 1}, {1: Bought("tea", Decimal(50_000), 3, 2)})  # the shop cut it before


@pytest.mark.parametrize("lines", [1, 6])
def test_the_conditions_of_an_order_ask_the_same_for_any_number_of_lines(lines: int) -> None:
    off("Count", 1)
    place = make.location()
    goods = [make.product() for _ in range(lines)]
    for product in goods:
        make.stock(product, 3, at_place=place)
    order = make.order(*((product, 1) for product in goods), payment="cod")
    sold = list(order.lines.select_related("product", "stockrecord"))
    with CaptureQueriesContext(connection) as asked:
        [bargain] = bargains_of(order, sold)
    assert bargain.counted == {line.pk for line in sold} and len(asked) <= 5
