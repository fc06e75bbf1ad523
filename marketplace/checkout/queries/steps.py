"""The way of an order and of its parcels, step by step."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order


@dataclass(frozen=True)
class Step:
    """`state` is done, now or todo."""

    label: str
    at: datetime | None
    state: str
    note: str = ""


def steps_of_order(order: Order) -> list[Step]:
    """Placed, paid, done; or placed and cancelled."""
    placed = (_("Ordered"), order.date_placed)
    if order.status == Order.Status.CANCELLED:
        return [_done(*placed), Step(_("Cancelled"), order.cancelled_at, "done", order.cancel_label)]
    done = order.status == Order.Status.COMPLETED
    paid, last = (_("Paid"), order.paid_at), (_("Completed"), None)
    rows = [placed, paid, last] if order.payment_method == Order.Method.CARD else [placed, last]
    return _way(rows, reached=len(rows) if done else sum(1 for _label, at in rows if at))


def steps_of_parcel(one: Fulfilment) -> list[Step]:
    """Picked, packed, then ready and collected or shipped and delivered; a failure or cancellation ends it early."""
    rows = [(_("Being picked"), one.picking_at), (_("Packed"), one.packed_at)]
    if one.method == Fulfilment.Method.PICKUP:
        rows += [(_("Ready for pickup"), one.ready_at), (_("Collected"), one.finished_at)]
    else:
        rows += [(_("Handed to the carrier"), one.shipped_at), (_("Delivered"), one.finished_at)]
    if one.status in (Fulfilment.Status.FAILED, Fulfilment.Status.CANCELLED):
        reached = [_done(*row) for row in rows[:-1] if row[1]]
        return [*reached, Step(str(one.get_status_display()), one.finished_at, "done")]
    return _way(rows, reached=sum(1 for _label, at in rows if at))


def _way(rows: list[tuple[str, datetime | None]], reached: int) -> list[Step]:
    states = ["done"] * reached + ["now"] + ["todo"] * len(rows)
    return [Step(label, at, state) for (label, at), state in zip(rows, states, strict=False)]


def _done(label: str, at: datetime | None) -> Step:
    return Step(label, at, "done")
