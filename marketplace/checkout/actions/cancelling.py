"""An order that will not be: goods back on sale, money on its way back, everybody told."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
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
    """The order is cancelled before anybody began to pick what is left of it; what was paid is due back."""
    locked = orders.lock(order.pk)
    if locked.status not in (Order.Status.AWAITING_PAYMENT, Order.Status.CONFIRMED):
        raise TooLate(status=locked.status_label)
    if Fulfilment.objects.filter(order=locked, off_because="").begun().exists():
        raise PickingBegun
    undo(order=locked, reason=reason, by=by, at=at)


def undo(*, order: Order, reason: str, by: Any, at: datetime) -> None:
    """The locked order and all that hangs on it ends; open payment pages are closed by the next settlement."""
    orders.cancel(order=order, reason=reason, by=by, at=at)
    if reason not in (Order.Because.UNDELIVERED, Order.Because.LOST):  # what was sent has used its voucher
        give_back_offers(order=order)
    fulfilments.cancel_all(order=order, by=by, at=at)
    stock.release(order_id=order.pk, at=at)
    refund = False
    for source in order.sources.select_related("source_type"):
        refund = _undo_payment(order, source, at) or refund
    notices.cancelled(order, refund=refund and reason != Order.Because.DISPUTED)


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
