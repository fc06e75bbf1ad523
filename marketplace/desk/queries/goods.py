"""Listings as their producer and the office see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from catalogue import queries as catalogue
from catalogue.models import ListingChange, Product
from catalogue.pictures import small
from marketplace.certificates.models import Certificate
from marketplace.certificates.queries import Badge, best_live
from marketplace.folding import fold
from marketplace.order.models import Line, Order
from marketplace.partner.models import Partner
from marketplace.partner.tiers import Tier
from marketplace.people.models import User
from marketplace.stock import queries as stock


@dataclass(frozen=True)
class Goods:
    """A product on its producer's list."""

    product: Product
    price: Decimal | None
    tiers: Sequence[Tier]
    badge: Badge | None
    past: Certificate | None
    available: int
    change: ListingChange | None


def products(user: User, text: str = "") -> QuerySet[Product]:
    """What the person may see, by name."""
    rows: QuerySet[Product] = Product.objects.for_owner(user).filter(producer__isnull=False)
    if text:
        rows = rows.filter(title__icontains=text) | rows.filter(producer__folded__contains=fold(text))
    return rows.order_by("title", "pk").distinct()


def goods(page: Sequence[Product], on: date) -> list[Goods]:
    """The rows of one page, with four queries however many there are."""
    ids = [product.pk for product in page]
    rows = Product.objects.filter(pk__in=ids).select_related("producer").prefetch_related(
        "stockrecords", Prefetch("certificates", Certificate.objects.order_by("-decided_on", "-pk"))
    )  # fmt: skip
    found = {product.pk: product for product in rows}
    units, changes = stock.available(ids), catalogue.open_changes(ids)
    return [_goods(found[pk], on, units[pk], changes.get(pk)) for pk in ids]


def _goods(product: Product, on: date, available: int, change: ListingChange | None) -> Goods:
    certificates = list(product.certificates.all())
    live = best_live(certificates, on)
    record = next(iter(product.stockrecords.all()), None)
    return Goods(
        product=product,
        price=record.price if record else None,
        tiers=record.quantity_prices if record else (),
        badge=Badge.of(live) if live else None,
        past=None if live else next(iter(certificates), None),
        available=available,
        change=change,
    )


def sold(user: User) -> QuerySet[Line]:
    """Lines of confirmed orders with the person's own goods, newest first. Who bought is nobody's business here."""
    states = (Order.Status.CONFIRMED, Order.Status.COMPLETED)
    lines = Line.objects.filter(order__status__in=states).select_related("order", "product")
    mine = lines if user.is_staff else lines.filter(product__producer__in=Partner.objects.for_owner(user))
    return mine.prefetch_related("fulfilment_lines__fulfilment__location").order_by("-order__date_placed", "pk")


def producers(user: User) -> QuerySet[Partner]:
    """Those whom the person may write listings for."""
    return Partner.objects.for_owner(user).order_by("name")


@dataclass(frozen=True)
class Photo:
    """A photograph on a form or beside another version; `dropped` while its box is ticked."""

    pk: int
    url: str
    dropped: bool = False


def photos(change: ListingChange, dropped: Collection[str] = ()) -> list[Photo]:
    """Those of a proposed version, in the small size."""
    rows = change.photos.all()
    return [
        Photo(photo.pk, photo.image.storage.url(small(photo.image.name)), str(photo.pk) in dropped) for photo in rows
    ]


def live_photos(product: Product | None) -> list[Photo]:
    """Those that the shop shows now."""
    images = product.images.all() if product else ()
    return [Photo(image.pk, image.original.storage.url(small(image.original.name))) for image in images]
