"""A product's own page: who made it, what the label says, whether its stars are live, and where it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.illustrations import illustration_for
from catalogue.models import Category, Product, ProductImage
from marketplace.certificates.models import Certificate
from marketplace.certificates.queries import Badge, best_live
from marketplace.fulfilment.queries import perishable_terms
from marketplace.locations.models import Location
from marketplace.partner.models import Partner
from marketplace.partner.tiers import Tier, tiers_of
from marketplace.people.phones import spoken
from marketplace.places.queries import former_names
from marketplace.search import queries as search
from marketplace.search.models import Entry
from marketplace.stock import queries as stock
from marketplace.stock.queries import PlaceStock

from .cards import Card, Picture, built, rows
from .listing import crumbs
from .pages import Option

RELATED = 4
# What the page prints; the forty other columns would cost as much as all these.
_READ = (
    "title", "slug", "upc", "structure", "description", "demonstration", "net_quantity", "ingredients", "origin", "usage",
    "storage", "warnings", "shelf_life_days", "ethanol_percent", "declaration_number", "perishable", "travel_hours_max", "keep_cool", "producer__name", "producer__code",
    "producer__kind", "producer__phone", "producer__street", "producer__story", "producer__former_place",
    "producer__registration_number", "producer__demonstration", "producer__commune__name", "producer__province__name",
)  # fmt: skip


@dataclass(frozen=True)
class ProductPage:
    product: Product
    card: Card
    pictures: list[Picture]
    badge: Badge | None
    past: list[Certificate]
    potential_five: bool
    producer: Partner
    place: str
    former_place: str
    price: Decimal
    tiers: tuple[Tier, ...]
    available: int
    places: list[PlaceStock]
    facts: list[tuple[str, str]]
    related: list[Card]
    crumbs: list[Option]

    def products(self) -> list[int]:
        return [self.product.pk, *(card.id for card in self.related)]


@dataclass(frozen=True)
class Listed:
    """A product that the shop may show, with what goes with it."""

    product: Product
    producer: Partner
    price: Decimal
    tiers: tuple[Tier, ...]
    photos: list[str]


def listed(pk: int) -> Listed | None:
    """The product with its producer and price, when the shop may show it. One query."""
    photos = ArraySubquery(
        ProductImage.objects.filter(product=OuterRef("pk")).order_by("display_order").values("original")
    )
    found: Any = Product.objects.listed().annotate(
        price=F("stockrecords__price"), tiers=F("stockrecords__tiers"), photos=photos
    )
    found = found.select_related("producer__commune", "producer__province").only(*_READ)
    one = next(iter(found.filter(pk=pk)), None)
    return Listed(one, one.producer, one.price, tiers_of(one.tiers), one.photos) if one else None


def product_page(found: Listed, *, at: datetime, adult: bool) -> ProductPage:
    """Seven queries more, or eight, whatever the shop holds."""
    product, today = found.product, timezone.localdate(at)
    groups = _groups(product)
    beside = _related(product, groups, adult)
    certificates = _certificates([product.pk, *beside])
    own = certificates.get(product.pk, [])
    best = {pk: best_live(some, today) for pk, some in certificates.items()}
    stars = {pk: Badge.of(one) for pk, one in best.items() if one}
    lasts = at + timedelta(seconds=settings.KEPT_SECONDS)  # the page is kept, and promises what is true to the end
    here, pictures = stock.places(product.pk, at=at, lasts=lasts), [Picture.of(name) for name in found.photos]
    available = sum(one.available for one in here)
    return ProductPage(
        product=product,
        card=_card(found, groups, pictures, stars.get(product.pk), available),
        pictures=pictures,
        badge=stars.get(product.pk),
        past=[one for one in own if not one.is_live_on(today)],
        potential_five=product.pk not in stars and any(one.potential_five for one in own),
        producer=found.producer,
        place=todays_place(found.producer),
        former_place=former_place(found.producer),
        price=found.price,
        tiers=found.tiers,
        available=available,
        places=[one for one in here if one.location.kind == Location.Kind.SALES_POINT],
        facts=facts(product, found.producer),
        related=list(built(rows(Entry.objects.filter(pk__in=beside)), stars, beside).values()),
        crumbs=[*crumbs(reversed(groups)), Option("", product.title)],
    )


def _groups(product: Product) -> list[Category]:
    """The product's group and those above it, the nearest first."""
    own = Category.objects.filter(product=product, path__startswith=OuterRef("path"))
    return list(
        Category.objects.filter(Exists(own)).order_by("-depth").only("path", "depth", "name", "name_en", "slug", "code")
    )


