"""A large order in cash is confirmed by its shopper: until then its goods are only kept for some hours."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.fulfilment import actions as fulfilments
from marketplace.journal import actions as journal
from marketplace.order import actions as orders
from marketplace.order.models import Order

from .. import notices
from .paying import TimeOver
from .settling import still_there


class NothingToConfirm(Refused):
    """It waits for money, or has ended."""

    sentence = _("This order is “%(status)s”; there is nothing to confirm.")
    code = "order_nothing_to_confirm"


@transaction.atomic
def confirm_cash(*, order: Order, by: Any, at: datetime) -> None:
    """The order goes on and its goods stay held; those who pick know. Confirmed twice it is confirmed once."""
    locked = orders.lock(order.pk)
    if locked.in_cash and locked.status in (Order.Status.CONFIRMED, Order.Status.COMPLETED):
        return
    if not locked.awaits_confirmation:
        raise NothingToConfirm(status=locked.status_label)
    if locked.pay_by is None or locked.pay_by <= at or not still_there(order=locked, at=at):
        raise TimeOver
    orders.confirm(order=locked)
    journal.note(locked, "order.cash_confirmed", by=by)
    notices.cash_confirmed(locked, fulfilments.promise(order=locked, at=at))
