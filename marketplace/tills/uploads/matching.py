"""Which product a row means, what stands at the place, and whether an earlier file said the same. Changes no table."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from marketplace.errors import Refused
from marketplace.folding import fold
from marketplace.locations.models import Location
from marketplace.partner.models import StockRecord
from marketplace.stock import queries as stock
from marketplace.tills.actions import AmbiguousCode, UnknownCode
from marketplace.tills.models import Upload, UploadRow
from marketplace.tills.queries import products_by_code

from .moments import happened_at


class UnknownTitle(Refused):
    sentence = _("No product here is called “%(title)s”; its code is needed.")
    code = "unknown_title"


class AmbiguousTitle(Refused):
    sentence = _("Several products are called “%(title)s”; the code is needed.")
    code = "ambiguous_title"


class NotFromHere(Refused):
    sentence = _("“%(title)s” is not a product of this store's producer.")
    code = "not_from_here"


class InTheFuture(Refused):
    sentence = _("The day %(day)s lies in the future.")
    code = "in_the_future"


def find_products(upload: Upload, rows: Sequence[UploadRow], at: datetime) -> None:
    """Each row has its product and the code under which the inbox finds it, or a refusal."""
    coded = products_by_code(row.code for row in rows if row.code)
    titled = _by_title(upload.location_id, [row.title for row in rows if not row.code])
    means = {id(row): coded[row.code] if row.code else titled[fold(row.title)] for row in rows}
    ids = {product for products in means.values() for product in products}
    facts = _facts(ids)
    for row in rows:
        try:
            row.product_id = _one(row, means[id(row)], upload.location, facts)
            row.code, row.title = row.code or facts[row.product_id][0], facts[row.product_id][1]
            _not_later(upload, row, at)
        except Refused as no:
            row.refusal = {"code": no.code, "facts": no.facts}


def _by_title(location_id: int, titles: Sequence[str]) -> dict[str, set[int]]:
    """Products by their folded name: those that stand on the place's books, and any that is written exactly so."""
    found: dict[str, set[int]] = {fold(title): set() for title in titles}
    if found:
        named = Product.objects.filter(pk__in=stock.stocked(location_id)) | Product.objects.filter(title__in=titles)
        for pk, title in named.values_list("pk", "title"):
            if fold(title) in found:
                found[fold(title)].add(pk)
    return found


def _facts(product_ids: set[int]) -> dict[int, tuple[str, str, int | None]]:
    """Code, title and the producer's store of each product."""
    rows = list(Product.objects.filter(pk__in=product_ids).values_list("pk", "upc", "title", "producer__store_id"))
    without = [pk for pk, upc, _title, _store in rows if not upc]
    skus = dict(StockRecord.objects.filter(product_id__in=without).values_list("product_id", "partner_sku"))
    return {pk: (upc or skus.get(pk, ""), title, store) for pk, upc, title, store in rows}


def _one(row: UploadRow, products: set[int], location: Location, facts: dict[int, Any]) -> int:
    if len(products) != 1 and row.code:
        raise (AmbiguousCode if products else UnknownCode)(product_code=row.code)
    if len(products) != 1:
        raise (AmbiguousTitle if products else UnknownTitle)(title=row.title)
    [product] = products
    code, title, store = facts[product]
    if location.kind == Location.Kind.PRODUCER_STORE and store != location.pk:
        raise NotFromHere(title=title)
    if not row.code and not code:
        raise UnknownTitle(title=title)
    return product


def _not_later(upload: Upload, row: UploadRow, at: datetime) -> None:
    """Today's noon is today, also in the morning."""
    happened = happened_at(upload, row)
    if happened and timezone.localdate(happened) > timezone.localdate(at):
        raise InTheFuture(day=f"{timezone.localdate(happened):%d/%m/%Y}")


def pieces(upload: Upload, rows: Iterable[UploadRow]) -> dict[tuple[int, str], int]:
    """On hand at the place, by product and lot. One query."""
    wanted = {row.product_id for row in rows if row.product_id}
    found = stock.balances(location_ids=[upload.location_id], product_ids=wanted)
    return {(one.product_id, one.lot): one.on_hand for one in found}


def find_alike(upload: Upload, rows: Sequence[UploadRow]) -> None:
    """Rows that tell what a row of another booked file told, as often as it did: the same goods on the same day twice.

    A file that grows from day to day is so booked without its old rows.
    """
    earlier: dict[Any, list[int]] = defaultdict(list)
    booked = UploadRow.objects.filter(booked=True, upload__location=upload.location_id).exclude(upload=upload.pk)
    booked = booked.filter(product_id__in={row.product_id for row in rows}).select_related("upload")
    for row in booked.order_by("-pk"):
        earlier[_said(row.upload, row)].append(row.upload_id)
    for row in rows:
        if happened_at(upload, row) and earlier[_said(upload, row)]:
            row.alike_id = earlier[_said(upload, row)].pop()


def _said(upload: Upload, row: UploadRow) -> tuple[Any, ...]:
    return row.kind, row.product_id, row.lot, row.quantity, row.receipt, happened_at(upload, row)
