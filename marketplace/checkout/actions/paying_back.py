"""Returned goods are judged once, and what they cost goes back the way it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.fulfilment.models import Return, ReturnLine
from marketplace.money import ZERO
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.stock import actions as stock

from .. import notices
from .returning import end, lock
from .squaring import square

Status, Way = Return.Status, Return.Way


class NothingCame(Refused):
    """Then the return waits until it expires, or is declined."""

    sentence = _("Enter how many pieces have come, or wait for them.")
    code = "return_nothing_came"


class MoreThanAsked(Refused):
    sentence = _("Only %(asked)s pieces of “%(title)s” are to come back, not %(came)s.")
    code = "return_more_than_asked"


@dataclass(frozen=True, slots=True)
class Judged:
    """Of one line of a return: so many pieces can be sold again, so many are spoiled."""

    restocked: int = 0
    spoiled: int = 0

    @property
    def came(self) -> int:
        return self.restocked + self.spoiled


@transaction.atomic
def forgo_return(*, asked: Return, answer: str, by: Any, at: datetime) -> None:
    """The goods need not come back, and the buyer has the money."""
    lock(asked, Status.ASKED)
    for one in asked.lines.all():
        _came(one, one.quantity, Judged())
    _settle(asked, by, at, way=Way.KEEP, answer=answer.strip(), answered_at=at)


@transaction.atomic
def take_in_return(*, asked: Return, judged: Mapping[int, Judged], by: Any, at: datetime) -> None:
    """What has come is on the shelf again or written off, by one decision for each line, and is paid back.

    `judged` by the return's lines. What has not come is not paid.
    """
    lock(asked, Status.AWAITED)
    lines = {one.pk: one for one in asked.lines.select_related("line").order_by("pk")}
    found = {pk: one for pk, one in judged.items() if one.came and pk in lines}
    if not found:
        raise NothingCame
    for pk, one in found.items():
        if one.came > lines[pk].quantity or min(one.restocked, one.spoiled) < 0:
            raise MoreThanAsked(title=lines[pk].line.title, asked=lines[pk].quantity, came=one.came)
        _came(lines[pk], one.came, one)
    returned = [stock.Returned(lines[pk].line_id, one.restocked, one.spoiled) for pk, one in found.items()]
    about = {"order_id": asked.fulfilment.order_id, "location_id": asked.fulfilment.location_id}
    _settle(asked, by, at)
    stock.take_in(**about, returned=returned, cause=f"return:{asked.pk}", by=by, at=at)


def _came(one: ReturnLine, pieces: int, judged: Judged) -> None:
    one.came, one.restocked, one.spoiled = pieces, judged.restocked, judged.spoiled
    one.save(update_fields=["came", "restocked", "spoiled"])


def _settle(asked: Return, by: Any, at: datetime, **changes: Any) -> None:
    """The locked order costs so much less, and what was paid of it goes back."""
    order = asked.fulfilment.order
    for one in asked.lines.filter(came__gt=0).order_by("pk"):
        one.amount = orders.pay_for_return(order=order, line_id=one.line_id, quantity=one.came)
        one.save(update_fields=["amount"])
    fee = _delivery_fee(order, asked)
    if fee:
        orders.waive(order=order, amount=fee)
    back = square(order=order, key=str(asked.pk), at=at, reason="returned")
    end(asked=asked, status=Status.SETTLED, by=by, at=at, fee=fee, refunded=back, **changes)
    notices.return_settled(asked)


def _delivery_fee(order: Order, asked: Return) -> Decimal:
    """That of the parcel, when every piece of it went back for a fault of the sellers: it brought nothing."""
    back = ReturnLine.objects.filter(asked__fulfilment=asked.fulfilment).filter(
        Q(asked__status=Status.SETTLED) | Q(asked=asked)
    )
    unwanted = back.filter(asked__reason=Return.Reason.UNWANTED, came__gt=0)
    brought = asked.fulfilment.lines.aggregate(all=Sum("quantity"))["all"]
    if unwanted.exists() or back.aggregate(all=Sum("came"))["all"] < brought:
        return ZERO
    return min(asked.fulfilment.fee, order.due)
