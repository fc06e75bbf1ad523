"""Picking, packing and handing over. Every step locks the order first, and the ledger follows the goods."""

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
from marketplace.shipping.models import Carrier
from marketplace.stock import actions as stock

from .. import notices
from ..models import Fulfilment, new_code
from ..queries import cash_due, line_ids, load
from . import cash
from .coming import refuse_coming
from .disputes import refuse_disputed
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


@transaction.atomic
def start_picking(*, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """Somebody takes the goods off the shelf; the shopper can no longer cancel alone."""
    _lock(fulfilment, Status.OPEN)
    refuse_disputed(fulfilment=fulfilment)
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
    refuse_disputed(fulfilment=fulfilment)
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
    refuse_disputed(fulfilment=fulfilment)
    _given(fulfilment, Status.COLLECTED, by, at)
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
def ship(
    *, fulfilment: Fulfilment, by: Any, at: datetime, carrier: str = "", tracking_number: str = "",
    known: Carrier | None = None, own: bool = False,
) -> None:  # fmt: skip
    """The carrier has the parcel and the shopper can follow it; or the place's own people bring it.

    `known`: a carrier that the shop exchanges its news with.
    """
    carrier, tracking_number = " ".join(carrier.split()), tracking_number.strip()
    if own:
        carrier = tracking_number = ""
    elif not carrier or not tracking_number:
        raise NoTracking
    _lock(fulfilment, Status.PACKED, method=Method.DELIVERY)
    refuse_disputed(fulfilment=fulfilment)
    facts: dict[str, Any] = {"carrier": carrier, "by_carrier": known, "tracking_number": tracking_number}
    sent: dict[str, Any] = {"cash_told": cash_due(fulfilment), "grams": load(fulfilment).grams}
    _move(fulfilment, Status.SHIPPED, by, shipped_at=at, **facts, **sent)
    _issue(fulfilment, by, at)
    notices.shipped(fulfilment)


@transaction.atomic
def delivered(*, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """The buyer has the parcel, at once or after all, and has paid the carrier where cash was due."""
    _lock(fulfilment, Status.SHIPPED, Status.FAILED, method=Method.DELIVERY)
    _given(fulfilment, Status.DELIVERED, by, at, failure="", failure_note="")
    complete_if_done(order=fulfilment.order)
    notices.delivered(fulfilment)


@transaction.atomic
def fail(*, fulfilment: Fulfilment, by: Any, reason: str, at: datetime, why: str = Fulfilment.Failure.OTHER) -> None:
    """The parcel was not taken at the door and comes back; no cash was taken. `why` counts, `reason` is in words."""
    _lock(fulfilment, Status.SHIPPED)
    _move(
        fulfilment,
        Status.FAILED,
        by,
        note={"why": why, "reason": reason},
        finished_at=at,
        failure=why,
        failure_note=reason,
    )
    notices.undelivered(fulfilment, reason)


@transaction.atomic
def put_back(*, fulfilment: Fulfilment, by: Any, spoiled: bool, at: datetime, why: str = "") -> None:
    """A parcel that came back is on the shelf again, or written off. What becomes of the order is the conductor's.

    `why` it was not taken, where nobody had said so before.
    """
    _lock(fulfilment, Status.FAILED)
    unsaid = fulfilment.failure in ("", Fulfilment.Failure.OTHER)
    failure = why if why and unsaid else fulfilment.failure
    _move(fulfilment, Status.CANCELLED, by, note={"spoiled": spoiled, "why": failure}, failure=failure)
    stock.put_back(**_goods(fulfilment), by=by, at=at, spoiled=spoiled)


@transaction.atomic
def lose(*, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """The carrier will never bring it, neither there nor back. What becomes of the order is the conductor's."""
    _lock(fulfilment, Status.SHIPPED, Status.FAILED)
    _move(fulfilment, Status.CANCELLED, by, note={"reason": Order.Because.LOST}, finished_at=at)


@transaction.atomic
def leave_out(*, fulfilment: Fulfilment, because: str, by: Any, at: datetime) -> None:
    """The locked order goes on without the parcel: nobody works on it, and what was kept for it is free."""
    if fulfilment.status != Status.CANCELLED:
        _move(fulfilment, Status.CANCELLED, by, finished_at=at)
    if not fulfilment.shipped_at:
        _let_go(fulfilment, at)
    fulfilment.off_because = because
    fulfilment.save(update_fields=["off_because"])
    journal.note(fulfilment, "fulfilment.left_out", by=by, reason=because)
    end_all(at=at, fulfilment=fulfilment)


def _let_go(fulfilment: Fulfilment, at: datetime) -> None:
    where = None if fulfilment.gathers else fulfilment.location_id  # what is gathered may be kept, or travel, elsewhere
    stock.release(order_id=fulfilment.order_id, location_id=where, line_ids=line_ids(fulfilment), at=at)


@transaction.atomic
def cancel_all(*, order: Order, by: Any, at: datetime) -> None:
    """Nobody works on the locked order any more."""
    for fulfilment in Fulfilment.objects.filter(order=order, status__in=Fulfilment.UNDER_WAY):
        _move(fulfilment, Status.CANCELLED, by, finished_at=at)
    end_all(at=at, fulfilment__order=order)


def _lock(fulfilment: Fulfilment, *steps: str, method: str | None = None) -> None:
    """Locks the order, reads the parcel anew, and refuses unless the step begins there."""
    order = orders.lock(fulfilment.order_id)
    fulfilment.refresh_from_db()
    fulfilment.order = order
    if order.status != Order.Status.CONFIRMED:
        raise OrderNotConfirmed(status=order.status_label)
    if fulfilment.status not in steps or (method and fulfilment.method != method):
        raise WrongStep(status=fulfilment.get_status_display())


def _move(fulfilment: Fulfilment, to: str, by: Any, note: dict[str, Any] | None = None, **changes: Any) -> None:
    fulfilment.status = to
    for name, value in changes.items():
        setattr(fulfilment, name, value)
    fulfilment.save(update_fields=["status", *changes])
    journal.note(fulfilment, f"fulfilment.{to}", by=by, **(note or {}))


def _issue(fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    stock.issue(**_goods(fulfilment), by=by, at=at, picked_at=fulfilment.picking_at)


def _goods(fulfilment: Fulfilment) -> dict[str, Any]:
    """What the ledger keeps for the parcel: its place may have another of the same order, sent or collected."""
    return {
        "order_id": fulfilment.order_id, "location_id": fulfilment.location_id, "line_ids": line_ids(fulfilment),
        "cause": f"fulfilment:{fulfilment.pk}",
    }  # fmt: skip


def _given(fulfilment: Fulfilment, to: str, by: Any, at: datetime, **changes: Any) -> None:
    """The buyer has the goods, and has paid what was due for them."""
    amount = cash_due(fulfilment)
    _move(fulfilment, to, by, finished_at=at, **changes)
    cash.take(fulfilment=fulfilment, amount=amount, by=by, at=at)


def complete_if_done(*, order: Order) -> None:
    """Once the buyer of the locked order has every parcel that it still has. One that came back is waited for."""
    done = (Status.COLLECTED, Status.DELIVERED)
    if not Fulfilment.objects.filter(order=order).living().exclude(status__in=done).exists():
        orders.complete(order=order)
