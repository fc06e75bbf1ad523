"""What it takes to settle a payment, however large the order is."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.checkout import actions
from marketplace.notices.models import Notice
from marketplace.payment.standin import Standin
from tests import make, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.mark.parametrize("by", [None, people.lan])
@pytest.mark.parametrize(("places", "lines"), [(1, 1), (1, 6), (3, 6)])
def test_settling_asks_at_most_25_queries(standin: Standin, now: datetime, places: int, lines: int, by: Any) -> None:
    """However many lines and parcels there are; people pick at each place."""
    shelves = [make.location() for _ in range(places)]
    goods = [make.product() for _ in range(lines)]
    for number, product in enumerate(goods):
        make.stock(product, 3, at_place=shelves[number % places], at=now)
    order = make.order(*((product, 1) for product in goods), by=by and by(), at=now)
    actions.start_payment(order=order, at=now)
    standin.pay(order.sources.get().reference)
    with CaptureQueriesContext(connection) as asked:
        actions.settle(order_id=order.pk, at=now)
    order.refresh_from_db()
    assert order.paid_at == now and order.fulfilments.count() == places
    assert Notice.objects.filter(kind="order_new").count() == places
    assert len(asked) <= 25
