"""Holds: all lines or none, expiry, confirmation, release and handing over."""

from datetime import timedelta

import pytest

from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import Destination, Want
from tests import make

pytestmark = pytest.mark.django_db
NOW, SOON = make.NOW, make.NOW + timedelta(minutes=30)


def _hold(product, quantity, *, order=1, line=1, until=SOON, at=NOW, pickup=None):
    return stock.hold(
        order_id=order, wants=[Want(line, product.pk, quantity)], at=at, expires_at=until,
        destination=Destination(pickup_location_id=pickup.pk if pickup else None),
    )  # fmt: skip


def _available(product, at=NOW):
    return queries.available([product.pk], at=at)[product.pk]


def test_a_hold_promises_units_and_oscar_mirrors_it() -> None:
    product = make.product()
    place = make.stock(product, 10)
    [parcel] = _hold(product, 3)
    assert (parcel.location_id, parcel.lines, parcel.reason) == (place.pk, ((1, 3),), "only")
    assert _available(product) == 7
    record = product.stockrecords.get()
    assert (record.num_in_stock, record.num_allocated) == (10, 3)
