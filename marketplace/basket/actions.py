"""Gift boxes in a basket: all parts or none."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.boxes.models import Box
from marketplace.boxes.queries import Offer, offers
from marketplace.errors import Refused
from marketplace.stock import queries as stock
from marketplace.stock.actions import OutOfStock

from .models import Basket, Line


class BoxNotForSale(Refused):
    sentence = _("The gift box “%(title)s” is not for sale at the moment.")
    code = "box_not_for_sale"


def boxes_in(*, basket: Any, box: Box) -> int:
    """How many of the box are in the basket."""
    line = Line.objects.filter(basket=basket.pk or 0, box=box).first()
    return line.quantity // line.per_box if line and line.per_box else 0


@transaction.atomic
def set_boxes(*, basket: Any, box: Box, count: int) -> None:
    """So many of the box are in the basket, each whole; 0 takes it out."""
    basket.begin()
    Basket.objects.select_for_update(of=("self",)).get(pk=basket.pk)
    if count > 0:
        [offer] = offers([box], timezone.localdate())
        _refuse_more(basket, offer, count)
        wanted = [_line(basket, offer, one, count) for one in offer.contents]
    Line.objects.filter(basket=basket.pk, box=box).delete()
    if count > 0:
        Line.objects.bulk_create(wanted)
    basket._lines = None
    basket.reset_offer_applications()


def _line(basket: Any, offer: Offer, one: Any, count: int) -> Line:
    return Line(
        basket_id=basket.pk, product=one.product, stockrecord=one.record, box=offer.box, per_box=one.quantity,
        quantity=one.quantity * count, line_reference=f"box{offer.box.pk}_{one.product.pk}_{one.record.pk}",
        price_currency="VND", price_incl_tax=one.unit_price, price_excl_tax=one.unit_price,
    )  # fmt: skip


def _refuse_more(basket: Any, offer: Offer, count: int) -> None:
    """More than there is, with what else of the same goods lies in the basket."""
    if not offer.for_sale:
        raise BoxNotForSale(title=offer.box.title)
    wanted = Counter({one.product.pk: one.quantity * count for one in offer.contents})
    for line in Line.objects.filter(basket=basket.pk, product__in=list(wanted)).exclude(box=offer.box):
        wanted[line.product_id] += line.quantity
    left = stock.available(list(wanted))
    for one in offer.contents:
        if wanted[one.product.pk] > left[one.product.pk]:
            raise OutOfStock(
                product_id=one.product.pk, title=one.product.title, wanted=wanted[one.product.pk],
                available=left[one.product.pk],
            )  # fmt: skip
