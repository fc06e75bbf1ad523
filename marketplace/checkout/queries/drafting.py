"""The order that a basket would be: priced today, with everything refused that may not be ordered.

The summary page and the placing of the order both ask here, so the shopper agrees to what is then written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.applicator import Applicator
from oscar.apps.offer.models import ConditionalOffer

from marketplace.certificates.queries import Badge, badges
from marketplace.errors import Refused
from marketplace.fulfilment.queries import refusals
from marketplace.money import ZERO, dong, whole
from marketplace.order.drafts import Draft, DraftDiscount, DraftLine
from marketplace.order.models import Order
from marketplace.payment.banking.queries import shown_account
from marketplace.people.phones import normal

from ..details import Details
from .aims import Aims, aim
from .boxes import refuse_apart, refuse_torn
from .planning import Planned, Way, parcels, terms, ways
from .points import refuse_early

ON_OFFER = Q(status=ConditionalOffer.OPEN) | Q(offer_type=ConditionalOffer.VOUCHER)  # as Oscar chooses them


class EmptyBasket(Refused):
    sentence = _("Your basket is empty.")
    code = "empty_basket"


class NotForSale(Refused):
    sentence = _("“%(title)s” is not for sale any more. Take it out of the basket to go on.")
    code = "not_for_sale"


class NotDivided(Refused):
    sentence = _("Choose what you collect and what is delivered: at least one product of each.")
    code = "not_divided"


class PaidAhead(Refused):
    """Two hands would take parts of one sum."""

    sentence = _(
        "An order of which some is delivered and some collected is paid ahead, by card or bank transfer. For cash, place two orders."
    )
    code = "paid_ahead"


class WrongPayment(Refused):
    sentence = _("This way to pay does not fit: cash on delivery is for deliveries, cash at the counter for pickups.")
    code = "wrong_payment"


class AdultsOnly(Refused):
    sentence = _("Alcohol is sold only to people of 18 years and over. Please confirm your age.")
    code = "adults_only"


class NoCashForAlcohol(Refused):
    sentence = _("Alcohol cannot be paid in cash: the law forbids it. Please choose another way to pay.")
    code = "no_cash_for_alcohol"


class TooMuchCash(Refused):
    sentence = _("Orders over %(limit)s cannot be paid in cash. Please choose another way to pay.")
    code = "too_much_cash"


class NoMoreCash(Refused):
    """The carrier went there for nothing, more than once."""

    sentence = _(
        "Parcels to this phone number were not taken %(times)s times, so cash is not offered. Please pay before."
    )
    code = "no_more_cash"


class TooLittleForCard(Refused):
    sentence = _("Orders under %(limit)s cannot be paid by card.")
    code = "too_little_for_card"


class TooMuchForCard(Refused):
    sentence = _("Orders over %(limit)s cannot be paid by card. Please divide yours into several orders.")
    code = "too_much_for_card"


class NoTransfer(Refused):
    sentence = _("Bank transfer is not offered at the moment. Please choose another way to pay.")
    code = "no_transfer"


class TooMuchForTransfer(Refused):
    sentence = _("Orders over %(limit)s cannot be paid by one transfer. Please divide yours into several orders.")
    code = "too_much_for_transfer"


@dataclass(frozen=True)
class Proposal:
    """The order as it would be placed now, in which parcels, and where they go."""

    draft: Draft
    details: Details
    to: Aims
    ways: Sequence[Way]
    parcels: Sequence[Planned]

    @property
    def free_from(self) -> Decimal | None:
        """Goods for so much are brought there free of charge."""
        return next((way.journey.rates.free_from for way in self.ways if way.journey), None)

    @property
    def terms(self) -> list[tuple[str, int, str]]:
        """Of its parcels: which are sent or collected, at what fee, on which day."""
        return terms(self.parcels)

    @property
    def mark(self) -> str:
        """Of this order alone: other goods, another person or another place leave another. After the dot that of its parcels."""
        goods = [(line.product.pk, line.quantity, int(line.total)) for line in self.draft.lines]
        return f"{_digest((goods, self.details))}.{_digest(self.terms)}"


def draft(basket: Any, *, user: Any, at: datetime) -> Draft:
    """The basket at today's prices with its offers; delivery is not known yet."""
    drafted = _lines(basket, user, at)
    return Draft(drafted, _discounts(basket, drafted, None))


