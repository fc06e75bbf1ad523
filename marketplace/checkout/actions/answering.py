"""What a shopper wants done about pieces that nobody has: wait for them, or have the money back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused, one_by_one
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.order import actions as orders
from marketplace.order.models import Order

from .. import notices
from .cancelling import undo
from .leaving_out import emptied
from .settling import take_transfers
from .squaring import square

RUNNING = (Order.Status.AWAITING_PAYMENT, Order.Status.CONFIRMED)


class NothingToChoose(Refused):
    """The pieces were found, taken off, or the order has ended."""

    sentence = _("This has been settled meanwhile; there is nothing left to choose.")
    code = "shortage_settled"


@transaction.atomic
def answer_shortage(*, short: ShortLine, choice: str, by: Any, at: datetime) -> None:
    """The missing pieces are waited for, or the order goes on without them and their money goes back."""
    order, now = _lock(short.pk)
    if now.closed_at or order.status not in RUNNING:
        raise NothingToChoose
    fulfilments.shortages.choose(short=now, choice=choice, by=by, at=at)
    if choice == ShortLine.Choice.MONEY:
        _give_up(order, now, at)


def give_up_overdue(*, at: datetime) -> None:
    """Who has waited long enough has the money back without asking."""
    one_by_one(ShortLine.objects.overdue(at).values_list("pk", flat=True)[:100], lambda pk: _give_up_overdue(pk, at))


@transaction.atomic
def _give_up_overdue(short_id: int, at: datetime) -> None:
    order, short = _lock(short_id)
    if short.closed_at is None and order.status in RUNNING:
        _give_up(order, short, at)


def _lock(short_id: int) -> tuple[Order, ShortLine]:
    """The order first, then what is known of its pieces now."""
    order_id = ShortLine.objects.values_list("fulfilment__order_id", flat=True).get(pk=short_id)
    order = orders.lock(order_id)
    return order, ShortLine.objects.select_related("fulfilment", "line").get(pk=short_id)


def _give_up(order: Order, short: ShortLine, at: datetime) -> None:
    """The locked order goes on without the pieces, or ends when nothing of it is left."""
    before = order.due
    fulfilments.shortages.end(short=short, outcome=ShortLine.Outcome.MONEY_BACK, at=at)
    orders.take_off(order=order, line_id=short.line_id, quantity=short.quantity)
    fulfilments.shortages.take_off(fulfilment=short.fulfilment, line_id=short.line_id, quantity=short.quantity, at=at)
    if not Fulfilment.objects.filter(order=order).living().exists():
        undo(order=order, reason=Order.Because.SHORT, by=None, at=at)
        return
    if not short.fulfilment.lines.exists():
        emptied(order=order, parcel=short.fulfilment, because=Order.Because.SHORT)
    square(order=order, key=str(short.pk), at=at)
    notices.pieces_taken_off(order, short, before - order.due)
    take_transfers(order=order, at=at)  # what has come may be enough now
    if order.status == Order.Status.CONFIRMED:
        fulfilments.complete_if_done(order=order)
