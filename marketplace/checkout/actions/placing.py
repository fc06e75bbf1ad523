"""A basket becomes an order: all of it or nothing, in one transaction."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.availability import Available
from oscar.apps.partner.strategy import PurchaseInfo

from marketplace.basket.models import Basket
from marketplace.errors import Refused
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.invoices import actions as invoices
from marketplace.locations.models import Location
from marketplace.locations.promise import ready_at
from marketplace.money import dong
from marketplace.order import actions as orders
from marketplace.order.drafts import Buyer, Door, Draft
from marketplace.order.models import Line, Order
from marketplace.partner.strategy import Strategy
from marketplace.payment import actions as payments
from marketplace.places.models import Commune
from marketplace.stock import actions as stock
from marketplace.stock.queries import first_day, to_point

from .. import notices
from ..details import Details
from ..queries.drafting import EmptyBasket, check, draft, mark
from ..queries.points import refuse_early
from .offering import PricesChanged, use_offers


class BasketChanged(Refused):
    """What the shopper agreed to are other goods, or go to somebody or somewhere else."""

    sentence = _("Your basket or your details have changed since. Please look again before you order.")
    code = "basket_changed"


class Held(Strategy):
    """Prices by the lines' own records. Whether there is enough, the hold decides."""

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> PurchaseInfo:
        price = self.pricing_policy(line.product, line.stockrecord)
        return PurchaseInfo(price=price, availability=Available(), stockrecord=line.stockrecord)


@transaction.atomic
def place_order(
    *, basket: Any, details: Details, by: Any, at: datetime, agreed_total: Decimal | None = None, agreed: str = ""
) -> Order:
    """The order stands, its units are held, and everybody concerned knows. The same basket again is the same order."""
    locked = Basket.objects.select_for_update(of=("self",)).get(pk=basket.pk) if basket.pk else None
    if locked is None or locked.status != Basket.OPEN:
        return _placed_before(locked)
    shopper = by or AnonymousUser()
    user = shopper if shopper.is_authenticated else None
    locked.strategy = Held()
    made = draft(locked, user=shopper, details=details, at=at)
    commune, point = check(made, details, at)
    if agreed_total is not None and made.total != agreed_total:
        raise PricesChanged(total=dong(made.total))
    if agreed and agreed != mark(made, details):
        raise BasketChanged
    order, lines = orders.create(
        draft=made, basket=locked, buyer=_buyer(details, user), door=Door(details.street.strip(), commune) if commune else None,
        payment=details.payment, note=details.note.strip(), at=at, pay_by=_pay_by(made, details, at), by=user,
    )  # fmt: skip
    if details.invoice:
        invoices.ask(order=order, by=user, at=at, **details.invoice)
    use_offers(order=order, made=made, shopper=shopper)
    Basket.objects.filter(pk=locked.pk).update(status=Basket.SUBMITTED, date_submitted=at)
    if details.payment != Order.Method.CARD:
        payments.open_source(order=order, method=details.payment, at=at)
    to = _destination(commune, point, made, details, at)
    parcels = _hold(order, lines, to, point, details, at)  # as late as can be: others wait for these balances
    notices.placed(order, lines, parcels)
    return order


def _placed_before(basket: Basket | None) -> Order:
    order = Order.objects.filter(basket=basket).first() if basket else None
    if order is None:
        raise EmptyBasket
    return order


def _pay_by(made: Draft, details: Details, at: datetime) -> datetime | None:
    """Cards are paid, and much cash is confirmed, within the time a hold lasts; else cash waits for the goods."""
    if details.payment == Order.Method.CARD:
        return at + timedelta(minutes=settings.PAYMENT_MINUTES)
    return at + timedelta(hours=settings.CASH_CONFIRM_HOURS) if made.total > settings.CASH_CONFIRM else None


def _buyer(details: Details, user: Any) -> Buyer:
    return Buyer(
        name=details.name.strip(), phone=details.phone, email=details.email, language=details.language,
        adult=details.adult, user_id=user and user.pk,
    )  # fmt: skip


def _hold(
    order: Order, lines: list[Line], to: stock.Destination, point: Location | None, details: Details, at: datetime
) -> list[Fulfilment]:
    """All lines have their units, or the whole order is refused; each location knows its part."""
    wants = [stock.Want(line.pk, line.product_id or 0, line.quantity) for line in lines]
    parcels = stock.hold(order_id=order.pk, wants=wants, at=at, expires_at=order.pay_by, destination=to)
    promised_at = None
    if point:
        [parcel] = parcels
        promised_at = ready_at(point.hours.all(), point.prep_hours, at=at, there_on=parcel.there_on)
        refuse_early(point, promised_at, details.collect_on, at)
    return fulfilments.open_for(order=order, parcels=parcels, collect_on=details.collect_on, promised_at=promised_at)


def _destination(
    commune: Commune | None, point: Location | None, made: Draft, details: Details, at: datetime
) -> stock.Destination:
    """Where the goods go, and when they are there."""
    today = timezone.localdate(at)
    if point:
        return to_point(point, max(details.collect_on or today, first_day(point, at=at)))
    return stock.Destination(None, commune.point if commune else None, today + timedelta(made.days))
