"""Hùng's goods lie at Mai's point; Lan has ordered two pieces there and will pay at the counter."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.actions import load_groups, start_change
from catalogue.models import ListingChange, Product
from marketplace.certificates.models import Certificate
from marketplace.checkout import actions as checkout
from marketplace.fulfilment.models import Fulfilment
from marketplace.locations.models import Location
from marketplace.notices.models import Delivery, Notice
from marketplace.partner.models import Partner
from marketplace.payment import actions as payments
from marketplace.payment.models import PaymentEvent, Refund
from marketplace.tills import actions as tills
from marketplace.tills.models import Till, TillEvent
from tests import make, people


@dataclass
class World:
    producer: Partner
    product: Product
    change: ListingChange
    point: Location
    parcel: Fulfilment
    certificate: Certificate
    till: Till
    event: TillEvent
    zone: Any
    letter: Delivery
    refund: Refund
    word: PaymentEvent
    order: Any


def _owed(product: Product, point: Location) -> Refund:
    """Lan paid another order at the counter, and then it was cancelled."""
    order = make.order((product, 1), payment="counter", location_id=point.pk, at=timezone.now())
    payments.take_cash(order=order, amount=order.total_incl_tax, key="counter", by=people.mai(), at=timezone.now())
    checkout.cancel(order=order, by=people.tam(), reason="shopper", at=timezone.now())
    return Refund.objects.get()


def given_up(name: str = "evt_1") -> PaymentEvent:
    """A word about something that is not ours, tried until the last time."""
    word = payments.record_event(
        gateway="stripe", source_id=name, kind="charge.refunded", object_id="pi_1", payload={}, at=timezone.now()
    )
    while word.next_try_at:
        payments.event_postponed(event_id=word.pk, error="no order of ours", at=timezone.now())
        word.refresh_from_db()
    return word


def _parked(till: Till, product: Product) -> TillEvent:
    """Sold under a code that nobody knows."""
    event = make.till_event(product, sequence=7, line={"code": "SP-LA"})
    report = tills.Report(UUID(event["uuid"]), 7, "sale", timezone.now(), event)
    tills.accept(till=till, reports=[report], at=timezone.now())
    tills.record_next(till_id=till.pk, at=timezone.now())
    return till.events.get()


@pytest.fixture
def world(db: None) -> World:
    load_groups(groups=[{"code": "I", "name": "Thực phẩm", "name_en": "Food"}])
    now = timezone.now()
    people.tam(), people.lan()
    producer = make.producer()
    product = make.product("Mật thốt nốt", producer=producer, stars=None)
    certificate = make.certificate(product, decided_on=timezone.localdate() - timedelta(days=100))
    point = make.location("Điểm OCOP Long Xuyên")
    make.stock(product, 10, at_place=point, at=now, lot_code="L1")
    order = make.order((product, 2), payment="counter", location_id=point.pk, at=now)
    till, _token = make.till(point)
    notice = Notice.objects.create(kind="order_placed", key="x", email="lan@example.vn")
    letter = Delivery.objects.create(notice=notice, status="failed", next_try_at=now)
    return World(
        producer=producer, product=product, change=start_change(product=product, by=people.hung()), point=point,
        parcel=order.fulfilments.get(), certificate=certificate, till=till, event=_parked(till, product), zone=make.tariff(), letter=letter, order=order,
        refund=_owed(product, point), word=given_up(),
    )  # fmt: skip


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def mai(world: World) -> Client:
    return signed_in(people.mai())


@pytest.fixture
def hung(world: World) -> Client:
    return signed_in(people.hung())


@pytest.fixture
def tam(world: World) -> Client:
    return signed_in(people.tam())
