"""A basket becomes an order: all of it or nothing, in one transaction."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.availability import Available
from oscar.apps.partner.strategy import PurchaseInfo

from marketplace.basket.models import Basket
from marketplace.errors import Refused
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.invoices import actions as invoices
from marketplace.money import dong
from marketplace.order import actions as orders
from marketplace.order.drafts import Buyer, Door, Draft
from marketplace.order.models import Line, Order
from marketplace.partner.strategy import Strategy
from marketplace.payment import actions as payments
from marketplace.payment.references import order_reference
from marketplace.stock import actions as stock

from .. import notices
from ..details import Details
from ..queries.drafting import EmptyBasket, Proposal, propose
from ..queries.planning import parcels, shared, stays, terms
from ..queries.travelling import is_delicate
from .offering import PricesChanged, use_offers

TRIES = 3  # to find parcels that are still so under the locks


class BasketChanged(Refused):
    """What the shopper agreed to are other goods, or go to somebody or somewhere else."""

    sentence = _("Your basket or your details have changed since. Please look again before you order.")
    code = "basket_changed"


class PlanChanged(Refused):
    """The same goods need other parcels now, or come later."""

    sentence = _("The parcels of your order have changed: what they cost, or when they arrive. Please look again before you order.")  # fmt: skip
    code = "plan_changed"


class _Moved(Exception):
    """Under the locks the parcels are others than those planned before."""


class Held(Strategy):
    """Prices by the lines' own records. Whether there is enough, the hold decides."""

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> PurchaseInfo:
        return PurchaseInfo(price=self.price_of_line(line), availability=Available(), stockrecord=line.stockrecord)


def place_order(
    *, basket: Any, details: Details, by: Any, at: datetime, agreed_total: Decimal | None = None, agreed: str = ""
) -> Order:
    """The order stands, its units are held, and everybody concerned knows. The same basket again is the same order.

    Where somebody was quicker and its goods come otherwise than was just planned, it is planned anew and compared with what
    the shopper agreed to.
    """
    for _again in range(TRIES):
        try:
            return _place(basket, details, by, at, agreed_total, agreed)
        except _Moved:
            continue
    raise PlanChanged


@transaction.atomic
def _place(basket: Any, details: Details, by: Any, at: datetime, agreed_total: Decimal | None, agreed: str) -> Order:
    locked = Basket.objects.select_for_update(of=("self",)).get(pk=basket.pk) if basket.pk else None
    if locked is None or locked.status != Basket.OPEN:
        return _placed_before(locked)
    shopper = by or AnonymousUser()
    user = shopper if shopper.is_authenticated else None
    locked.strategy = Held()
    proposal = propose(locked, user=shopper, details=details, at=at)
    made, to = proposal.draft, proposal.to
    _refuse_other(proposal, agreed_total, agreed)
    order, lines = orders.create(
        draft=made, basket=locked, buyer=_buyer(details, user), door=Door(details.street.strip(), to.commune) if to.commune else None,
        way=details.method, payment=details.payment, note=details.note.strip(), at=at, pay_by=_pay_by(made, details, at), by=user,
    )  # fmt: skip
    if details.invoice:
        invoices.note_request(order=order, by=user, at=at, **details.invoice)
    use_offers(order=order, made=made, shopper=shopper)
    Basket.objects.filter(pk=locked.pk).update(status=Basket.SUBMITTED, date_submitted=at)
    if details.payment != Order.Method.CARD:
        _open_source(order, at)
    known = notices.known((one.opening for one in proposal.parcels), buyer=user)
    opened = _hold(order, lines, proposal, at)  # as late as can be: others wait for these balances
    notices.placed(order, lines, opened, known.completed(opened.values()))
    return order


def _refuse_other(proposal: Proposal, agreed_total: Decimal | None, agreed: str) -> None:
    """Nobody pays another price, for other goods, or waits longer, than they said yes to."""
    if agreed_total is not None and proposal.draft.total != agreed_total:
        raise PricesChanged(total=dong(proposal.draft.total))
    goods, _dot, coming = agreed.partition(".")
    now, _dot, comes = proposal.mark.partition(".")
    if agreed and goods != now:
        raise BasketChanged
    if agreed and coming != comes:
        raise PlanChanged


def _placed_before(basket: Basket | None) -> Order:
    order = Order.objects.filter(basket=basket).first() if basket else None
    if order is None:
        raise EmptyBasket
    return order


def _pay_by(made: Draft, details: Details, at: datetime) -> datetime | None:
    """Cards and transfers are paid, and much cash is confirmed, within the time a hold lasts; else cash waits for the goods."""
    times = {
        Order.Method.CARD: timedelta(minutes=settings.PAYMENT_MINUTES),
        Order.Method.TRANSFER: timedelta(hours=settings.TRANSFER_HOURS),
    }
    if made.total > settings.CASH_CONFIRM:
        times |= dict.fromkeys(Order.IN_CASH, timedelta(hours=settings.CASH_CONFIRM_HOURS))
    time = times.get(Order.Method(details.payment))
    return at + time if time else None


def _open_source(order: Order, at: datetime) -> None:
    """Of a transfer with the words by which it finds its order."""
    reference = order_reference(order.number) if order.payment_method == Order.Method.TRANSFER else ""
    payments.open_source(order=order, method=order.payment_method, at=at, expires_at=order.pay_by, reference=reference)


def _buyer(details: Details, user: Any) -> Buyer:
    return Buyer(
        name=details.name.strip(), phone=details.phone, email=details.email, language=details.language,
        adult=details.adult, user_id=user and user.pk,
    )  # fmt: skip


def _hold(order: Order, lines: list[Line], proposal: Proposal, at: datetime) -> dict[Fulfilment, fulfilments.Opening]:
    """All lines have their units in parcels as they were planned, or the whole order is refused."""
    numbers = {number: line.pk for number, line in enumerate(lines)}
    products = {line.pk: one.product for line, one in zip(lines, proposal.draft.lines, strict=True)}
    plans = [way.plan.of_lines(numbers) for way in proposal.ways]
    delicate = {line for line, product in products.items() if is_delicate(product)}
    held = stock.hold_planned(order_id=order.pk, plans=plans, at=at, expires_at=order.pay_by)
    routes = list(zip(proposal.ways, held, strict=True))
    planned = [one for way, found in routes for one in parcels(way, found.parcels, products, at=at)]
    if terms(planned) != proposal.terms or not all(stays(way, found, delicate) for way, found in routes):
        raise _Moved
    openings = shared(planned, proposal.draft.shipping)
    return dict(zip(fulfilments.open_for(order=order, parcels=openings), openings, strict=True))
