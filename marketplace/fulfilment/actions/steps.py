"""Picking, packing and handing over. Every step locks the order first, and the ledger follows the goods."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.stock import actions as stock
from marketplace.stock.routing import Parcel

from .. import notices
from ..models import Fulfilment, FulfilmentLine
from ..queries import cash_due
from .coming import refuse_coming
from .shortages import end_all, refuse_incomplete

Status, Method = Fulfilment.Status, Fulfilment.Method
TRIES = 5  # wrong codes, then a new one must be sent


class WrongStep(Refused):
    """The parcel is not where this step begins."""

    sentence = _("This parcel is now “%(status)s”; this step is not possible.")
    code = "fulfilment_wrong_step"


class OrderNotConfirmed(Refused):
    """Nothing moves for an order that is not paid, or is cancelled."""

    sentence = _("The order is “%(status)s”; nothing may be picked or handed over.")
    code = "fulfilment_order_not_confirmed"


class WrongCode(Refused):
    """Not the code that the shopper was sent."""

    sentence = _("This is not the order's code. Tries left: %(left)s.")
    code = "fulfilment_wrong_code"


class CodeBlocked(Refused):
    """Too many wrong codes."""

    sentence = _("The code was wrong too many times and no longer works. Send the shopper a new one.")
    code = "fulfilment_code_blocked"


class NoTracking(Refused):
    """A parcel that nobody could follow."""

    sentence = _("Give the carrier and the tracking number.")
    code = "fulfilment_no_tracking"


def new_code() -> str:
    """Six digits, easily read out at a counter."""
    return f"{secrets.randbelow(10**6):06}"


@transaction.atomic(savepoint=False)
def open_for(
    *, order: Order, parcels: Iterable[Parcel], collect_on: date | None = None, promised_at: datetime | None = None
) -> list[Fulfilment]:
    """Each location knows what it gives to the order and, of a pickup, by when."""
    parcels = list(parcels)
    method = Method.PICKUP if order.is_pickup else Method.DELIVERY
    opened = Fulfilment.objects.bulk_create(
        Fulfilment(
            order=order, location_id=parcel.location_id, method=method, routing=parcel.reason, collect_on=collect_on,
            code=new_code() if order.is_pickup else "", promised_at=promised_at,
        )
        for parcel in parcels
    )  # fmt: skip
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=one, line_id=line_id, quantity=quantity)
        for one, parcel in zip(opened, parcels, strict=True)
        for line_id, quantity in parcel.lines
    )
    return opened


@transaction.atomic
def start_picking(*, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """Somebody takes the goods off the shelf; the shopper can no longer cancel alone."""
    _lock(fulfilment, Status.OPEN)
    refuse_coming(fulfilment=fulfilment)
    refuse_incomplete(fulfilment=fulfilment)
    _move(fulfilment, Status.PICKING, by, picking_at=at)


@transaction.atomic
def pack(*, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """The parcel is closed."""
    _lock(fulfilment, Status.PICKING)
    _move(fulfilment, Status.PACKED, by, packed_at=at)


@transaction.atomic
def mark_ready(*, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """The parcel waits at the counter; the shopper has the code and knows until when."""
    _lock(fulfilment, Status.PACKED, method=Method.PICKUP)
    first_day = max(timezone.localdate(at), fulfilment.collect_on or date.min)
    last_day = first_day + timedelta(days=fulfilment.location.pickup_days)
    _move(fulfilment, Status.READY, by, ready_at=at, collect_by=last_day)
    notices.ready(fulfilment)


def hand_over(*, fulfilment: Fulfilment, by: Any, code: str, at: datetime) -> None:
    """The buyer holds the goods; the ledger, the till and the order know it. A wrong code is counted."""
    blocked = not Fulfilment.objects.filter(pk=fulfilment.pk, wrong_codes__lt=TRIES).exists()
    if blocked:
        raise CodeBlocked
    if not constant_time_compare(code.strip(), fulfilment.code):
        _count_wrong_code(fulfilment, by)
    _hand_over(fulfilment, by, at)


@transaction.atomic
def _hand_over(fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    _lock(fulfilment, Status.READY)
    _take_cash(fulfilment, by, at)
    _move(fulfilment, Status.COLLECTED, by, finished_at=at)
    _issue(fulfilment, by, at)
    complete_if_done(order=fulfilment.order)
    notices.handed_over(fulfilment)


def _count_wrong_code(fulfilment: Fulfilment, by: Any) -> None:
    """The try stays counted although the step is refused."""
    tried = Fulfilment.objects.filter(pk=fulfilment.pk, status=Status.READY)
    if not tried.update(wrong_codes=F("wrong_codes") + 1):
        fulfilment.refresh_from_db(fields=["status"])
        raise WrongStep(status=fulfilment.get_status_display())
    fulfilment.refresh_from_db(fields=["wrong_codes"])
    journal.note(fulfilment, "fulfilment.wrong_code", by=by)
    left = TRIES - fulfilment.wrong_codes
    raise WrongCode(left=left) if left > 0 else CodeBlocked


@transaction.atomic
def send_new_code(*, fulfilment: Fulfilment, by: Any) -> None:
    """The old code is worthless, the shopper has another."""
    _lock(fulfilment, Status.READY)
    fulfilment.code, fulfilment.wrong_codes = new_code(), 0
    fulfilment.save(update_fields=["code", "wrong_codes"])
    journal.note(fulfilment, "fulfilment.new_code", by=by)
    notices.ready(fulfilment)


@transaction.atomic
def ship(*, fulfilment: Fulfilment, by: Any, carrier: str, tracking_number: str, at: datetime) -> None:
    """The carrier has the parcel; the shopper can follow it."""
    carrier, tracking_number = carrier.strip(), tracking_number.strip()
    if not carrier or not tracking_number:
        raise NoTracking
    _lock(fulfilment, Status.PACKED, method=Method.DELIVERY)
    _move(fulfilment, Status.SHIPPED, by, shipped_at=at, carrier=carrier, tracking_number=tracking_number)
    _issue(fulfilment, by, at)
    notices.shipped(fulfilment)


@transaction.atomic
def delivered(*, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """The buyer has the parcel, and has paid the carrier where cash was due."""
    _lock(fulfilment, Status.SHIPPED)
    _take_cash(fulfilment, by, at)
    _move(fulfilment, Status.DELIVERED, by, finished_at=at)
    complete_if_done(order=fulfilment.order)
    notices.delivered(fulfilment)


@transaction.atomic
def fail(*, fulfilment: Fulfilment, by: Any, reason: str, at: datetime) -> None:
    """The carrier could not deliver and brings the parcel back; no cash was taken."""
    _lock(fulfilment, Status.SHIPPED)
    _move(fulfilment, Status.FAILED, by, note={"reason": reason}, finished_at=at)
    notices.undelivered(fulfilment, reason)


@transaction.atomic
def put_back(*, fulfilment: Fulfilment, by: Any, spoiled: bool, at: datetime) -> None:
    """A parcel that came back is on the shelf again, or written off. What becomes of the order is the conductor's."""
    _lock(fulfilment, Status.FAILED)
    _move(fulfilment, Status.CANCELLED, by, note={"spoiled": spoiled})
    cause, where = f"fulfilment:{fulfilment.pk}", fulfilment.location_id
    stock.put_back(order_id=fulfilment.order_id, location_id=where, by=by, at=at, cause=cause, spoiled=spoiled)


