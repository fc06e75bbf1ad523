"""Pickups that wait for goods from other places, and what their shoppers are promised."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused, one_by_one
from marketplace.journal import actions as journal
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock import queries

from .. import notices
from ..models import Fulfilment
from ..queries import breaks, late_pickups, ready_with

Status, Method = Fulfilment.Status, Fulfilment.Method
NEWS = timedelta(hours=1)  # by less than that on the same day nobody plans anew
AT_ONCE = 100


class StillComing(Refused):
    """The order is packed when all of it is there."""

    sentence = _("%(quantity)s pieces of this order are still to come from %(places)s. Pack it when they are here.")
    code = "fulfilment_still_coming"


def refuse_coming(*, fulfilment: Fulfilment) -> None:
    """Nothing is picked for a pickup while some of it is elsewhere."""
    coming = queries.on_the_way(fulfilment.order_id) if fulfilment.method == Method.PICKUP else []
    if coming:
        places = ", ".join(dict.fromkeys(one.source for one in coming))
        raise StillComing(quantity=sum(one.quantity for one in coming), places=places)


def promise(*, order: Order, at: datetime) -> None:
    """The point begins now: the locked order's pickup is promised from its hours and from what is still to come."""
    for one in _open_pickups(order):
        one.promised_at = ready_with(one, queries.awaited(at=at, order_id=order.pk), at)
        one.save(update_fields=["promised_at"])


def promise_anew(*, order: Order, at: datetime) -> None:
    """The same, where the shopper of the locked order knows of an earlier promise: of another day, or hours later, they hear."""
    for one in _open_pickups(order):
        _keep(one, ready_with(one, queries.awaited(at=at, order_id=order.pk), at), at)


@transaction.atomic
def send(*, transfer: Any, by: Any, at: datetime) -> None:
    """The goods have left; when they come too late for what a shopper was promised, the shopper knows."""
    order = orders.lock(transfer.order_id) if transfer.order_id else None
    stock.transfers.send(transfer=transfer, by=by, at=at)
    if order:
        _put_off(order, at)


@transaction.atomic
def expect(*, transfer: Any, on: date, by: Any, at: datetime) -> None:
    """Somebody at either end knows on which day the goods come, and so does the shopper who waits for them."""
    order = orders.lock(transfer.order_id) if transfer.order_id else None
    stock.expecting.expect(transfer=transfer, on=on, by=by, at=at)
    if order and order.status == Order.Status.CONFIRMED:
        promise_anew(order=order, at=at)


def keep_promises(*, at: datetime) -> None:
    """No pickup stays promised for a day on which its goods cannot be there, and no list says a day that is over."""
    one_by_one(late_pickups(at)[:AT_ONCE], lambda order_id: _look(order_id, at))


@transaction.atomic
def _look(order_id: int, at: datetime) -> None:
    order = orders.lock(order_id)
    if order.status != Order.Status.CONFIRMED:
        return
    for one in queries.awaited(at=at, order_id=order_id):
        if one.there_on != one.transfer.expected_on:
            stock.expecting.expect(transfer=one.transfer, on=one.there_on, by=None, at=at)
    _put_off(order, at)


def _put_off(order: Order, at: datetime) -> None:
    """Only to a later day: as long as the day still holds, the hour that was promised stands."""
    coming = queries.awaited(at=at, order_id=order.pk)
    for one in _open_pickups(order):
        if breaks(one, coming, at):
            _keep(one, ready_with(one, coming, at, later=True), at)


def _open_pickups(order: Order) -> list[Fulfilment]:
    """Those nobody has begun to pick."""
    rows = Fulfilment.objects.filter(order=order, method=Method.PICKUP, status=Status.OPEN) if order.is_pickup else ()
    return list(rows.select_related("location").prefetch_related("location__hours")) if rows else []


def _keep(one: Fulfilment, ready: datetime | None, at: datetime) -> None:
    """The new promise is the one that counts; whoever would come too early hears of it."""
    before, one.promised_at = one.promised_at, ready
    if before and ready and one.order.status == Order.Status.CONFIRMED and _is_news(before, ready):
        one.first_promised_at = one.first_promised_at or before
        journal.note(one, "fulfilment.promised_anew", before=before.isoformat(), promised_at=ready.isoformat())
        notices.promised_anew(one, before, at=at)
    one.save(update_fields=["promised_at", "first_promised_at"])


def _is_news(before: datetime, ready: datetime) -> bool:
    return timezone.localdate(before) != timezone.localdate(ready) or ready - before >= NEWS
