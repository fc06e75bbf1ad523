"""Gift boxes as the shop shows them: what is inside, by whom, with the stars that each has today."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from catalogue.illustrations import illustration_for
from catalogue.models import Category, ProductImage
from marketplace.basket.summary import Picture, illustration_of, picture_of
from marketplace.boxes.models import Box, Part
from marketplace.boxes.queries import Content, Offer, offer, offers
from marketplace.certificates.queries import Badge
from marketplace.money import ZERO
from marketplace.partner.models import StockRecord
from marketplace.search.spelling import fits, spelled, words

SIDE_BY_SIDE = 4  # so many stand beside the products that were searched for
_PHOTO = ProductImage.objects.filter(product=OuterRef("product")).order_by("display_order").values("original")[:1]
_GROUP = Category.objects.filter(pk=OuterRef("product__search_entry__category_ids__0")).values("code")[:1]
Look = tuple[Picture | None, str]  # a photograph, and the drawing of the goods' kind


@dataclass(frozen=True)
class Inside:
    """A product in a box."""

    id: int
    title: str
    url: str
    producer: str
    place: str
    quantity: int
    net_quantity: str
    badge: Badge | None
    picture: Picture | None
    illustration: str


@dataclass(frozen=True)
class BoxPage:
    box: Box
    price: Decimal
    before: Decimal
    available: int
    contents: list[Inside]
    makers: int
    is_alcohol: bool

    @property
    def picture(self) -> Picture | None:
        return self.box.picture

    @property
    def shared(self) -> str:
        """Where a picture of it is, for those who are told of it elsewhere."""
        pictures = [self.picture, *(one.picture for one in self.contents)]
        return next((one.whole for one in pictures if one), "")

    @property
    def saved(self) -> Decimal:
        """Against the same goods singly."""
        return max(self.before - self.price, ZERO)


def shown() -> QuerySet[Box]:
    return Box.objects.opened().select_related("packed_at")


def pages(on: date, *, adult: bool) -> list[BoxPage]:
    """All that are for sale; those with wine to adults only. The number of queries does not grow."""
    found = [offer for offer in offers(shown(), on) if offer.for_sale and (adult or not offer.is_alcohol)]
    return sorted((_page(offer) for offer in found), key=lambda page: not page.available)


def page(box: Box, on: date) -> BoxPage:
    [offer] = offers([box], on)
    return _page(offer)


def searched(text: str, *, adult: bool) -> list[BoxPage]:
    """Boxes in whose name, or in what is in them, all the words stand; those with the name first. What cannot be bought is not found.

    One query for all boxes of the shop, of which there are some dozens: they are no products, and in no index.
    Stock is what the search knows of the products.
    """
    terms, toned = words(text), spelled(text)
    if not terms:
        return []
    boxes: dict[Box, list[Any]] = defaultdict(list)
    for part in _in_the_shop():
        boxes[part.box].append(part)
    fitting = [box for box, parts in boxes.items() if fits(terms, _folded(_said_of(box, parts)))]
    fitting.sort(key=lambda box: (not fits(terms, words(box.title)), not fits(toned, spelled(box.title))))
    found = (_page(_as_searched(box, boxes[box]), _read) for box in fitting)
    return [page for page in found if page.available and (adult or not page.is_alcohol)][:SIDE_BY_SIDE]


def is_named(page: BoxPage, text: str) -> bool:
    """Its name is what was searched for."""
    return fits(words(text), words(page.box.title))


def _in_the_shop() -> QuerySet[Part]:
    rows = Part.objects.filter(box__in=Box.objects.opened().whole()).order_by("-box", "pk")
    return rows.select_related("box", "product__producer__commune").annotate(
        photo=Subquery(_PHOTO), group=Subquery(_GROUP), price=F("product__stockrecords__price"),
        left=F("product__search_entry__available"),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _folded(text: str) -> list[str]:
    """A box says the same to every search."""
    return words(text)


def _said_of(box: Box, parts: list[Any]) -> str:
    inside = (f"{part.product.title} {part.product.producer.name}" for part in parts)
    return " ".join([box.title, box.description, *inside])


def _as_searched(box: Box, parts: list[Any]) -> Offer:
    records = [StockRecord(price=part.price) for part in parts]
    return offer(box, parts, records, {}, {part.product_id: part.left or 0 for part in parts})


def _read(part: Any) -> Look:
    """Of a part that was found with its picture."""
    return Picture.of(part.photo) if part.photo else None, illustration_for(part.product.title, part.group or "")


def _seen(part: Part) -> Look:
    return picture_of(part.product), illustration_of(part.product)


def _page(offer: Offer, look: Callable[[Any], Look] = _seen) -> BoxPage:
    return BoxPage(
        box=offer.box, price=offer.price, before=offer.before, available=offer.available, makers=len(offer.producers),
        contents=[_inside(one, *look(one.part)) for one in offer.contents], is_alcohol=offer.is_alcohol,
    )  # fmt: skip


def _inside(one: Content, picture: Picture | None, illustration: str) -> Inside:
    product: Any = one.product
    return Inside(
        id=product.pk, title=product.title, url=product.get_absolute_url() if product.may_be_sold else "",
        producer=product.producer.name, place=product.producer.commune.name if product.producer.commune else "",
        quantity=one.quantity, net_quantity=product.net_quantity, badge=one.badge, picture=picture,
        illustration=illustration,
    )  # fmt: skip
