"""A product's own page: who made it, what the label says, whether its stars are live, and where it is."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.illustrations import illustration_for
from catalogue.models import Category, Product
from marketplace.certificates.models import Certificate
from marketplace.certificates.queries import Badge, best_live
from marketplace.locations.models import Location
from marketplace.partner.models import Partner
from marketplace.people.phones import spoken
from marketplace.places.queries import former_names
from marketplace.search import queries as search
from marketplace.search.queries import Query
from marketplace.stock import queries as stock
from marketplace.stock.queries import PlaceStock

from .cards import Card, Picture, built, rows
from .listing import crumbs
from .pages import Option

RELATED = 4


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
    price: object
    available: int
    places: list[PlaceStock]
    facts: list[tuple[str, str]]
    related: list[Card]
    crumbs: list[Option]


def listed(pk: int) -> Product | None:
    """The product with its producer and price, when the shop may show it. One query."""
    found = Product.objects.listed().annotate(price=F("stockrecords__price"))
    return found.select_related("producer__commune", "producer__province").filter(pk=pk).first()


def product_page(product: Product, *, at: datetime, adult: bool) -> ProductPage:
    """At most nine queries, whatever the shop holds."""
    today = timezone.localdate(at)
    groups = _groups(product)
    beside = _related(product, groups, today, adult)
    certificates = _certificates([product.pk, *beside])
    own = certificates.get(product.pk, [])
    best = {pk: best_live(some, today) for pk, some in certificates.items()}
    stars = {pk: Badge.of(one) for pk, one in best.items() if one}
    here, pictures = stock.places(product.pk, at=at), _pictures(product)
    available = sum(one.available for one in here)
    return ProductPage(
        product=product,
        card=_card(product, groups, pictures, stars.get(product.pk), available),
        pictures=pictures,
        badge=stars.get(product.pk),
        past=[one for one in own if not one.is_live_on(today)],
        potential_five=product.pk not in stars and any(one.potential_five for one in own),
        producer=product.producer,
        place=todays_place(product.producer),
        former_place=former_place(product.producer),
        price=product.price,
        available=available,
        places=[one for one in here if one.location.kind == Location.Kind.SALES_POINT],
        facts=facts(product),
        related=list(built(rows(beside), stars, beside).values()) if beside else [],
        crumbs=crumbs(reversed(groups)),
    )


def _groups(product: Product) -> list[Category]:
    """The product's group and those above it, the nearest first."""
    own = Category.objects.filter(product=product, path__startswith=OuterRef("path"))
    return list(Category.objects.filter(Exists(own)).order_by("-depth"))


def _pictures(product: Product) -> list[Picture]:
    return [Picture.of(one.original.name, one.caption) for one in product.images.all()]


def _card(product: Product, groups: list[Category], pictures: list[Picture], badge: Badge | None, available: int) -> Card:
    """As in a list, but asked of the product itself: the search may not have read it yet."""
    return Card(
        id=product.pk,
        url=product.get_absolute_url(),
        title=product.title,
        picture=pictures[0] if pictures else None,
        illustration=illustration_for(product.title, (groups[0].code or "") if groups else ""),
        producer=product.producer.name,
        place=product.producer.commune.name if product.producer.commune else "",
        price=product.price,
        badge=badge,
        available=available,
        alcohol=product.is_alcohol,
        demonstration=product.demonstration,
    )


def _related(product: Product, groups: list[Category], today: date, adult: bool) -> list[int]:
    """Others of the same group, the most bought first."""
    if not groups:
        return []
    query = Query(on=today, groups=(groups[0].pk,), adult=adult, size=RELATED + 1)
    return [pk for pk in search.rows({"related": query})["related"] if pk != product.pk][:RELATED]


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
    names = former_names([producer.commune_id])[producer.commune_id]
    return str(names[0]) if names else ""


def facts(product: Product) -> list[tuple[str, str]]:
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
        (_("Warnings"), product.warnings),
        (_("Quality declaration"), product.declaration_number),
        (_("Responsible for the goods"), _responsible(product.producer)),
    ]
    return [(label, value) for label, value in told if value]


def _responsible(producer: Partner) -> str:
    phone = spoken(producer.phone) if producer.phone else ""
    return ", ".join(part for part in (producer.name, producer.street, todays_place(producer), phone) if part)
