"""Gift boxes as the shop shows them: what is inside, by whom, with the stars that each has today."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from marketplace.basket.summary import Picture, illustration_of, picture_of
from marketplace.boxes.models import Box
from marketplace.boxes.queries import Content, Offer, offers
from marketplace.certificates.queries import Badge
from marketplace.money import ZERO


@dataclass(frozen=True)
class Inside:
    """A product in a box."""

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


def _page(offer: Offer) -> BoxPage:
    return BoxPage(
        box=offer.box, price=offer.price, before=offer.before, available=offer.available, makers=len(offer.producers),
        contents=[_inside(one) for one in offer.contents], is_alcohol=offer.is_alcohol,
    )  # fmt: skip


def _inside(one: Content) -> Inside:
    product: Any = one.product
    return Inside(
        title=product.title, url=product.get_absolute_url() if product.may_be_sold else "",
        producer=product.producer.name, place=product.producer.commune.name if product.producer.commune else "",
        quantity=one.quantity, net_quantity=product.net_quantity, badge=one.badge, picture=picture_of(product),
        illustration=illustration_of(product),
    )  # fmt: skip
