"""The order that a basket would be: priced today, with everything refused that may not be ordered.

The summary page and the placing of the order both ask here, so the shopper agrees to what is then written.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.applicator import Applicator

from marketplace.certificates.queries import Badge, badges
from marketplace.errors import Refused
from marketplace.locations.models import Location
from marketplace.money import ZERO, dong, whole
from marketplace.order.drafts import Draft, DraftDiscount, DraftLine
from marketplace.order.models import Order
from marketplace.people.phones import normal
from marketplace.places.models import Commune

from ..details import Details
from .travelling import quoted

DAYS_AHEAD = 14  # how long a shopper may let a pickup wait


class EmptyBasket(Refused):
    sentence = _("Your basket is empty.")
    code = "empty_basket"


class NotForSale(Refused):
    sentence = _("“%(title)s” is not for sale any more. Take it out of the basket to go on.")
    code = "not_for_sale"


class WrongPlace(Refused):
    sentence = _("This commune does not belong to the chosen province.")
    code = "wrong_place"


class NoStreet(Refused):
    sentence = _("Say the house number and street, or the hamlet.")
    code = "no_street"


class NoDelivery(Refused):
    sentence = _("We do not deliver there yet. You can collect the goods at a sales point.")
    code = "no_delivery"


class NoSuchPoint(Refused):
    sentence = _("Orders cannot be collected at this sales point.")
    code = "no_such_point"


class PointClosed(Refused):
    sentence = _("%(place)s is closed on that day.")
    code = "point_closed"


class PickupDatePast(Refused):
    sentence = _("This pickup day is over. Choose today or a later day.")
    code = "pickup_date_past"


class PickupDateFar(Refused):
    sentence = _("Choose a pickup day until %(last)s.")
    code = "pickup_date_far"


class WrongPayment(Refused):
    sentence = _("This way to pay does not fit: cash on delivery is for deliveries, cash at the counter for pickups.")
    code = "wrong_payment"


class AdultsOnly(Refused):
    sentence = _("Alcohol is sold only to people of 18 years and over. Please confirm your age.")
    code = "adults_only"


class NoCashForAlcohol(Refused):
    sentence = _("Alcohol must be paid by card: the law allows no cash for it.")
    code = "no_cash_for_alcohol"


class TooMuchCash(Refused):
    sentence = _("Orders over %(limit)s cannot be paid in cash. Please pay by card.")
    code = "too_much_cash"


class TooLittleForCard(Refused):
    sentence = _("Orders under %(limit)s cannot be paid by card.")
    code = "too_little_for_card"


class TooMuchForCard(Refused):
    sentence = _("Orders over %(limit)s cannot be paid by card. Please divide yours into several orders.")
    code = "too_much_for_card"


def draft(basket: Any, *, user: Any, details: Details | None, at: datetime) -> Draft:
    """The basket at today's prices with its offers; with delivery once the details say where to."""
    lines = list(basket.all_lines())
    if not lines:
        raise EmptyBasket
    _refuse_unsold(lines)
    Applicator().apply(basket, user)
    stars = badges((line.product_id for line in lines), timezone.localdate(at))
    drafted = tuple(_line(line, stars.get(line.product_id)) for line in lines)
    made = Draft(drafted, _discounts(basket, drafted, None))
    if details is None or details.is_pickup:
        return made
    found = quoted(made, details.province_id or 0, at)
    if found is None:
        raise NoDelivery
    return Draft(drafted, _discounts(basket, drafted, found.amount), found.amount, found.days)


def check(made: Draft, details: Details, at: datetime) -> tuple[Commune | None, Location | None]:
    """Refuses what may not be ordered this way; returns where the goods go."""
    normal(details.phone)
    _check_payment(made, details)
    if details.is_pickup:
        return None, _point(details, timezone.localdate(at))
    commune = Commune.objects.select_related("province").filter(pk=details.commune_id or 0).first()
    if commune is None or commune.province_id != details.province_id:
        raise WrongPlace
    if not details.street.strip():
        raise NoStreet
    return commune, None


def mark(made: Draft, details: Details) -> str:
    """Of this order alone: other goods, another person or another place leave another."""
    goods = [(line.product.pk, line.quantity, int(line.total)) for line in made.lines]
    return blake2b(repr((goods, details)).encode(), digest_size=16).hexdigest()