def propose(basket: Any, *, user: Any, details: Details, at: datetime) -> Proposal:
    """All of it priced, with the parcels that it needs; refused by name where it may not be ordered this way."""
    normal(details.phone)
    to, drafted = aim(details, at=at), _lines(basket, user, at)
    if details.is_mixed and len({details.collects(line.product.pk) for line in drafted}) < 2:
        raise NotDivided
    refuse_apart(drafted, details)
    found = ways(drafted, details, to, at=at)
    products = {number: line.product for number, line in enumerate(drafted)}
    planned = [one for way in found for one in parcels(way, way.plan.route.parcels, products, at=at)]
    fee = sum((one.opening.fee for one in planned), ZERO) if details.delivers else None
    made = Draft(drafted, _discounts(basket, drafted, fee), fee)
    _check_payment(made, details)
    if details.payment in Order.IN_CASH and (times := refusals(details.phone, at)) >= settings.CASH_REFUSALS:
        raise NoMoreCash(times=times)
    for one in planned:
        if to.point:
            refuse_early(to.point, one.opening.promised_at, details.collect_on, at)
    return Proposal(made, details, to, found, planned)


def _lines(basket: Any, user: Any, at: datetime) -> tuple[DraftLine, ...]:
    lines = list(basket.all_lines())
    if not lines:
        raise EmptyBasket
    _refuse_unsold(lines)
    refuse_torn(lines)
    if ConditionalOffer.objects.filter(ON_OFFER).exists():  # or Oscar would ask twice for nothing
        Applicator().apply(basket, user)
    stars = badges((line.product_id for line in lines), timezone.localdate(at))
    return tuple(_line(line, stars.get(line.product_id)) for line in lines)


def _digest(facts: Any) -> str:
    return blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _check_payment(made: Draft, details: Details) -> None:
    if details.is_mixed and details.payment in Order.IN_CASH:
        raise PaidAhead
    fits = {Order.Method.COD: not details.is_pickup, Order.Method.COUNTER: details.is_pickup}
    if not fits.get(Order.Method(details.payment), True):
        raise WrongPayment
    cash = details.payment in Order.IN_CASH
    if made.has_alcohol and not details.adult:
        raise AdultsOnly
    if made.has_alcohol and cash:
        raise NoCashForAlcohol
    if cash and made.total > settings.CASH_LIMIT:
        raise TooMuchCash(limit=dong(settings.CASH_LIMIT))
    if details.payment == Order.Method.CARD:
        _check_card(made)
    elif details.payment == Order.Method.TRANSFER:
        _check_transfer(made)


def _check_card(made: Draft) -> None:
    if made.total < settings.CARD_MINIMUM:
        raise TooLittleForCard(limit=dong(settings.CARD_MINIMUM))
    if made.total > settings.CARD_LIMIT:
        raise TooMuchForCard(limit=dong(settings.CARD_LIMIT))


def _check_transfer(made: Draft) -> None:
    if shown_account() is None:
        raise NoTransfer
    if made.total > settings.TRANSFER_LIMIT:
        raise TooMuchForTransfer(limit=dong(settings.TRANSFER_LIMIT))


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
        box=line.box, per_box=line.per_box,
    )  # fmt: skip


def _capped(line: Any, left: Decimal) -> tuple[tuple[int, Decimal], ...]:
    """What each offer takes off the line, never more than is left of it."""
    taken: list[tuple[int, Decimal]] = []
    for one in line.discounts:
        amount = min(whole(one.amount), left)
        left -= amount
        if amount:
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