@transaction.atomic
def cancel_all(*, order: Order, by: Any, at: datetime) -> None:
    """Nobody works on the locked order any more."""
    for fulfilment in Fulfilment.objects.filter(order=order, status__in=Fulfilment.UNDER_WAY):
        _move(fulfilment, Status.CANCELLED, by, finished_at=at)
    end_all(order=order, at=at)


def _lock(fulfilment: Fulfilment, status: str, method: str | None = None) -> None:
    """Locks the order, reads the parcel anew, and refuses unless the step begins there."""
    order = orders.lock(fulfilment.order_id)
    fulfilment.refresh_from_db()
    fulfilment.order = order
    if order.status != Order.Status.CONFIRMED:
        raise OrderNotConfirmed(status=order.status_label)
    if fulfilment.status != status or (method and fulfilment.method != method):
        raise WrongStep(status=fulfilment.get_status_display())


def _move(fulfilment: Fulfilment, to: str, by: Any, note: dict[str, Any] | None = None, **changes: Any) -> None:
    fulfilment.status = to
    for name, value in changes.items():
        setattr(fulfilment, name, value)
    fulfilment.save(update_fields=["status", *changes])
    journal.note(fulfilment, f"fulfilment.{to}", by=by, **(note or {}))


def _issue(fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    cause = f"fulfilment:{fulfilment.pk}"
    stock.issue(order_id=fulfilment.order_id, location_id=fulfilment.location_id, by=by, at=at, cause=cause)


def _take_cash(fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    amount = cash_due(fulfilment)
    if not amount:
        return
    key = f"fulfilment:{fulfilment.pk}"
    source = payments.take_cash(order=fulfilment.order, amount=amount, key=key, by=by, at=at)
    if source.state == source.State.PAID:
        orders.paid(order=fulfilment.order, at=at)


def complete_if_done(*, order: Order) -> None:
    """Once the buyer of the locked order has every parcel. With one that came back it waits for the office."""
    done = (Status.COLLECTED, Status.DELIVERED)
    if not Fulfilment.objects.filter(order=order).with_goods().exclude(status__in=done).exists():
        orders.complete(order=order)
