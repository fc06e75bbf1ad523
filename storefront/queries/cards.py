"""A product as it stands in a row of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from catalogue.illustrations import illustration_for
from catalogue.models import Category, ProductImage
from catalogue.pictures import Picture as Picture
from marketplace.certificates.queries import Badge, badges
from marketplace.search.models import Entry

_GROUP = Subquery(Category.objects.filter(pk=OuterRef("category_ids__0")).values("code")[:1])
_PHOTO = Subquery(ProductImage.objects.filter(product=OuterRef("pk")).order_by("display_order").values("original")[:1])


@dataclass(frozen=True)
class Card:
    id: int
    url: str
    title: str
    picture: Picture | None
    illustration: str
    producer: str
    place: str
    price: Decimal
    badge: Badge | None
    available: int
    alcohol: bool
    demonstration: bool


def cards(ids: Sequence[int], on: date) -> dict[int, Card]:
    """The listed ones of these products, in their order. Two queries: stars are always asked of the certificates."""
    return built(rows(Entry.objects.filter(pk__in=ids, listed=True)), badges(ids, on), ids)


def rows(entries: QuerySet[Entry]) -> list[dict[str, Any]]:
    """What the cards of these entries need besides the stars; prices, names and who may sell as they are now. One query."""
    found: QuerySet[Any, Any] = entries.filter(product__is_public=True, product__producer__verified_at__isnull=False)
    return list(
        found.annotate(photo=_PHOTO, group=_GROUP).values(
            "pk", "title", "available", "alcohol", "group", "photo", "product__slug", "product__demonstration",
            "product__stockrecords__price", "product__producer__name", "product__producer__commune__name",
        )
    )  # fmt: skip


def built(found: list[dict[str, Any]], stars: dict[int, Badge], order: Sequence[int]) -> dict[int, Card]:
    """The cards of these rows, in that order."""
    base = reverse("catalogue:index")
    made = {row["pk"]: _card(row, stars.get(row["pk"]), base) for row in found}
    return {pk: made[pk] for pk in order if pk in made}


def _card(row: dict[str, Any], badge: Badge | None, base: str) -> Card:
    return Card(
        id=row["pk"],
        url=f"{base}{row['product__slug']}_{row['pk']}/",
        title=row["title"],
        picture=Picture.of(row["photo"]) if row["photo"] else None,
        illustration=illustration_for(row["title"], row["group"] or ""),
        producer=row["product__producer__name"],
        place=row["product__producer__commune__name"] or "",
        price=row["product__stockrecords__price"],
        badge=badge,
        available=row["available"],
        alcohol=row["alcohol"],
        demonstration=row["product__demonstration"],
    )
