"""The feed that tills follow: everything that changed, in the order of commits, however the reader stumbles."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalogue import actions as catalogue
from catalogue.models import Product
from marketplace.api import queries
from marketplace.search.actions import refresh
from marketplace.stock import actions as stock
from marketplace.stock import queries as books
from marketplace.stock.actions import recall
from marketplace.tills.models import Till
from tests import make, people

pytestmark = pytest.mark.django_db
CHANGES = "/api/v1/tills/changes"


@pytest.fixture
def till() -> tuple[Till, str]:
    return make.till()


def _page(token: str, cursor: int = 0, limit: int = 200) -> dict[str, Any]:
    answer = Client().get(CHANGES, {"cursor": cursor, "limit": limit}, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def _all(token: str, cursor: int = 0, limit: int = 200) -> tuple[list[dict[str, Any]], int]:
    found, more = [], True
    while more:
        page = _page(token, cursor, limit)
        found, cursor, more = found + page["articles"], page["cursor"], page["more"]
    return found, cursor


def test_from_zero_comes_everything_page_by_page_at_the_tills_own_place(till: tuple[Till, str]) -> None:
    device, token = till
    products = [make.product(price=100_000 + n) for n in range(5)]
    make.stock(products[0], 4, at_place=device.location)
    make.stock(products[1], 9)  # elsewhere
    refresh(at=make.NOW, product_ids=[product.pk for product in products])
    found, cursor = _all(token, limit=2)
    assert [x["product"] for x in found] == [product.pk for product in products]
    assert [(x["available"], x["on_hand"]) for x in found] == [(4, 4), (0, 0), (0, 0), (0, 0), (0, 0)]
    assert found[2] == {
        "product": products[2].pk, "for_sale": True, "code": products[2].upc, "sku": products[2].upc,
        "title": products[2].title, "price": 100_002, "vat_percent": 0.0, "adults_only": False, "on_hand": 0, "available": 0,
    }  # fmt: skip
    assert _page(token, cursor) == {"articles": [], "cursor": cursor, "more": False}


def test_a_page_exactly_full_is_not_said_to_go_on(till: tuple[Till, str]) -> None:
    refresh(at=make.NOW, product_ids=[make.product().pk for _ in range(2)])
    page = _page(till[1], limit=2)
    assert (len(page["articles"]), page["more"]) == (2, False)


def test_price_stock_and_leaving_the_shop_are_changes_and_nothing_else_comes(till: tuple[Till, str]) -> None:
    device, token = till
    dear, left, hidden, quiet, sold = (make.product() for _ in range(5))
    for product in (dear, left, hidden, quiet, sold):
        make.stock(product, 6, at_place=device.location)
    refresh(at=make.NOW)
    _found, cursor = _all(token)
    catalogue.set_price(product=dear, price=Decimal(99_000), by=people.tam(), at=make.NOW)
    catalogue.doubt_producer(producer=left.producer, reason="Giấy tờ hết hạn", by=people.tam(), at=make.NOW)
    Product.objects.filter(pk=hidden.pk).update(is_public=False)
    catalogue.touch(product_ids=[hidden.pk])
    event = make.till_event(sold)
    lines = [stock.Sold(sold.pk, None, 2)]
    stock.sell(location_id=device.location_id, lines=lines, key=f"till:{event['uuid']}", at=make.NOW, device="till:1")
    refresh(at=make.NOW)
    found, after = _all(token, cursor)
    told = {x["product"]: (x["for_sale"], x["price"], x["available"], x["on_hand"]) for x in found}
    assert told == {
        dear.pk: (True, 99_000, 6, 6), left.pk: (False, None, 0, 6), hidden.pk: (False, None, 0, 6),
        sold.pk: (True, 120_000, 4, 4),
    }  # fmt: skip
    assert after > cursor


def test_units_promised_to_orders_are_on_hand_but_not_available(till: tuple[Till, str]) -> None:
    device, token = till
    product = make.product()
    make.stock(product, 6, at_place=device.location)
    make.order((product, 2), location_id=device.location_id, payment="counter")
    refresh(at=make.NOW)
    [article] = _page(token)["articles"]
    assert (article["on_hand"], article["available"]) == (6, 4)


def test_goods_past_their_date_are_a_change_though_nobody_touched_them(till: tuple[Till, str]) -> None:
    device, _token = till
    product = make.product()
    make.stock(product, 6, at_place=device.location, best_before=make.TODAY)
    refresh(at=make.NOW)
    first = queries.changes(device, after=0, limit=9, at=make.NOW)
    tomorrow = make.NOW + timedelta(days=1)
    refresh(at=tomorrow)
    [change] = queries.changes(device, after=first[-1].number, limit=9, at=tomorrow)
    assert (first[0].available, change.available, change.on_hand) == (6, 0, 6)


def test_a_recall_is_a_change_and_so_is_its_end(till: tuple[Till, str]) -> None:
    device, _token = till
    product = make.product()
    make.stock(product, 6, at_place=device.location, lot_code="DTN-1")
    refresh(at=make.NOW)
    told, cursor = [], queries.changes(device, after=0, limit=9, at=make.NOW)[-1].number
    lot_id = books.balances(product_ids=[product.pk], at=make.NOW)[0].lot_id
    for act in (recall.freeze, recall.thaw):
        act(lot_id=lot_id, reason="Nghi nhiễm khuẩn", by=people.tam(), at=make.NOW)
        refresh(at=make.NOW)
        [change] = queries.changes(device, after=cursor, limit=9, at=make.NOW)
        cursor = change.number
        told.append((change.available, change.on_hand))
    assert told == [(0, 6), (6, 6)]


@pytest.mark.parametrize("number", [1, 40])
def test_a_page_costs_the_same_for_any_number_of_products(
    number: int, till: tuple[Till, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make.stock(make.product(), 3, at_place=till[0].location)
    refresh(at=make.NOW)
    _page(till[1])  # notes the contact, once a minute
    with django_assert_num_queries(4):  # the token, the changes, what is free, what is there
        assert len(_page(till[1])["articles"]) == number


@pytest.mark.parametrize(
    "asked", [{"cursor": -1}, {"cursor": "x"}, {"limit": 0}, {"limit": 501}, {"cursor": 2**63}], ids=str
)
def test_a_wrong_question_is_refused(asked: dict[str, Any], till: tuple[Till, str]) -> None:
    answer = Client().get(CHANGES, asked, headers={"Authorization": f"Bearer {till[1]}"})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")


def _commit_late(product: Product, may_commit: threading.Event) -> threading.Thread:
    """Another connection changes the product first and commits when it may, after others have."""
    changed = threading.Event()

    def act() -> None:
        try:
            with transaction.atomic():
                catalogue.touch(product_ids=[product.pk])
                Product.objects.filter(pk=product.pk).update(title="Đổi muộn")
                changed.set()
                may_commit.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=act)
    thread.start()
    assert changed.wait(20)
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_late_is_not_missed() -> None:
    device, _token = make.till()
    late, early = make.product(), make.product()
    refresh(at=make.NOW, product_ids=[late.pk, early.pk])
    cursor = queries.changes(device, after=0, limit=9, at=make.NOW)[-1].number
    may_commit = threading.Event()
    thread = _commit_late(late, may_commit)
    catalogue.touch(product_ids=[early.pk])  # begun later, there first
    refresh(at=make.NOW)
    [first] = queries.changes(device, after=cursor, limit=9, at=make.NOW)
    assert first.product == early.pk
    may_commit.set()
    thread.join()
    refresh(at=make.NOW)
    [second] = queries.changes(device, after=first.number, limit=9, at=make.NOW)
    assert (second.product, second.title) == (late.pk, "Đổi muộn")


@pytest.mark.django_db(transaction=True)
def test_a_cursor_over_numbers_given_when_a_change_begins_would_miss_it() -> None:
    """The twin: TouchedProduct's own numbers are given at the insert, not at the commit."""
    from catalogue.models import TouchedProduct

    late, early = make.product(), make.product()
    may_commit = threading.Event()
    thread = _commit_late(late, may_commit)
    catalogue.touch(product_ids=[early.pk])
    cursor = TouchedProduct.objects.order_by("pk").last()
    assert cursor is not None and cursor.product_id == early.pk
    may_commit.set()
    thread.join()
    beyond = TouchedProduct.objects.filter(pk__gt=cursor.pk)
    assert not beyond.filter(product=late).exists() and TouchedProduct.objects.filter(product=late).exists()
