"""Quantity prices in basket and order: by the line's number of pieces, without a query more, as sold afterwards."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import actions as catalogue
from marketplace.basket.models import Basket
from marketplace.partner.strategy import Strategy
from marketplace.partner.tiers import Tier, unit_price
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.test_offers import _offer

pytestmark = pytest.mark.django_db
TIERS = (Tier(10, Decimal(108_000)), Tier(50, Decimal(96_000)))


@pytest.fixture
def sugar() -> Any:
    product = make.product("Đường thốt nốt Ba Tô")
    make.stock(product, 100)
    catalogue.set_tiers(product=product, tiers=TIERS, by=people.hung(), at=make.NOW)
    return product


@pytest.mark.parametrize(("quantity", "each"), [(9, 120_000), (10, 108_000), (60, 96_000)])
def test_the_order_line_keeps_what_a_piece_of_so_many_cost(sugar: Any, quantity: int, each: int) -> None:
    order = make.order((sugar, quantity), payment="card")
    line = order.lines.get()
    assert (line.unit_price_incl_tax, line.line_price_incl_tax) == (each, each * quantity)
    assert line.line_price_before_discounts_incl_tax == each * quantity
    catalogue.set_tiers(product=sugar, tiers=[], by=people.hung(), at=make.NOW)
    line.refresh_from_db()
    assert line.unit_price_incl_tax == each
    assert broken(make.NOW) == []


def test_offers_come_on_top(sugar: Any) -> None:
    _offer(value=10)
    order = make.order((sugar, 10), payment="card")
    line = order.lines.get()
    assert (line.line_price_before_discounts_incl_tax, line.line_price_incl_tax) == (1_080_000, 972_000)
    assert broken(make.NOW) == []


def test_a_whole_basket_is_priced_with_no_query_more_than_before() -> None:
    basket = Basket.objects.create()
    basket.strategy = Strategy()
    for quantity in (2, 10, 60):
        product = make.product()
        make.stock(product, 100)
        catalogue.set_tiers(product=product, tiers=TIERS, by=people.hung(), at=make.NOW)
        basket.add_product(product, quantity)
    basket = Basket.objects.get(pk=basket.pk)
    basket.strategy = Strategy()
    list(basket.all_lines())
    with CaptureQueriesContext(connection) as queries:
        found = [line.purchase_info.price.incl_tax for line in basket.all_lines()]
    assert found == [120_000, 108_000, 96_000]
    assert len(queries) == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_the_basket_costs_the_sum_of_its_tiers_however_it_was_filled(sugar: Any, added: list[int]) -> None:
    basket = Basket.objects.create()
    basket.strategy = Strategy()
    for quantity in added:
        basket.add_product(sugar, quantity)
        line = basket.all_lines()[0]
        assert line.line_price_incl_tax == unit_price(Decimal(120_000), TIERS, line.quantity) * line.quantity
    assert basket.total_incl_tax == unit_price(Decimal(120_000), TIERS, sum(added)) * sum(added)


def test_a_line_in_hand_whose_quantity_changes_is_priced_anew(sugar: Any) -> None:
    line = make.basket((sugar, 9)).all_lines()[0]
    assert line.purchase_info.price.incl_tax == 120_000
    line.quantity = 10
    assert line.line_price_incl_tax == 1_080_000


def test_the_page_says_what_more_would_cost_and_no_tier_is_a_change_of_price(sugar: Any) -> None:
    visitor = Client()
    visitor.post(f"/basket/add/{sugar.pk}/", {"quantity": 9})
    [row] = visitor.get("/basket/").context["lines"]
    assert (row.unit_price, row.cheaper, row.warning) == (120_000, TIERS[0], "")
    visitor.post(f"/basket/add/{sugar.pk}/", {"quantity": 1})
    answer = visitor.get("/basket/")
    [row] = answer.context["lines"]
    assert (row.unit_price, row.total, row.cheaper, row.warning) == (108_000, 1_080_000, TIERS[1], "")
    assert "1.080.000" in answer.content.decode()


def test_a_changed_unit_price_is_still_said(sugar: Any) -> None:
    visitor = Client()
    visitor.post(f"/basket/add/{sugar.pk}/", {"quantity": 10})
    catalogue.set_price(product=sugar, price=Decimal(130_000), by=people.hung(), at=make.NOW)
    [row] = visitor.get("/basket/").context["lines"]
    assert row.unit_price == 108_000 and row.warning


def test_the_product_page_names_them_and_its_data_the_price_of_one(sugar: Any) -> None:
    answer = Client().get(sugar.get_absolute_url())
    assert [text in answer.content.decode() for text in ("108.000", "96.000")] == [True, True]
    assert '"price": "120000' in answer.content.decode()
