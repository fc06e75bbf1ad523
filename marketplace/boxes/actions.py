"""Composing gift boxes, and bringing them into the shop."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.actions import touch
from catalogue.models import Product
from catalogue.pictures import Photograph
from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.money import dong
from marketplace.people.models import User

from . import notices
from .models import Box, Part
from .pricing import Piece, singly, step
from .queries import Content, offers

LEAST_SHARE = 2  # a box costs at least this part of what its content costs singly: one half


class BoxFixed(Refused):
    """Who ordered the box shall find in it what it said."""

    sentence = _("This gift box has been in the shop: what is in it stays. Compose a new one instead.")
    code = "box_fixed"


class TooFewParts(Refused):
    sentence = _("A gift box holds at least two different products.")
    code = "too_few_parts"


class PartNotForSale(Refused):
    sentence = _("“%(title)s” is not for sale at the moment.")
    code = "part_not_for_sale"


class PackerDoesNotShip(Refused):
    """Deliveries leave from where the box is packed."""

    sentence = _("%(place)s is no open sales point that sends parcels, so boxes cannot be packed there.")
    code = "packer_does_not_ship"


class BoxPriceOff(Refused):
    """Neither dearer than its content, nor a gift at the makers' cost."""

    sentence = _("A gift box costs between half and all of what its content costs singly: from %(least)s to %(most)s.")
    code = "box_price_off"


class BoxPriceUneven(Refused):
    """Each piece has a price in whole đồng."""

    sentence = _("With these pieces the price must be a multiple of %(step)s ₫.")
    code = "box_price_uneven"


@transaction.atomic
def compose(
    *, packed_at: Location, title: str, description: str, price: Decimal | None, by: User, demonstration: bool = False
) -> Box:
    """There is a draft of a gift box, still empty. Without a price it costs what its content costs."""
    facts = {"title": title.strip(), "description": description.strip(), "price": price}
    box = Box.objects.create(packed_at=packed_at, demonstration=demonstration, **facts)
    note(box, "box.composed", by=by, title=box.title)
    return box


@transaction.atomic
def describe(*, box: Box, title: str, description: str, price: Decimal | None, by: User, at: datetime) -> None:
    """The box says and costs so much from the next basket on; its name stays once it was in the shop."""
    locked = _lock(box)
    if not locked.is_draft and title.strip() != locked.title:
        raise BoxFixed
    before = locked.price
    locked.title, locked.description, locked.price = title.strip(), description.strip(), price
    if locked.is_open:
        _check_price(locked, at)
    locked.save(update_fields=["title", "description", "price"])
    note(locked, "box.described", by=by, before=str(before or ""), price=str(price or ""))
    _touch(locked)


def picture(*, box: Box, photograph: Photograph | None, by: User, at: datetime) -> None:
    """The box is shown by this photograph; without one, by what is in it. Older ones are kept, as those of listings are."""
    name = photograph.keep(at, "boxes") if photograph else ""  # before the transaction: the store may be far away
    with transaction.atomic():
        locked = _lock(box)
        locked.photo = name
        locked.save(update_fields=["photo"])
        note(locked, "box.pictured", by=by, photo=name)
        _touch(locked)


@transaction.atomic
def put_in(*, box: Box, product: Product, quantity: int, by: User) -> None:
    """Each box holds so many pieces of the product; 0 takes it out of the draft."""
    locked = _lock(box)
    if not locked.is_draft:
        raise BoxFixed
    if quantity:
        Part.objects.update_or_create(box=locked, product=product, defaults={"quantity": quantity})
    else:
        Part.objects.filter(box=locked, product=product).delete()
    note(locked, "box.filled", by=by, product=product.pk, quantity=quantity)


@transaction.atomic
def bring_out(*, box: Box, by: User, at: datetime) -> None:
    """The shop sells the box, and the makers of what is in it know at which price."""
    locked = _lock(box)
    contents = _check_contents(locked, at)
    _check_price(locked, at)
    place = locked.packed_at
    if not (place.active and place.ships and place.kind == Location.Kind.SALES_POINT):
        raise PackerDoesNotShip(place=place.name)
    first = locked.is_draft
    locked.opened_at, locked.closed_at = locked.opened_at or at, None
    locked.save(update_fields=["opened_at", "closed_at"])
    note(locked, "box.brought_out", by=by)
    _touch(locked)
    if first:
        notices.box_opened(locked, contents)


@transaction.atomic
def take_out(*, box: Box, by: User, at: datetime) -> None:
    """Nobody can order it any more; orders go on."""
    locked = _lock(box)
    if locked.is_open:
        locked.closed_at = at
        locked.save(update_fields=["closed_at"])
        note(locked, "box.taken_out", by=by)
        _touch(locked)


@transaction.atomic
def discard(*, box: Box, by: User) -> None:
    """A draft that was never in the shop is gone."""
    locked = _lock(box)
    if not locked.is_draft:
        raise BoxFixed
    note(locked, "box.discarded", by=by)
    locked.delete()


def _lock(box: Box) -> Box:
    return Box.objects.select_for_update(of=("self",)).select_related("packed_at").get(pk=box.pk)


def _touch(box: Box) -> None:
    """No page that shows the box is kept any longer: it is kept as long as nothing in the box changes."""
    touch(product_ids=box.parts.values_list("product", flat=True))


def _check_contents(box: Box, at: datetime) -> Sequence[Content]:
    [offer] = offers([box], timezone.localdate(at))
    if len(offer.contents) < 2:
        raise TooFewParts
    for one in offer.contents:
        if not (one.product.may_be_sold and one.record is not None and one.record.price is not None):
            raise PartNotForSale(title=one.product.title)
    return offer.contents


def _check_price(box: Box, at: datetime) -> None:
    """An own price divides into whole đồng, and leaves every maker a fair part."""
    if box.price is None:
        return
    pieces = [Piece(one.record.price, one.quantity) for one in _check_contents(box, at)]
    most = singly(pieces)
    if not most / LEAST_SHARE <= box.price <= most:
        raise BoxPriceOff(least=dong(most / LEAST_SHARE), most=dong(most))
    if box.price % step(pieces):
        raise BoxPriceUneven(step=step(pieces))
