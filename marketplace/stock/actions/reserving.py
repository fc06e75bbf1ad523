"""What a place keeps back from online orders: pieces, and the counter's share."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalogue.actions import touch
from catalogue.models import Product
from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.stock.models import Balance, Reserve

MOST_PIECES = 1_000_000


class WrongReserve(Refused):
    sentence = _("Pieces are a whole number from 0 to 1,000,000, and the counter's share is 0 to 100 percent.")
    code = "wrong_reserve"


class NotOnTheBooks(Refused):
    sentence = _("“%(title)s” has never been at this place.")
    code = "not_on_the_books"


class NothingOfItsOwn(Refused):
    sentence = _("“%(title)s” follows the rule of the place already.")
    code = "no_reserve_of_its_own"


@transaction.atomic
def set_reserve(
    *, location: Location, safety_stock: int, counter_percent: int, by: Any, product: Product | None = None
) -> Reserve:
    """The place keeps so much of the product from online orders or, without one, of all that have no rule of their own.

    No balance changes and no promise is taken back: only what new orders may get is less, or more.
    """
    if not (0 <= safety_stock <= MOST_PIECES and 0 <= counter_percent <= 100):
        raise WrongReserve
    goods = _goods(location, product)
    facts = {"safety_stock": safety_stock, "counter_percent": counter_percent}
    reserve, _new = Reserve.objects.update_or_create(location=location, product=product, defaults=facts)
    note(reserve, "reserve.set", by=by, location=location.pk, product=product and product.pk, **facts)
    touch(product_ids=goods)
    return reserve


@transaction.atomic
def clear_reserve(*, location: Location, product: Product, by: Any) -> None:
    """The product follows the rule of the place again."""
    own = Reserve.objects.filter(location=location, product=product).first()
    if own is None:
        raise NothingOfItsOwn(title=product.title)
    note(own, "reserve.cleared", by=by, location=location.pk, product=product.pk)
    own.delete()
    touch(product_ids=[product.pk])


def _goods(location: Location, product: Product | None) -> list[int]:
    """The products whose figures change: those the place has, of which one must be among them."""
    here = Balance.objects.filter(location=location).values_list("lot__product_id", flat=True).distinct()
    if product is None:
        return list(here.exclude(on_hand=0))
    if not here.filter(lot__product=product).exists():
        raise NotOnTheBooks(title=product.title)
    return [product.pk]
