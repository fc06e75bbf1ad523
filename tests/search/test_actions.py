"""Entries say what is true, however often and by how many they are read."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
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


def test_what_is_touched_again_is_read_again(product) -> None:
    actions.refresh(at=make.NOW, product_ids=[product.pk])
    StockRecord.objects.filter(product=product).update(price=Decimal(88_000))
    touch(product_ids=[product.pk])
    assert actions.refresh(at=make.NOW) == 1
    assert Entry.objects.get(pk=product.pk).price == 88_000


def test_a_product_taken_down_is_not_listed(product) -> None:
    product.is_public = False
    product.save(update_fields=["is_public"])
    actions.refresh(at=make.NOW, product_ids=[product.pk])
    assert not Entry.objects.get(pk=product.pk).listed


def test_when_one_certificate_ends_the_next_takes_over(product) -> None:
    actions.refresh(at=make.NOW, product_ids=[product.pk])
    until = product.certificates.get().expires_on
    make.certificate(product, stars=3, decided_on=until - timedelta(days=30))
    actions.refresh(at=timezone.make_aware(timezone.datetime(until.year, until.month, until.day, 12)) + timedelta(days=1))
    entry = Entry.objects.get(pk=product.pk)
    assert entry.stars == 3 and entry.stars_until is not None and entry.stars_until > until


def test_the_number_of_queries_does_not_grow(db, django_assert_max_num_queries) -> None:
    ids = [make.product().pk for _ in range(12)]
    with django_assert_max_num_queries(16):
        actions.refresh(at=make.NOW, product_ids=ids)
    assert Entry.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_a_second_reader_waits_for_the_first() -> None:
    """Else the slow one would write what it read before over what the other read after."""
    product = make.product(price=95_000)
    touch(product_ids=[product.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [actions._ALONE])

    def read() -> None:
        actions.refresh(at=make.NOW)
        connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()
    reader.join(0.3)
    assert reader.is_alive() and not Entry.objects.exists()
    StockRecord.objects.filter(product=product).update(price=Decimal(70_000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [actions._ALONE])
    reader.join(5)
    assert Entry.objects.get(pk=product.pk).price == 70_000
