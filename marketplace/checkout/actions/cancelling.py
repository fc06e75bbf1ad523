"""An order that will not be: goods back on sale, money on its way back, everybody told."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused, one_by_one
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import uncollected
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.models import Source
from marketplace.stock import actions as stock

from .. import notices
from .offering import give_back_offers
from .refunding import give_back


class TooLate(Refused):
    """Cancelled or completed already."""

    sentence = _("This order is “%(status)s” and cannot be cancelled any more.")
    code = "order_cancel_too_late"


class PickingBegun(Refused):
    """Somebody holds the goods in their hands."""

    sentence = _("The goods are being packed already. Please call the sales point.")
    code = "order_picking_begun"


@transaction.atomic
def cancel(*, order: Order, by: Any, reason: str, at: datetime) -> None:
    """The order is cancelled before anybody began to pick it; what was paid is due back."""
    locked = orders.lock(order.pk)
    if locked.status not in (Order.Status.AWAITING_PAYMENT, Order.Status.CONFIRMED):
        raise TooLate(status=locked.status_label)
    if Fulfilment.objects.filter(order=locked).begun().exists():
        raise PickingBegun
    undo(order=locked, reason=reason, by=by, at=at)


def cancel_uncollected(*, at: datetime) -> int:
    """Orders nobody came for by their last day are cancelled and refunded. How many."""
    return sum(one_by_one(uncollected(timezone.localdate(at)), lambda order_id: _cancel_uncollected(order_id, at)))


@transaction.atomic
def _cancel_uncollected(order_id: int, at: datetime) -> bool:
    order = orders.lock(order_id)
    waits = Fulfilment.objects.filter(order=order).exclude(status=Fulfilment.Status.READY).exists()
    if order.status != Order.Status.CONFIRMED or waits:
        return False
    undo(order=order, reason=Order.Because.UNCOLLECTED, by=None, at=at)
    return True


@transaction.atomic
def take_back(*, fulfilment: Fulfilment, by: Any, spoiled: bool, at: datetime) -> None:
    """An undelivered parcel is on the shelf again, or written off; the order ends with its only parcel."""
    fulfilments.put_back(fulfilment=fulfilment, by=by, spoiled=spoiled, at=at)
    order = fulfilment.order
    if not Fulfilment.objects.filter(order=order).exclude(status=Fulfilment.Status.CANCELLED).exists():
        undo(order=order, reason=Order.Because.UNDELIVERED, by=by, at=at)


def undo(*, order: Order, reason: str, by: Any, at: datetime) -> None:
    """The locked order and all that hangs on it ends; open payment pages are closed by the next settlement."""
    orders.cancel(order=order, reason=reason, by=by, at=at)
    if reason != Order.Because.UNDELIVERED:  # what was sent and not taken has used its voucher
        give_back_offers(order=order)
    fulfilments.cancel_all(order=order, by=by, at=at)
    stock.release(order_id=order.pk, at=at)
    refund = False
    for source in order.sources.select_related("source_type"):
        refund = _undo_payment(order, source, at) or refund
    notices.cancelled(order, refund=refund)


def _undo_payment(order: Order, source: Source, at: datetime) -> bool:
    """True when money is due back."""
    if source.state == Source.State.OPEN and source.source_type.code == payments.CARD and source.reference:
        payments.look_again(source=source, at=at)
    elif source.state == Source.State.OPEN:
        payments.close(source=source)
    left = source.amount_debited - sum(one.amount for one in source.refunds.all())
    if left > 0:
        key = f"{order.number}-{source.attempt}-cancelled"
        give_back(source=source, amount=left, reason="cancelled", key=key, at=at)
    return left > 0
