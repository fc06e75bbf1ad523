"""Parcels that wait for goods from other places, and what their shoppers are promised."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace import rows
from marketplace.errors import Refused, one_by_one
from marketplace.journal import actions as journal
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock import queries

from .. import notices
from ..models import Fulfilment
from ..queries import IN_PARCELS, When, as_promised, breaks, brought_to, late_parcels, on_the_way, rates_to, when_with

Status = Fulfilment.Status
NEWS = timedelta(hours=1)  # by less than that on the same day nobody plans anew
AT_ONCE = 100
PROMISE = ("promised_at", "arrives_on", "first_promised_at", "first_arrives_on")


class StillComing(Refused):
    """The order is packed when all of it is there."""

    sentence = _("%(quantity)s pieces of this order are still to come from %(places)s. Pack it when they are here.")
    code = "fulfilment_still_coming"


def refuse_coming(*, fulfilment: Fulfilment) -> None:
    """Nothing is picked while some of it is elsewhere."""
    coming = on_the_way(fulfilment)
    if coming:
        places = ", ".join(dict.fromkeys(one.source for one in coming))
        raise StillComing(quantity=sum(one.quantity for one in coming), places=places)


def promise(*, order: Order, at: datetime) -> list[Fulfilment]:
    """The places begin now: each parcel of the locked order is promised from their hours and from what is still to come.

    The parcels, with what is in them.
    """
    found = _open(order, at)
    there = rates_to(order.pk) if any(not one.is_pickup for one, _coming in found) else None
    for one, coming in found:
        before, when = as_promised(one), when_with(one, coming, at, there=there)
        one.promised_at, one.arrives_on = when
        if before.day and when.day and when.day > before.day:
            _remember(one, before)
    rows.update(Fulfilment, PROMISE, [(one.pk, *(getattr(one, name) for name in PROMISE)) for one, _coming in found])
    return [one for one, _coming in found if one.lines.all()]


def promise_anew(*, order: Order, parcels: Iterable[Fulfilment], at: datetime) -> None:
    """The same of these, where the shopper knows of an earlier promise: of another day, or hours later, they hear."""
    for one, coming in _open(order, at, pk__in={parcel.pk for parcel in parcels}):
        _keep(one, when_with(one, coming, at), at)


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
        for one, coming in _open(order, at, gathers=True):
            if any(awaited.transfer.pk == transfer.pk for awaited in coming):
                _keep(one, when_with(one, coming, at), at)


def keep_promises(*, at: datetime) -> None:
    """No parcel stays promised for a day on which its goods cannot be there, and no list says a day that is over."""
    one_by_one(late_parcels(at)[:AT_ONCE], lambda order_id: _look(order_id, at))


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
    for one, coming in _open(order, at, gathers=True):
        if breaks(one, coming, at):
            _keep(one, when_with(one, coming, at, later=True), at)


def _open(order: Order, at: datetime, **which: Any) -> list[tuple[Fulfilment, list[queries.Awaited]]]:
    """Parcels that nobody has begun to pick, each with what it waits for; and with all that their promises are made of."""
    parcels = Fulfilment.objects.filter(order=order, status=Status.OPEN, **which).select_related("location")
    found = list(parcels.prefetch_related("location__hours", IN_PARCELS).order_by("pk"))
    coming = queries.awaited(at=at, order_id=order.pk) if any(one.gathers for one in found) else []
    for one in found:
        one.order = order
    return [(one, brought_to(one, coming)) for one in found]


def _keep(one: Fulfilment, when: When, at: datetime) -> None:
    """The new promise is the one that counts; whoever would come too early, or wait in vain, hears of it."""
    before, (one.promised_at, one.arrives_on) = as_promised(one), when
    if one.order.status == Order.Status.CONFIRMED and _is_news(before, when):
        _remember(one, before)
        said = {"before": before.moment, "promised_at": when.moment}
        journal.note(one, "fulfilment.promised_anew", **{name: day.isoformat() for name, day in said.items() if day})
        notices.promised_anew(one, before, at=at)
    one.save(update_fields=PROMISE)


def _remember(one: Fulfilment, before: When) -> None:
    """It was promised for sooner once: who works with it sees so, and what does not keep so long is others."""
    one.first_promised_at = one.first_promised_at or before.promised_at
    one.first_arrives_on = one.first_arrives_on or before.arrives_on


def _is_news(before: When, when: When) -> bool:
    if before.day is None or when.day is None:
        return False
    hours_later = before.promised_at and when.promised_at and when.promised_at - before.promised_at >= NEWS
    return before.day != when.day or bool(hours_later)
