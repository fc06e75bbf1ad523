"""Goods that a place buys firm: from the receipt on they are its own, and their producer is owed what they cost."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from marketplace.errors import Refused
from marketplace.stock.models import Balance, Movement, Purchase
from marketplace.stock.queries import buys_firm

from .ledger import Move


class PurchasePriceMissing(Refused):
    """Without it nobody knows what the producer is owed."""

    sentence = _("This place buys the producer's goods firm. Please enter the agreed price of a piece.")
    code = "purchase_price_missing"


class NotBoughtFirm(Refused):
    sentence = _("No firm purchase is agreed with this producer here: receive the goods without a price.")
    code = "not_bought_firm"


class LotHasOtherTerms(Refused):
    """A piece that is sold belongs to the place or to the producer; of one lot at one place nobody could tell."""

    sentence = _(
        "Lot %(lot)s stands here on other terms. Give what is bought and what is on consignment different lot codes."
    )
    code = "lot_has_other_terms"


def refuse_wrong_price(*, balance: Balance, product: Product, unit_price: Decimal | None, at: datetime) -> None:
    """A receipt names a price exactly where goods are bought, and mixes no lot of the locked balance."""
    firm = buys_firm(balance.location_id, product, at)
    if firm and not unit_price:
        raise PurchasePriceMissing
    if unit_price and not firm:
        raise NotBoughtFirm
    others = Movement.objects.filter(balance=balance, kind=Movement.Kind.RECEIVED, purchase__isnull=firm)
    if others.exists():
        raise LotHasOtherTerms(lot=balance.lot.code)


def keep_price(*, move: Move, unit_price: Decimal | None) -> None:
    """What the written receipt cost is known."""
    if unit_price:
        Purchase.objects.create(movement=Movement.objects.get(key=move.key), unit_price=unit_price)