def _check_payment(made: Draft, details: Details) -> None:
    fits = {Order.Method.CARD: True, Order.Method.COD: not details.is_pickup, Order.Method.COUNTER: details.is_pickup}
    if not fits.get(Order.Method(details.payment)):
        raise WrongPayment
    cash = details.payment != Order.Method.CARD
    if made.has_alcohol and not details.adult:
        raise AdultsOnly
    if made.has_alcohol and cash:
        raise NoCashForAlcohol
    if cash and made.total > settings.CASH_LIMIT:
        raise TooMuchCash(limit=dong(settings.CASH_LIMIT))
    if not cash and made.total < settings.CARD_MINIMUM:
        raise TooLittleForCard(limit=dong(settings.CARD_MINIMUM))
    if made.total > settings.CARD_LIMIT:
        raise TooMuchForCard(limit=dong(settings.CARD_LIMIT))


def _point(details: Details, today: date) -> Location:
    points = Location.objects.open_for_pickup().prefetch_related("hours")
    place = points.filter(pk=details.location_id or 0).first()
    if place is None:
        raise NoSuchPoint
    day = details.collect_on
    if day is None:
        return place
    if day < today:
        raise PickupDatePast
    if day > today + timedelta(days=DAYS_AHEAD):
        raise PickupDateFar(last=f"{today + timedelta(days=DAYS_AHEAD):%d/%m/%Y}")
    hours = place.hours.all()
    if hours and day.weekday() not in {one.weekday for one in hours}:
        raise PointClosed(place=place.name)
    return place


def _refuse_unsold(lines: Iterable[Any]) -> None:
    for line in lines:
        product = line.product
        if not (product.may_be_sold and line.purchase_info.price.exists):
            raise NotForSale(title=product.title)


def _line(line: Any, badge: Badge | None) -> DraftLine:
    price = line.purchase_info.price.incl_tax
    return DraftLine(
        product=line.product, producer=line.product.producer, stockrecord=line.stockrecord, quantity=line.quantity,
        unit_price=whole(price), discounts=_capped(line, price * line.quantity),
        vat_percent=line.stockrecord.vat_percent, commission_percent=line.product.producer.commission_percent,
        stars=badge.stars if badge else None, certificate_id=badge.certificate_id if badge else None,
    )  # fmt: skip


def _capped(line: Any, left: Decimal) -> tuple[tuple[int, Decimal], ...]:
    """What each offer takes off the line, never more than is left of it."""
    taken: list[tuple[int, Decimal]] = []
    for one in line.discounts:
        amount = min(whole(one.amount), left)
        left -= amount
        taken.append((one.offer.pk, amount))
    return tuple(taken)


def _discounts(basket: Any, lines: Iterable[DraftLine], fee: Decimal | None) -> tuple[DraftDiscount, ...]:
    """One for each offer that gives something: the sum of its parts on the lines, or its part of the fee."""
    found: list[DraftDiscount] = []
    off_delivery = False
    for one in basket.offer_applications:
        on_delivery = one["result"].affects_shipping
        if on_delivery:
            # As in Oscar, one offer at most makes the delivery cheaper.
            amount = ZERO if off_delivery or not fee else _off_fee(one["offer"], fee)
            off_delivery = off_delivery or bool(amount)
        else:
            pk = one["offer"].pk
            amount = sum((part for line in lines for offer, part in line.discounts if offer == pk), ZERO)
        if amount:
            found.append(_discount(one, amount, on_delivery))
    return tuple(found)


def _off_fee(offer: Any, fee: Decimal) -> Decimal:
    return min(whole(offer.shipping_discount(fee, "VND")), fee)


def _discount(one: dict[str, Any], amount: Decimal, on_delivery: bool) -> DraftDiscount:
    voucher = one["voucher"]
    return DraftDiscount(
        offer_id=one["offer"].pk, offer_name=one["offer"].name, frequency=one["freq"], amount=amount,
        on_delivery=on_delivery, voucher_id=voucher and voucher.pk, voucher_code=voucher.code if voucher else "",
    )  # fmt: skip
