"""The money for a return of goods that were paid in cash, out of the drawer of the place that took them in again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.fulfilment.models import Return
from marketplace.journal import actions as journal
from marketplace.order.models import Order
from marketplace.payment import actions as payments

from .. import notices
from ..queries.returned import refund_of
from .returning import lock


class NothingToPayOut(Refused):
    """The return was not paid, or the buyer had still to pay as much."""

    sentence = _("Nothing is to be paid back for this return.")
    code = "return_nothing_to_pay_out"


class NotInCash(Refused):
    """What came by card or transfer goes back that way."""

    sentence = _("This order was paid otherwise (%(way)s): the money goes back the same way, not out of the drawer.")
    code = "return_not_in_cash"


@transaction.atomic
def pay_out_return(*, asked: Return, by: Any, at: datetime) -> None:
    """The buyer has the money for the return out of the drawer of its place; the next cash-up there counts it."""
    lock(asked, Return.Status.SETTLED)
    order, refund = asked.fulfilment.order, refund_of(asked)
    if refund is None:
        raise NothingToPayOut
    if refund.source.source_type.code not in Order.IN_CASH:
        raise NotInCash(way=order.get_payment_method_display())
    payments.refund_paid_out(refund=refund, location_id=asked.fulfilment.location_id, by=by, at=at)
    journal.note(asked, "return.paid_out", by=by, amount=int(refund.amount))
    notices.refunded(refund, by_hand=True, place=asked.fulfilment.location.name)