def _card(found: Listed, groups: list[Category], pictures: list[Picture], badge: Badge | None, available: int) -> Card:
    """As in a list, but asked of the product itself: the search may not have read it yet."""
    product, producer = found.product, found.producer
    return Card(
        id=product.pk,
        url=product.get_absolute_url(),
        title=product.title,
        picture=pictures[0] if pictures else None,
        illustration=illustration_for(product.title, (groups[0].code or "") if groups else ""),
        producer=producer.name,
        place=producer.commune.name if producer.commune else "",
        price=found.price,
        badge=badge,
        available=available,
        alcohol=product.is_alcohol,
        demonstration=product.demonstration,
    )


def _related(product: Product, groups: list[Category], adult: bool) -> list[int]:
    """Others of the same group and, if there are, of the same kind."""
    return search.beside(product.pk, product.title, groups[0].pk, adult=adult, size=RELATED) if groups else []


def _certificates(ids: list[int]) -> dict[int, list[Certificate]]:
    found: dict[int, list[Certificate]] = {}
    for one in Certificate.objects.filter(product__in=ids):
        found.setdefault(one.product_id, []).append(one)
    return found


def todays_place(producer: Partner) -> str:
    return ", ".join(one.name for one in (producer.commune, producer.province) if one)


def former_place(producer: Partner) -> str:
    """The name on certificate and label; where none is written, the commune's main name of before July 2025."""
    if producer.former_place or not producer.commune_id:
        return producer.former_place
    return _main_name(producer.commune_id)


@lru_cache(maxsize=4096)
def _main_name(commune_id: int) -> str:
    """Names of the past do not change; each is asked once."""
    names = former_names([commune_id])[commune_id]
    return str(names[0]) if names else ""


def facts(product: Product, producer: Partner) -> list[tuple[str, str]]:
    """What the label must say (Decree 43/2017), without what is not known."""
    shelf, strength = product.shelf_life_days, product.ethanol_percent
    told = [
        (_("Net quantity"), product.net_quantity),
        (_("Ingredients or material"), product.ingredients),
        (_("Origin"), product.origin),
        (_("Alcohol"), f"{strength.normalize():f} % vol" if strength else ""),
        (_("Shelf life"), ngettext("%(n)s day", "%(n)s days", shelf) % {"n": shelf} if shelf else ""),
        (_("How to use"), product.usage),
        (_("How to store"), product.storage),
        (_("Delivery"), travels(product)),
        (_("Warnings"), product.warnings),
        (_("Quality declaration"), product.declaration_number),
        (_("Returns"), perishable_terms() if product.perishable else ""),
        (_("Responsible for the goods"), _responsible(producer)),
    ]
    return [(label, value) for label, value in told if value]


def travels(product: Product) -> str:
    """How far it may be sent; empty for goods that travel anywhere."""
    hours, cool = product.travel_hours_max, product.keep_cool
    within = ngettext(
        "Delivered only where it arrives within %(n)s hour.",
        "Delivered only where it arrives within %(n)s hours.",
        hours or 0,
    )
    kept = _("Kept cool on the way.") if cool else ""
    return " ".join(part for part in (within % {"n": hours} if hours else "", kept) if part)


def _responsible(producer: Partner) -> str:
    phone = spoken(producer.phone) if producer.phone else ""
    return ", ".join(part for part in (producer.name, producer.street, todays_place(producer), phone) if part)
