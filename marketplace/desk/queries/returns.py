"""Returns as the place that answers them sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from marketplace.checkout.queries.returned import paid_out, refund_of
from marketplace.fulfilment.models import Return, ReturnLine, ReturnPhoto
from marketplace.money import ZERO
from marketplace.payment.models import Refund
from marketplace.people.models import User

from ..pages import Link
from . import places
from .parcels import contact

Status = Return.Status


@dataclass(frozen=True)
class ReturnPage:
    asked: Return
    lines: Sequence[ReturnLine]
    photos: Sequence[ReturnPhoto]
    contact: Sequence[tuple[str, str]]
    worth: Decimal
    others: int  # returns of the same order, besides this one
    to_pay: Decimal  # out of the drawer, while nobody has paid it back
    paid_at: datetime | None  # out of the drawer


def mine(user: User) -> QuerySet[Return]:
    """Of parcels of the places where the person works."""
    rows = Return.objects.select_related(
        "fulfilment__order__shipping_address__commune__province", "fulfilment__location"
    )
    return rows if user.is_staff else rows.filter(fulfilment__location__in=places.mine(user))


def listed(user: User, status: str = "") -> QuerySet[Return]:
    """By status, or all that wait: the longest waiting first."""
    rows = mine(user).annotate(pieces=Sum("lines__quantity"))
    if status in Status.values:
        return rows.filter(status=status).order_by("pk" if status in Return.OPEN else "-pk")
    return rows.filter(status__in=Return.OPEN).order_by("pk")


def tabs(user: User, chosen: str) -> list[Link]:
    """What waits, then each status that has some."""
    numbers = dict(mine(user).order_by().values_list("status").annotate(n=Count("pk")))
    waiting = sum(numbers.get(status, 0) for status in Return.OPEN)
    every = Link(_("To do"), "?", selected=chosen not in Status.values, count=waiting)
    shown = [status for status in Status if numbers.get(status)]
    return [every, *(Link(str(s.label), f"?status={s}", selected=s == chosen, count=numbers[s]) for s in shown)]


def number_asked(user: User) -> int:
    """How many wait for an answer, or for somebody to say what has come. Those that the buyer has not sent wait for the buyer."""
    ours = Q(status=Status.ASKED) | Q(status=Status.AWAITED, sent_at__isnull=False)
    return mine(user).filter(ours).order_by().count()


def page(asked: Return) -> ReturnPage:
    """What was given back, why, and what it would cost to take it."""
    lines = list(asked.lines.select_related("line").order_by("pk"))
    order, out = asked.fulfilment.order, paid_out(asked) if asked.refunded else None
    worth = asked.refunded if asked.closed_at else sum((one.line.worth(one.quantity) for one in lines), ZERO)
    return ReturnPage(
        asked=asked,
        lines=lines,
        photos=list(asked.photos.order_by("pk")),
        contact=contact(order)[: None if asked.closed_at is None else 1],
        worth=worth,
        others=Return.objects.filter(fulfilment__order=order).exclude(pk=asked.pk).count(),
        to_pay=_to_pay(asked) if order.in_cash and asked.refunded and not out else ZERO,
        paid_at=out.happened_at if out else None,
    )


def _to_pay(asked: Return) -> Decimal:
    refund = refund_of(asked)
    return refund.amount if refund and refund.status == Refund.Status.DUE else ZERO
