"""A product as it stands in a row of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from catalogue.illustrations import GENERIC, illustration_for
from catalogue.models import Category, ProductImage
from catalogue.pictures import small, srcset
from marketplace.certificates.queries import Badge, badges
from marketplace.search.models import Entry

_PHOTO = Subquery(ProductImage.objects.filter(product=OuterRef("pk")).order_by("display_order").values("original")[:1])


@dataclass(frozen=True)
class Picture:
    """A photograph. Where there is none, the drawing of the goods' kind is shown."""

    url: str
    srcset: str = ""
    alt: str = ""

    @classmethod
    def of(cls, name: str, alt: str = "") -> "Picture":
        return cls(default_storage.url(small(name)), srcset(name), alt)


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
    """What the cards of these entries need besides the stars; prices and names as they are now. One query."""
    return list(
        entries.annotate(photo=_PHOTO).values(
            "pk", "title", "available", "alcohol", "category_ids", "photo", "product__slug", "product__demonstration",
            "product__stockrecords__price", "product__producer__name", "product__producer__commune__name",
        )
    )  # fmt: skip


def built(found: list[dict[str, Any]], stars: dict[int, Badge], order: Sequence[int]) -> dict[int, Card]:
    """The cards of these rows, in that order."""
    base, drawings = reverse("catalogue:index"), _drawings(found)
    made = {row["pk"]: _card(row, stars.get(row["pk"]), base, drawings[row["pk"]]) for row in found}
    return {pk: made[pk] for pk in order if pk in made}


def _drawings(found: list[dict[str, Any]]) -> dict[int, str]:
    """The drawing of each; the group is asked only for names that tell nothing."""
    drawn = {row["pk"]: illustration_for(row["title"]) for row in found}
    silent = {row["pk"]: row["category_ids"][0] for row in found if drawn[row["pk"]] == GENERIC and row["category_ids"]}
    codes = dict(Category.objects.filter(pk__in=set(silent.values())).values_list("pk", "code")) if silent else {}
    return drawn | {row["pk"]: illustration_for(row["title"], codes.get(silent[row["pk"]]) or "") for row in found if row["pk"] in silent}


def _card(row: dict[str, Any], badge: Badge | None, base: str, illustration: str) -> Card:
    return Card(
        id=row["pk"],
        url=f"{base}{row['product__slug']}_{row['pk']}/",
        title=row["title"],
        picture=Picture.of(row["photo"]) if row["photo"] else None,
        illustration=illustration,
        producer=row["product__producer__name"],
        place=row["product__producer__commune__name"] or "",
        price=row["product__stockrecords__price"],
        badge=badge,
        available=row["available"],
        alcohol=row["alcohol"],
        demonstration=row["product__demonstration"],
    )
