"""Pieces of an order that are missing, as their buyer reads it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.fulfilment.models import ShortLine
from marketplace.fulfilment.queries import is_the_rest
from marketplace.money import dong
from marketplace.order.models import Order

Outcome = ShortLine.Outcome


@dataclass(frozen=True)
class Missing:
    """What is missing and why, what can be chosen, or how it ended. `whole`: the order has nothing else."""

    number: str
    order_url: str
    product: str
    quantity: int
    why: str
    open: bool
    waits: bool
    until: datetime | None
    wait: str
    money: str
    paid: bool
    whole: bool
    end: str


def with_order() -> QuerySet[ShortLine]:
    """With all that their page prints."""
    return ShortLine.objects.select_related("line", "fulfilment__order", "fulfilment__location", "found_at")


def missing(short: ShortLine) -> Missing:
    """One query."""
    order, whole = short.fulfilment.order, is_the_rest(short)
    may_choose = short.closed_at is None and order.status in (Order.Status.CONFIRMED, Order.Status.AWAITING_PAYMENT)
    return Missing(
        number=order.number,
        order_url=reverse("shop:order", args=[order.token]),
        product=short.line.title,
        quantity=short.quantity,
        why=why(short),
        open=may_choose,
        waits=short.chosen == ShortLine.Choice.WAIT,
        until=short.wait_until,
        wait=_waiting(short),
        money=_end(order) if whole else _money(short, order),
        paid=bool(order.paid_at),
        whole=whole,
        end="" if may_choose else ended(short),
    )


def why(short: ShortLine) -> str:
    """Why they are not there."""
    facts = {"place": short.fulfilment.location.name, "reason": short.reason.rstrip("."), "lot": short.recalled_lot}
    if short.recalled_lot:
        return _("They were of lot %(lot)s, which was recalled (%(reason)s).") % facts
    if short.good_until:
        day = {"day": f"{short.good_until:%d/%m/%Y}"}
        return _("They had to be with you by %(day)s to keep long enough, and your order comes later than that.") % day
    if short.transfer_line_id:
        return _("They were on their way to %(place)s and did not arrive (%(reason)s).") % facts
    return _("They were sold over the counter before your order was packed at %(place)s.") % facts


def _waiting(short: ShortLine) -> str:
    """What it means to wait."""
    facts = {"place": short.fulfilment.location.name}
    if short.fulfilment.method == "pickup":
        return _("We go on looking for them. What you collect at %(place)s is kept for you until all is there.") % facts
    return _("We go on looking for them. What comes from %(place)s leaves together, once all is there.") % facts


def _money(short: ShortLine, order: Order) -> str:
    facts = {"sum": dong(short.amount)}
    if not order.paid_at:
        return _("The order goes on without them, and you pay %(sum)s less.") % facts
    if order.payment_method == Order.Method.CARD:
        return _("The order goes on without them, and %(sum)s goes back to your card.") % facts
    if order.payment_method == Order.Method.TRANSFER:
        return _("The order goes on without them, and %(sum)s goes back to an account that you name.") % facts
    return _("The order goes on without them, and we call you to give you %(sum)s back.") % facts


def _end(order: Order) -> str:
    """What it means to go without all that is left."""
    if not order.paid_at:
        return _("Nothing else is left of the order: it ends, and you pay nothing.")
    if order.payment_method == Order.Method.CARD:
        return _("Nothing else is left of the order: it ends, and %(sum)s goes back to your card.") % {"sum": dong(order.due)}  # fmt: skip
    return _("Nothing else is left of the order: it ends, and we call you to give you %(sum)s back.") % {"sum": dong(order.due)}  # fmt: skip


def ended(short: ShortLine) -> str:
    """What became of it, in one sentence."""
    if short.outcome == Outcome.MOVED and short.found_at:
        return _("They were found: they come from %(place)s.") % {"place": short.found_at.name}
    if short.outcome == Outcome.CAME:
        return _("They are there again, and your order goes on.")
    if short.outcome == Outcome.MONEY_BACK and short.fulfilment.order.status != Order.Status.CANCELLED:
        return _("They were taken off your order; you do not pay for them.")
    return _("The order was cancelled.")
