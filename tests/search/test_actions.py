"""Entries say what is true, however often and by how many they are read."""

import threading
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.utils import timezone

from catalogue.actions import touch
from catalogue.models import TouchedProduct
from marketplace.partner.models import StockRecord
from marketplace.search import actions
from marketplace.search.models import Entry
from tests import make


@pytest.fixture
def product(db):
    return make.product("Đường thốt nốt Tri Tôn", stars=4, price=95_000)


def test_a_touched_product_is_read_once(product) -> None:
    place = make.stock(product, 7)
    assert actions.refresh(at=make.NOW) == 1
    entry = Entry.objects.get(pk=product.pk)
    assert (entry.listed, entry.stars, entry.price, entry.available) == (True, 4, 95_000, 7)
    assert entry.location_ids == [place.pk] and entry.category_ids == [product.categories.get().pk]
    assert entry.stars_until == product.certificates.get().expires_on
    assert not TouchedProduct.objects.exists()
    assert actions.refresh(at=make.NOW) == 0


def test_goods_of_a_counter_that_serves_no_order_stand_on_its_shelf_alone(product) -> None:
    counter = make.stock(product, 7, at_place=make.location(ships=False, offers_pickup=False))
    actions.refresh(at=make.NOW)
    entry = Entry.objects.get(pk=product.pk)
    assert (entry.available, entry.location_ids) == (0, [counter.pk])


def test_what_is_touched_again_is_read_again(product) -> None:
    actions.refresh(at=make.NOW, product_ids=[product.pk])
    StockRecord.objects.filter(product=product).update(price=Decimal(88_000))
    touch(product_ids=[product.pk])
    assert actions.refresh(at=make.NOW) == 1
    assert Entry.objects.get(pk=product.pk).price == 88_000


def test_a_reading_gets_a_number_above_all_before_it(product) -> None:
    other = make.product()
    actions.refresh(at=make.NOW, product_ids=[product.pk, other.pk])
    first, second = Entry.objects.order_by("pk").values_list("change", flat=True)
    assert first < second
    actions.refresh(at=make.NOW - timedelta(days=400), product_ids=[product.pk])  # a clock that was set back
    assert Entry.objects.get(pk=product.pk).change > second


def test_a_lot_past_its_date_makes_the_product_read_again_once(product) -> None:
    place = make.stock(product, 3, lot_code="A", best_before=make.TODAY)
    make.stock(product, 4, at_place=place, lot_code="B", best_before=make.TODAY + timedelta(days=9))
    actions.refresh(at=make.NOW)
    entry = Entry.objects.get(pk=product.pk)
    assert (entry.available, entry.fresh_until) == (7, make.TODAY)
    assert actions.refresh(at=make.NOW) == 0
    tomorrow = make.NOW + timedelta(days=1)
    assert (actions.refresh(at=tomorrow), actions.refresh(at=tomorrow)) == (1, 0)
    again = Entry.objects.get(pk=product.pk)
    assert (again.available, again.fresh_until) == (4, make.TODAY + timedelta(days=9))
    assert again.change > entry.change


def test_a_product_taken_down_is_not_listed(product) -> None:
    product.is_public = False
    product.save(update_fields=["is_public"])
    actions.refresh(at=make.NOW, product_ids=[product.pk])
    assert not Entry.objects.get(pk=product.pk).listed


def test_when_one_certificate_ends_the_next_takes_over(product) -> None:
    actions.refresh(at=make.NOW, product_ids=[product.pk])
    until = product.certificates.get().expires_on
    make.certificate(product, stars=3, decided_on=until - timedelta(days=30))
    actions.refresh(
        at=timezone.make_aware(timezone.datetime(until.year, until.month, until.day, 12)) + timedelta(days=1)
    )
    entry = Entry.objects.get(pk=product.pk)
    assert entry.stars == 3 and entry.stars_until is not None and entry.stars_until > until


def test_the_number_of_queries_does_not_grow(db, django_assert_max_num_queries) -> None:
    ids = [make.product().pk for _ in range(12)]
    with django_assert_max_num_queries(16):
        actions.refresh(at=make.NOW, product_ids=ids)
    assert Entry.objects.count() == 12


def race(monkeypatch: pytest.MonkeyPatch) -> Decimal:
    """A slow reader has read the old price when the price changes and a second one comes. The price found at last."""
    product = make.product(price=95_000)
    touch(product_ids=[product.pk])
    has_read, may_write, read = threading.Event(), threading.Event(), actions._entries

    def slowly(ids: list[int], at: datetime) -> list[Entry]:
        entries = read(ids, at)
        if not has_read.is_set():
            has_read.set()
            may_write.wait(10)
        return entries

    def refresh() -> None:
        actions.refresh(at=make.NOW)
        connections.close_all()

    monkeypatch.setattr(actions, "_entries", slowly)
    slow, quick = threading.Thread(target=refresh), threading.Thread(target=refresh)
    slow.start()
    has_read.wait(10)
    StockRecord.objects.filter(product=product).update(price=Decimal(70_000))
    touch(product_ids=[product.pk])
    quick.start()
    quick.join(0.5)  # done, or waiting for the slow one
    may_write.set()
    slow.join(10)
    quick.join(10)
    return Entry.objects.get(pk=product.pk).price


@pytest.mark.django_db(transaction=True)
def test_a_slow_reader_never_overwrites_newer_news(monkeypatch: pytest.MonkeyPatch) -> None:
    assert race(monkeypatch) == 70_000


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_wait_to_be_alone", lambda: None)
    assert race(monkeypatch) == 95_000
