"""Sending the shopper to the payment company's page. It is asked between two transactions, never inside one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.money import ZERO, dong
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.order.notices import link
from marketplace.payment import actions as payments
from marketplace.payment.gateways import stripe
from marketplace.payment.models import Source

# Stripe keeps a page for half an hour at least; what it keeps beyond our own time we close ourselves.
SHORTEST = timedelta(minutes=31)


class NotPayable(Refused):
    """Paid already, cancelled, or to be paid another way."""

    sentence = _("This order is “%(status)s”; there is nothing to pay by card.")
    code = "order_not_payable"


class BelowMinimum(Refused):
    """Pieces were taken off meanwhile, and no card pays so little."""

    sentence = _(
        "This order costs %(total)s by now, and cards are taken from %(limit)s on. Please order again and pay another way."
    )
    code = "order_below_card_minimum"


class TimeOver(Refused):
    """The goods are not kept any longer."""

    sentence = _("The time for this order is over. Please order again.")
    code = "order_time_over"


def start_payment(*, order: Order, at: datetime) -> str:
    """Where the shopper pays: the page that is open already, or a new one. The same try asks with the same key."""
    source = _open(order.pk, at)
    if source.url:
        return source.url
    order = source.order  # as it was under the lock: pieces may have been taken off meanwhile
    made = stripe.create_session(
        reference=order.number, amount=order.due, lines=_session_lines(order), email=order.email,
        success_url=_return_address(order), cancel_url=link(order), expires_at=source.expires_at or at + SHORTEST,
        locale="en" if order.language == "en" else "vi", key=f"{order.number}-{source.attempt}",
    )  # fmt: skip
    now = _keep(order.pk, source.pk, made, at)
    if now.status != Order.Status.AWAITING_PAYMENT:
        raise NotPayable(status=now.status_label)
    return made.url or link(order)


@transaction.atomic
def _open(order_id: int, at: datetime) -> Source:
    """The one open try of this order."""
    order = orders.lock(order_id)
    by_card = order.payment_method == Order.Method.CARD
    if not by_card or order.status != Order.Status.AWAITING_PAYMENT or order.pay_by is None:
        raise NotPayable(status=order.status_label)
    if order.pay_by <= at:
        raise TimeOver
    tries = list(order.sources.order_by("attempt"))
    last = tries[-1] if tries else None
    if last and last.state == Source.State.OPEN and (last.url or _may_be_asked_again(last, order, at)):
        return last
    if order.due < settings.CARD_MINIMUM:
        raise BelowMinimum(total=dong(order.due), limit=dong(settings.CARD_MINIMUM))
    if last and last.state == Source.State.OPEN:
        payments.close(source=last)  # its page was never made known to anybody, and could not be made any more
    return payments.open_source(
        order=order, method=payments.CARD, at=at, expires_at=max(order.pay_by, at + SHORTEST),
        attempt=last.attempt + 1 if last else 1,
    )  # fmt: skip


@transaction.atomic
def _keep(order_id: int, source_id: int, made: stripe.SessionState, at: datetime) -> Order:
    """The page is known. The order, as it is now: it may have ended while the gateway thought."""
    order = orders.lock(order_id)
    payments.session_made(
        source_id=source_id, reference=made.id, url=made.url or "", payment_intent=made.payment_intent or "", at=at
    )
    return order


def _may_be_asked_again(source: Source, order: Order, at: datetime) -> bool:
    """The same question, at the same price, with the same key; Stripe takes no page that ends within half an hour."""
    if source.amount_allocated != order.due:
        return False
    return source.expires_at is not None and source.expires_at - at >= SHORTEST - timedelta(minutes=1)


def _session_lines(order: Order) -> list[stripe.SessionLine]:
    """One for each line as sold, discounts inside; more than Stripe shows become one."""
    lines = [
        stripe.SessionLine(f"{line.title} × {line.left_quantity}", line.left_incl_tax) for line in order.lines.all()
    ]
    if delivery := order.due - sum((line.amount for line in lines), ZERO):  # less that of parcels left out meanwhile
        with translation.override(order.language):
            lines.append(stripe.SessionLine(translation.gettext("Delivery"), delivery))
    if len(lines) > 100:
        return [stripe.SessionLine(order.number, order.due)]
    return [line for line in lines if line.amount]


def _return_address(order: Order) -> str:
    with translation.override(order.language):
        return str(settings.SITE_URL) + reverse("checkout:paid", kwargs={"token": order.token})
