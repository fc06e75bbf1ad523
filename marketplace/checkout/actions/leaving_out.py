"""A parcel of an order that will not reach its buyer: its part of the money goes back, and the other parcels live on."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.errors import one_by_one
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import uncollected
from marketplace.order import actions as orders
from marketplace.order.models import Line, Order
from marketplace.payment.disputes.queries import holds

from .. import notices
from ..queries.bargains import bargains_of
from .cancelling import PickingBegun, TooLate, undo
from .conditions import refuse_cheaper
from .squaring import square

Because, Status = Order.Because, Fulfilment.Status


@transaction.atomic
def cancel_parcel(*, fulfilment: Fulfilment, because: str, by: Any, at: datetime) -> None:
    """One parcel is cancelled before anybody began to pick it; the order goes on without it.

    Its shopper keeps no price and no offer that the rest would not have got; who goes without by the shop's doing keeps all.
    """
    order, parcel = _lock(fulfilment.pk)
    if order.status != Order.Status.CONFIRMED:
        raise TooLate(status=order.status_label)
    if parcel.status != Status.OPEN:
        raise PickingBegun
    if because == Because.SHOPPER and not _is_last(order, parcel):
        lines = list(Line.objects.filter(order=order).select_related("box", "stockrecord", "product").order_by("pk"))
        wanted = {part.line_id: part.quantity for part in parcel.lines.all()}
        refuse_cheaper(bargains=bargains_of(order, lines), lines=lines, wanted=wanted)
    leave_out(order=order, parcel=parcel, because=because, by=by, at=at)


def cancel_uncollected(*, at: datetime) -> int:
    """What nobody came for by its last day is left out of its order, or is its end. How many parcels."""
    return sum(one_by_one(uncollected(timezone.localdate(at)), lambda pk: _cancel_uncollected(pk, at)))


@transaction.atomic
def _cancel_uncollected(fulfilment_id: int, at: datetime) -> bool:
    order, parcel = _lock(fulfilment_id)
    late = parcel.collect_by is not None and parcel.collect_by < timezone.localdate(at)
    waits = parcel.status == Status.READY and late and not holds(order.pk)  # or nobody could have collected it
    if order.status != Order.Status.CONFIRMED or not waits:
        return False
    leave_out(order=order, parcel=parcel, because=Because.UNCOLLECTED, by=None, at=at)
    return True


@transaction.atomic
def take_back(*, fulfilment: Fulfilment, by: Any, spoiled: bool, at: datetime, why: str = "") -> None:
    """An undelivered parcel is on the shelf again, or written off; its order goes on without it, or ends."""
    fulfilments.put_back(fulfilment=fulfilment, by=by, spoiled=spoiled, why=why, at=at)
    leave_out(order=fulfilment.order, parcel=fulfilment, because=Because.UNDELIVERED, by=by, at=at)


@transaction.atomic
def lose(*, fulfilment: Fulfilment, by: Any, at: datetime) -> None:
    """A parcel is lost on its way; its order goes on without it, or ends."""
    fulfilments.lose(fulfilment=fulfilment, by=by, at=at)
    leave_out(order=fulfilment.order, parcel=fulfilment, because=Because.LOST, by=by, at=at)


def leave_out(*, order: Order, parcel: Fulfilment, because: str, by: Any, at: datetime) -> None:
    """The locked order goes on without the parcel and what it costs; it ends with the last one that its buyer was to have."""
    if _is_last(order, parcel):
        undo(order=order, reason=because, by=by, at=at)
        return
    before = order.due
    fulfilments.leave_out(fulfilment=parcel, because=because, by=by, at=at)
    for part in parcel.lines.all():
        orders.take_off(order=order, line_id=part.line_id, quantity=part.quantity)
    orders.waive(order=order, amount=parcel.fee)
    square(order=order, key=f"parcel-{parcel.pk}", reason="parcel", at=at)
    notices.parcel_left_out(order, parcel, before - order.due)
    fulfilments.complete_if_done(order=order)


def _is_last(order: Order, parcel: Fulfilment) -> bool:
    return not Fulfilment.objects.filter(order=order).living().exclude(pk=parcel.pk).exists()


def emptied(*, order: Order, parcel: Fulfilment, because: str) -> None:
    """All the parcel's pieces were taken off: nobody sends it, and nobody pays for its way."""
    orders.waive(order=order, amount=parcel.fee)
    parcel.off_because = because
    parcel.save(update_fields=["off_because"])


def _lock(fulfilment_id: int) -> tuple[Order, Fulfilment]:
    """The order first, then the parcel as it is now."""
    order = orders.lock(Fulfilment.objects.values_list("order_id", flat=True).get(pk=fulfilment_id))
    return order, Fulfilment.objects.select_related("location").get(pk=fulfilment_id)
