"""What was cheaper for a reason is not kept without it: quantity prices, gift boxes, offers. The office may do otherwise."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from oscar.apps.offer.models import Benefit, Condition

from catalogue import actions as catalogue
from marketplace.checkout import actions
from marketplace.errors import Refused
from marketplace.order.models import Order
from marketplace.partner.tiers import Tier
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import paid, settle_card
from tests.checkout.test_fewer import fewer
from tests.checkout.test_offers import _offer
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db
NOW = make.NOW


@pytest.fixture
def sugar() -> Any:
    """120,000 each, from 10 on 108,000, from 50 on 96,000."""
    product = make.product("Đường thốt nốt Ba Tô")
    make.stock(product, 100)
    tiers = (Tier(10, Decimal(108_000)), Tier(50, Decimal(96_000)))
    catalogue.set_tiers(product=product, tiers=tiers, by=people.hung(), at=NOW)
    return product


@pytest.fixture
def boxes() -> Order:
    """Two boxes of one honey and two teas."""
    honey, tea = make.product("Mật ong", price=200_000), make.product("Trà", price=100_000)
    point = make.stock(honey)
    make.stock(tea, at_place=point)
    make.tariff()
    box = make.box((honey, 1), (tea, 2), price=360_000, packed_at=point, title="Hộp quà Tết")
    basket = make.basket_of_boxes(box, 2)
    return settle_card(actions.place_order(basket=basket, details=make.details(), by=None, at=NOW))


@pytest.fixture
def bargain() -> Order:
    """Two products, the cheaper one free."""
    dear, cheap = make.product(price=300_000), make.product(price=100_000)
    point = make.stock(dear)
    make.stock(cheap, at_place=point)
    offer = _offer("Multibuy", None)
    offer.condition.value = 2
    offer.condition.save()
    order = paid((dear, 1), (cheap, 1))
    offer.suspend()
    return order


def refused(order: Order, *units: int) -> str:
    """Nothing has changed."""
    before = everything()
    with pytest.raises(Refused) as refusal:
        fewer(order, *units)
    assert changed(before) == set()
    return refusal.value.code


@pytest.mark.parametrize(("ordered", "off"), [(60, 11), (60, 59), (10, 1)])
def test_a_quantity_price_needs_its_quantity(sugar: Any, ordered: int, off: int) -> None:
    assert refused(paid((sugar, ordered)), off) == "cancel_quantity_price"


@pytest.mark.parametrize(("ordered", "off"), [(60, 10), (9, 8), (15, 5)])
def test_what_still_reaches_its_price_is_taken_off(sugar: Any, ordered: int, off: int) -> None:
    order = paid((sugar, ordered))
    fewer(order, off)
    assert order.lines.get().left_quantity == ordered - off and broken(NOW) == []


def test_bit_by_bit_is_no_way_around_it(sugar: Any) -> None:
    order = paid((sugar, 60))
    fewer(order, 10)
    assert refused(order, 1) == "cancel_quantity_price"


def test_a_price_that_rose_or_came_later_binds_nobody(sugar: Any) -> None:
    order = paid((sugar, 5))
    catalogue.set_tiers(product=sugar, tiers=[Tier(3, Decimal(119_000))], by=people.hung(), at=NOW)
    catalogue.set_price(product=sugar, price=Decimal(120_000), by=people.hung(), at=NOW)
    fewer(order, 4)
    assert order.lines.get().left_quantity == 1


def test_of_a_price_that_rose_the_quantity_still_counts(sugar: Any) -> None:
    order = paid((sugar, 60))
    tiers = (Tier(10, Decimal(118_000)), Tier(50, Decimal(106_000)))
    catalogue.set_tiers(product=sugar, tiers=tiers, by=people.hung(), at=NOW)
    assert refused(order, 59) == "cancel_quantity_price"


def test_all_of_a_line_may_go(sugar: Any) -> None:
    other = make.product(price=50_000)
    make.stock(other)
    order = paid((sugar, 60), (other, 1))
    fewer(order, 60, 0)
    assert order.status == "confirmed" and broken(NOW) == []


@pytest.mark.parametrize("units", [(1, 0), (0, 2), (1, 1), (2, 2)])
def test_a_box_is_not_torn(boxes: Order, units: tuple[int, int]) -> None:
    assert refused(boxes, *units) == "cancel_whole_boxes"


def test_a_whole_box_is_taken_off(boxes: Order) -> None:
    fewer(boxes, 1, 2)
    assert boxes.due == boxes.total_incl_tax - 360_000 and broken(NOW) == []


def test_what_an_offer_made_cheaper_stays_together(bargain: Order) -> None:
    assert refused(bargain, 1, 0) == "cancel_offer_holds"
    fewer(bargain, 1, 1)
    assert bargain.status == "cancelled" and broken(NOW) == []


def test_the_free_piece_itself_may_go_and_was_free(bargain: Order) -> None:
    fewer(bargain, 0, 1)
    assert bargain.due == bargain.total_incl_tax and broken(NOW) == []


def test_the_office_may_do_all_of_it(sugar: Any, boxes: Order, bargain: Order) -> None:
    fewer(paid((sugar, 60)), 59, reason="Hàng bị móp")
    for order, units in ((boxes, (2, 2)), (bargain, (1, 0))):
        fewer(order, *units, reason="Hàng bị móp")
    assert broken(NOW) == []


def test_the_page_offers_what_may_be_taken_off_and_says_why_not(sugar: Any, boxes: Order, bargain: Order) -> None:
    lan, order = Client(), paid((sugar, 60))
    page = lan.get(f"/orders/{order.token}/")
    [field] = page.context["fewer"].fields.values()
    assert "50" in str(field.help_text) and str(field.help_text) in page.content.decode()
    whole = _offer(Benefit.SHIPPING_PERCENTAGE, 100)  # free delivery for all three together
    Condition.objects.filter(pk=whole.condition_id).update(value=3)
    pair = paid((boxes.lines.first().product, 3))
    page = lan.get(f"/orders/{pair.token}/")
    assert page.context["fewer"] is None and f"“{whole.name}”" in page.context["fewer_not"]
    assert page.context["fewer_not"] in page.content.decode()
    assert lan.get(f"/orders/{bargain.token}/").context["fewer"] is not None  # the free piece may go
    page = lan.get(f"/orders/{boxes.token}/")
    [(name, field)] = page.context["fewer"].fields.items()
    assert (field.label, field.max_value) == ("Hộp quà Tết", 2)
    lan.post(f"/orders/{boxes.token}/fewer/", {name: 1})
    assert [line.left_quantity for line in boxes.lines.order_by("pk")] == [1, 2]
    assert lan.get(f"/orders/{boxes.token}/").context["fewer"] is None
