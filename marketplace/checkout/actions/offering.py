"""Offers and vouchers are used with an order, and can be used again when it is cancelled."""

from collections import Counter
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from oscar.apps.offer.models import ConditionalOffer
from oscar.apps.voucher.models import Voucher, VoucherApplication

from marketplace.errors import Refused
from marketplace.money import dong
from marketplace.order.drafts import Draft
from marketplace.order.models import Order


class PricesChanged(Refused):
    """What the shopper agreed to is not what it costs now."""

    sentence = _("Prices or offers have changed: the total is now %(total)s. Please look again before you order.")
    code = "prices_changed"


class VoucherUsed(Refused):
    """Somebody else was quicker, or the same person used it before."""

    sentence = _("The voucher %(voucher)s cannot be used any more.")
    code = "voucher_used"


def use_offers(*, order: Order, made: Draft, shopper: Any) -> None:
    """Limits of offers and vouchers hold under a lock, and their use is counted."""
    used = {one.offer_id: one for one in made.discounts}
    offers = ConditionalOffer.objects.select_for_update().filter(pk__in=used).order_by("pk") if used else ()
    for offer in offers:
        one = used[offer.pk]
        if one.frequency > offer.get_max_applications(shopper if shopper.is_authenticated else None):
            raise PricesChanged(total=dong(made.total + one.amount))
        ConditionalOffer.objects.filter(pk=offer.pk).update(
            num_applications=F("num_applications") + one.frequency,
            total_discount=F("total_discount") + one.amount, num_orders=F("num_orders") + 1,
        )  # fmt: skip
    _use_vouchers(order, made, shopper)


def _use_vouchers(order: Order, made: Draft, shopper: Any) -> None:
    given: Counter[int] = Counter()
    for one in made.discounts:
        if one.voucher_id:
            given[one.voucher_id] += int(one.amount)
    vouchers = Voucher.objects.select_for_update().filter(pk__in=given).order_by("pk") if given else ()
    for voucher in vouchers:
        if not voucher.is_available_to_user(shopper)[0]:
            raise VoucherUsed(voucher=voucher.code)
        VoucherApplication.objects.create(voucher=voucher, order=order, user=order.user)
        Voucher.objects.filter(pk=voucher.pk).update(
            num_orders=F("num_orders") + 1, total_discount=F("total_discount") + given[voucher.pk]
        )


def give_back_offers(*, order: Order) -> None:
    """As if the locked order had never used them. Offers before vouchers before balances, as when it was placed."""
    given: Counter[int] = Counter()
    for one in order.discounts.order_by("offer_id"):
        ConditionalOffer.objects.filter(pk=one.offer_id or 0).update(
            num_applications=_less("num_applications", one.frequency or 0),
            total_discount=F("total_discount") - one.amount, num_orders=_less("num_orders", 1),
        )  # fmt: skip
        given[one.voucher_id or 0] += int(one.amount)
    for use in VoucherApplication.objects.filter(order=order).order_by("voucher_id"):
        Voucher.objects.filter(pk=use.voucher_id).update(
            num_orders=_less("num_orders", 1), total_discount=F("total_discount") - given[use.voucher_id]
        )
        use.delete()


def _less(name: str, times: int) -> Greatest:
    """Never below nothing: the office may have begun to count anew."""
    return Greatest(F(name) - times, 0)
