"""Changes to what is sold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace import rows
from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.partner import actions as partners
from marketplace.partner.actions import ReasonMissing
from marketplace.partner.models import Partner, StockRecord
from marketplace.partner.tiers import Tier
from marketplace.people.models import User

from . import freshness, notices, queries
from .models import Category, ListingChange, ListingPhoto, Product, ProductClass, ProductImage, TouchedProduct
from .pictures import Photograph

MOST_PHOTOGRAPHS = 6
MOST_DONG = Decimal(500_000_000)
Status = ListingChange.Status


class ListingMoved(Refused):
    """Somebody else was quicker: the change is no longer in the state that the page showed."""

    sentence = _("This listing has moved on meanwhile. Please look at it again.")
    code = "listing_moved"


class Incomplete(Refused):
    """The label would lack what the law asks for."""

    sentence = _("Please complete first: %(fields)s.")
    code = "listing_incomplete"


class TooManyPhotographs(Refused):
    sentence = _("A listing may have %(most)s photographs.")
    code = "too_many_photographs"


class ProducerNotVerified(Refused):
    """Law 122/2025/QH15: a seller's identity is verified before anything is sold."""

    sentence = _("The identity of %(producer)s has not been verified yet.")
    code = "producer_not_verified"


class WrongPrice(Refused):
    sentence = _("A price is a whole number of đồng, above 0 and at most 500.000.000 ₫.")
    code = "wrong_price"


def touch(*, product_ids: Iterable[int]) -> None:
    """The search will re-read these products, and no page shows them any more as they were."""
    ids = sorted(set(product_ids))
    at = timezone.now()
    rows.insert(TouchedProduct, ["product", "at"], [(pk, at) for pk in ids])
    transaction.on_commit(lambda: freshness.mark(ids), robust=True)


@transaction.atomic
def verify_producer(*, producer: Partner, by: User, at: datetime) -> None:
    """The office has seen who the seller is: what it lists is in the shop, everywhere at once."""
    partners.verify(producer=producer, by=by, at=at)
    touch(product_ids=producer.products.values_list("pk", flat=True))


@transaction.atomic
def doubt_producer(*, producer: Partner, reason: str, by: User, at: datetime) -> None:
    """Nothing of this producer is shown or sold any more; its orders go on, its listings wait for another look."""
    partners.doubt(producer=producer, reason=reason, by=by, at=at)
    touch(product_ids=producer.products.values_list("pk", flat=True))


@transaction.atomic
def load_groups(*, groups: Iterable[Mapping[str, str]]) -> int:
    """The programme's product groups are there to be chosen, and the one class of goods; twice changes nothing."""
    ProductClass.objects.get_or_create(slug="goods", defaults={"name": "Hàng hóa"})
    known = set(Category.objects.values_list("code", flat=True))
    missing = [group for group in groups if group["code"] not in known]
    for group in missing:
        Category.add_root(code=group["code"], name=group["name"], name_en=group["name_en"])
    return len(missing)


@transaction.atomic
def start_change(*, product: Product, by: User) -> ListingChange:
    """The product has an open draft, which begins as a copy of what is live; a draft already there is taken up."""
    open_change = product.changes.filter(status__in=[Status.DRAFT, Status.SUBMITTED]).first()
    if open_change:
        return open_change
    if product.producer is None:
        raise ListingMoved
    pictures = [(image.original.name or "", image.caption) for image in product.images.all()]
    category = queries.group_of(product) or Category.objects.filter(depth=1).order_by("path").first()
    return _copied(product, pictures, product=product, producer=product.producer, category=category, by=by)


@transaction.atomic
def revise(*, change: ListingChange, by: User) -> ListingChange:
    """A rejected version lives on as a new draft; the rejected one stays as it was decided."""
    if change.status != Status.REJECTED:
        raise ListingMoved
    if change.product and (open_change := queries.open_changes([change.product.pk]).get(change.product.pk)):
        return open_change
    pictures = [(photo.image.name or "", photo.caption) for photo in change.photos.all()]
    facts = {"product": change.product, "producer": change.producer, "category": change.category}
    return _copied(change, pictures, **facts, price=change.price, by=by)


def propose(
    *, producer: Partner, fields: Mapping[str, Any], photographs: Sequence[Photograph], by: User, at: datetime
) -> ListingChange:
    """The producer has a draft of a new listing."""
    _check_number(len(photographs))
    names = [photograph.keep(at) for photograph in photographs]  # before the transaction: the store may be far away
    with transaction.atomic():
        change = ListingChange.objects.create(producer=producer, **fields)
        _add_photos(change, names, after=0)
        note(change, "listing.drafted", by=by)
    return change


def save_change(
    *,
    change: ListingChange,
    fields: Mapping[str, Any],
    photographs: Sequence[Photograph] = (),
    drop: Collection[int] = (),
    by: User,
    at: datetime,
) -> None:
    """The draft says what the producer wrote, with new photographs after those that stay."""
    staying = change.photos.exclude(pk__in=drop).count()
    _check_number(staying + len(photographs))
    names = [photograph.keep(at) for photograph in photographs]
    with transaction.atomic():
        _move(change, Status.DRAFT, **fields)
        change.photos.filter(pk__in=drop).delete()
        _add_photos(change, names, after=staying)
        note(change, "listing.saved", by=by)


