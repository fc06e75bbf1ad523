"""Prices that hang on a condition: who buys keeps them only with what they were given for. The office may do otherwise."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from marketplace.boxes.grouping import Group, together
from marketplace.errors import Refused
from marketplace.order.models import Line

from ..earning import Bargain
from ..queries.bargains import bought


class OfferHolds(Refused):
    """What was free, or cheaper, was so because of the rest."""

    sentence = _(
        "“%(offer)s” was given for what was ordered together; what is left would not have got it. Please keep enough for it, cancel the whole order, or call us."
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


def refuse_cheaper(*, bargains: Sequence[Bargain], lines: Sequence[Line], wanted: Mapping[int, int]) -> None:
    """Says no where the rest of the order would keep a price, or an offer given to it, that it would not have got alone."""
    there = bought(lines) if bargains else {}
    for bargain in bargains:
        if bargain.lost_without(wanted, there):
            raise OfferHolds(offer=bargain.name)
    for group in together(lines):
        if group.box is not None:
            _refuse_torn(group, wanted)
            continue
        [line] = group.lines
        if wanted.get(line.pk) and 0 < line.left_quantity - wanted[line.pk] < line.least:
            raise QuantityPrice(title=line.title, least=line.least)


def _refuse_torn(group: Group, wanted: Mapping[int, int]) -> None:
    if all(wanted.get(line.pk, 0) == line.left_quantity for line in group.lines):
        return  # all that is left of it, where a part was paid back alone
    parts = {divmod(wanted.get(line.pk, 0), line.per_box) for line in group.lines}
    if len(parts) > 1 or any(loose for _boxes, loose in parts):
        raise WholeBoxes(box=group.box.title)
