"""Prices that hang on a condition: who buys keeps them only with what they were given for. The office may do otherwise."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from marketplace.boxes.grouping import Group, together
from marketplace.errors import Refused
from marketplace.order.models import Line, Order


class OfferHolds(Refused):
    """What was free, or cheaper, was so because of the rest."""

    sentence = _(
        "An offer made this order cheaper as it is, so single pieces cannot be taken off. Please cancel the whole order or a parcel, or call us."
    )
    code = "cancel_offer_holds"


class WholeBoxes(Refused):
    """The parts of a box cost less than they do alone."""

    sentence = _("The gift box “%(box)s” is cancelled whole: the same number of boxes from all that is in it.")
    code = "cancel_whole_boxes"


class QuantityPrice(Refused):
    """The rest would not have been sold at that price."""

    sentence = _(
        "The price of “%(title)s” is for %(least)s pieces or more. Please keep as many, or cancel all pieces of it."
    )
    code = "cancel_quantity_price"


def refuse_cheaper(*, order: Order, lines: Iterable[Line], wanted: Mapping[int, int]) -> None:
    """Says no where the rest of the locked order would keep a price that it was not sold at alone."""
    if order.discounts.exists():
        raise OfferHolds
    for group in together(lines):
        if group.box is not None:
            _refuse_torn(group, wanted)
            continue
        [line] = group.lines
        if wanted.get(line.pk) and 0 < line.left_quantity - wanted[line.pk] < line.least:
            raise QuantityPrice(title=line.title, least=line.least)


def _refuse_torn(group: Group, wanted: Mapping[int, int]) -> None:
    parts = {divmod(wanted.get(line.pk, 0), line.per_box) for line in group.lines}
    if len(parts) > 1 or any(loose for _boxes, loose in parts):
        raise WholeBoxes(box=group.box.title)