@transaction.atomic
def submit(*, change: ListingChange, by: User, at: datetime) -> None:
    """The office is asked to look at the draft."""
    if missing := queries.incomplete(change):
        raise Incomplete(fields=", ".join(missing))
    _move(change, Status.DRAFT, status=Status.SUBMITTED, submitted_by=by, submitted_at=at)
    note(change, "listing.submitted", by=by)
    notices.listing_submitted(change)


@transaction.atomic
def withdraw(*, change: ListingChange, by: User) -> None:
    """The producer goes on writing; the office no longer sees it waiting."""
    _move(change, Status.SUBMITTED, status=Status.DRAFT)
    note(change, "listing.withdrawn", by=by)


@transaction.atomic
def discard(*, change: ListingChange, by: User) -> None:
    """A draft that nobody else has seen is gone."""
    note(change, "listing.discarded", by=by)
    if not ListingChange.objects.filter(pk=change.pk, status=Status.DRAFT).delete()[0]:
        raise ListingMoved


@transaction.atomic
def approve(*, change: ListingChange, by: User, at: datetime) -> Product:
    """The shop shows the proposed version; the version before stays among the changes."""
    if change.producer.verified_at is None:
        raise ProducerNotVerified(producer=change.producer.name)
    _move(change, Status.SUBMITTED, status=Status.APPROVED, decided_by=by, decided_at=at)
    product = change.product or _new_product(change)
    for name in (*queries.TEXT, *queries.LABEL):
        setattr(product, name, getattr(change, name))
    product.save(update_fields=[*queries.TEXT, *queries.LABEL, "date_updated"])
    product.categories.set([change.category])
    product.images.all().delete()
    ProductImage.objects.bulk_create(
        ProductImage(product=product, original=photo.image.name, caption=photo.caption, display_order=order)
        for order, photo in enumerate(change.photos.all())
    )
    note(change, "listing.approved", by=by, product=product.pk)
    notices.listing_approved(change)
    touch(product_ids=[product.pk])
    return product


@transaction.atomic
def reject(*, change: ListingChange, reason: str, by: User, at: datetime) -> None:
    """What is live stays; the producer knows why."""
    if not reason.strip():
        raise ReasonMissing
    _move(change, Status.SUBMITTED, status=Status.REJECTED, reason=reason.strip(), decided_by=by, decided_at=at)
    note(change, "listing.rejected", by=by, reason=change.reason)
    notices.listing_rejected(change)


@transaction.atomic
def set_price(*, product: Product, price: Decimal, by: User, at: datetime) -> None:
    """The next basket pays this price; orders placed keep theirs."""
    _check_price(price)
    if product.producer is None:
        raise ListingMoved
    record, is_new = StockRecord.objects.get_or_create(product=product, defaults=_record_of(product, price))
    before = None if is_new else partners.set_price(record=record, price=price)
    note(product, "price.set", by=by, before=str(before or ""), price=str(price), at=at.isoformat())
    touch(product_ids=[product.pk])


@transaction.atomic
def set_tiers(*, product: Product, tiers: Sequence[Tier], by: User, at: datetime) -> None:
    """The next basket with so many pieces pays these prices; orders placed keep theirs."""
    record = StockRecord.objects.filter(product=product, price__isnull=False).first()
    if record is None:
        raise ListingMoved
    partners.set_tiers(record=record, tiers=sorted(tiers))
    told = ", ".join(f"{tier.from_quantity}: {tier.price}" for tier in sorted(tiers))
    note(product, "price.tiers_set", by=by, tiers=told, at=at.isoformat())
    touch(product_ids=[product.pk])


def _move(change: ListingChange, was: str, **fields: Any) -> None:
    """Changes the row if it still is what the caller believes; then the row here is the row there."""
    if not ListingChange.objects.filter(pk=change.pk, status=was).update(**fields):
        raise ListingMoved
    for name, value in fields.items():
        setattr(change, name, value)


def _copied(source: Any, pictures: Sequence[tuple[str, str]], *, by: User, **facts: Any) -> ListingChange:
    fields = {name: getattr(source, name) for name in (*queries.TEXT, *queries.LABEL)}
    change = ListingChange.objects.create(**fields, **facts)
    ListingPhoto.objects.bulk_create(
        ListingPhoto(change=change, image=name, caption=caption, display_order=order)
        for order, (name, caption) in enumerate(pictures)
    )
    note(change, "listing.drafted", by=by)
    return change


def _add_photos(change: ListingChange, names: Sequence[str], *, after: int) -> None:
    ListingPhoto.objects.bulk_create(
        ListingPhoto(change=change, image=name, display_order=after + order) for order, name in enumerate(names)
    )


def _new_product(change: ListingChange) -> Product:
    """Without it there is nothing to buy: product, price and an empty stock record."""
    _check_price(change.price)
    goods = ProductClass.objects.get(slug="goods")
    product = Product.objects.create(title=change.title, product_class=goods, producer=change.producer, is_public=True)
    StockRecord.objects.create(product=product, **_record_of(product, change.price))
    ListingChange.objects.filter(pk=change.pk).update(product=product)
    change.product = product
    return product


def _record_of(product: Product, price: Decimal | None) -> dict[str, Any]:
    return {
        "partner": product.producer,
        "partner_sku": f"P{product.pk}",
        "price": price,
        "price_currency": "VND",
        "num_in_stock": 0,
    }


def _check_price(price: Decimal | None) -> None:
    if price is None or price != price.to_integral_value() or not 0 < price <= MOST_DONG:
        raise WrongPrice


def _check_number(photographs: int) -> None:
    if photographs > MOST_PHOTOGRAPHS:
        raise TooManyPhotographs(most=MOST_PHOTOGRAPHS)
