"""The search re-reads what changed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Max, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import strip_tags

from catalogue import freshness
from catalogue.models import Category, Product, TouchedProduct
from marketplace.certificates.queries import badges
from marketplace.order.models import Line, Order
from marketplace.places.queries import search_texts
from marketplace.stock import queries as stock

from .models import Entry
from .spelling import spelled, words

AT_ONCE = 500  # products in one transaction, about a second
_ALONE = 7210  # the number of our advisory lock
_FACTS = (
    "pk", "title", "description", "ingredients", "origin", "is_public", "date_created", "ethanol_percent", "producer_id",
    "producer__name", "producer__verified_at", "producer__commune_id", "producer__former_place", "stockrecords__price",
)  # fmt: skip


@transaction.atomic
def refresh(*, at: datetime, product_ids: Iterable[int] | None = None) -> int:
    """The entries of some touched products (or of those named) say what is true now; returns how many were read."""
    _wait_to_be_alone()
    today = timezone.localdate(at)
    touched = [] if product_ids is not None else _touched()
    ids = sorted(set(product_ids if product_ids is not None else [*(pk for _row, pk in touched), *_over(today)]))
    entries = _entries(ids, at)
    _number(entries, at)
    fields = [field.name for field in Entry._meta.concrete_fields if not field.primary_key]
    Entry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["product"], update_fields=fields)
    TouchedProduct.objects.filter(pk__in=[row for row, _pk in touched]).delete()
    if ids:
        transaction.on_commit(lambda: freshness.mark([freshness.EVERYTHING, *ids]), robust=True)
    return len(ids)


def _wait_to_be_alone() -> None:
    """Until this transaction ends no other reads: a slow one would write old news over what the other read after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ALONE])


def _touched() -> list[tuple[int, int]]:
    """Read before the facts: what changes after this leaves a row of its own."""
    return list(TouchedProduct.objects.order_by("pk").values_list("pk", "product_id")[:AT_ONCE])


def _over(today: date) -> list[int]:
    """Products whose stars, or one of whose lots, ended with an earlier day; another may have taken over."""
    ended = Q(stars_until__lt=today) | Q(fresh_until__lt=today)
    return list(Entry.objects.filter(ended).values_list("pk", flat=True)[:AT_ONCE])


def _number(entries: list[Entry], at: datetime) -> None:
    """Higher than any number before, for nobody else reads meanwhile.

    Microseconds of the clock: so they stay higher even when an older copy of the database is restored.
    """
    last = Entry.objects.aggregate(last=Max("change"))["last"] or 0
    first = max(last, round(at.timestamp() * 1_000_000)) + 1
    for number, entry in enumerate(entries, first):
        entry.change = number


def _entries(ids: list[int], at: datetime) -> list[Entry]:
    rows = list(Product.objects.filter(pk__in=ids).order_by("pk").values(*_FACTS))
    stars, groups = badges(ids, timezone.localdate(at)), _groups(ids)
    places, available = stock.spread(ids, at=at), stock.available(ids, at=at)
    sold, fresh = _sold(ids), _fresh_until(ids, at)
    texts = search_texts({row["producer__commune_id"] for row in rows if row["producer__commune_id"]})
    return [
        _entry(
            row,
            badge=stars.get(row["pk"]),
            groups=groups[row["pk"]],
            there=[place for place, units in places[row["pk"]].items() if units > 0],
            available=available[row["pk"]],
            sold=sold.get(row["pk"], 0),
            fresh=fresh.get(row["pk"]),
            place=texts.get(row["producer__commune_id"], ""),
        )
        for row in rows
    ]


def _entry(
    row: dict[str, Any],
    *,
    badge: Any,
    groups: list[Category],
    there: list[int],
    available: int,
    sold: int,
    fresh: date | None,
    place: str,
) -> Entry:
    price: Decimal | None = row["stockrecords__price"]
    return Entry(
        product_id=row["pk"],
        listed=bool(row["is_public"] and row["producer__verified_at"] and price is not None),
        title=row["title"],
        folded_title=" ".join(words(row["title"]))[:255],
        vector=_vector(row, groups, place),
        stars=badge and badge.stars,
        stars_until=badge and badge.expires_on,
        category_ids=[group.pk for group in groups],
        commune_id=row["producer__commune_id"],
        producer_id=row["producer_id"],
        price=price,
        available=available,
        location_ids=sorted(there),
        alcohol=bool(row["ethanol_percent"]),
        sold=sold,
        created_at=row["date_created"],
        fresh_until=fresh,
    )


def _vector(row: dict[str, Any], groups: list[Category], place: str) -> Any:
    """Title (A), producer and group (B), places and label (C) folded; the title again as it is spelled (D)."""
    maker = " ".join([row["producer__name"] or "", *(f"{group.name} {group.name_en}" for group in groups)])
    label = " ".join([row["producer__former_place"] or "", row["ingredients"], row["origin"]])
    described = strip_tags(row["description"])[:2000]
    return (
        _weighed(words(row["title"]), "A")
        + _weighed(words(maker), "B")
        + _weighed(words(f"{place} {label} {described}"), "C")
        + _weighed(spelled(row["title"]), "D")
    )


def _weighed(terms: list[str], weight: str) -> SearchVector:
    return SearchVector(Value(" ".join(terms)), config="simple", weight=weight)


def _groups(ids: list[int]) -> dict[int, list[Category]]:
    """For each product its group and all above it, the nearest first."""
    everything = list(Category.objects.only("pk", "path", "depth", "name", "name_en").order_by("-depth"))
    paths = {group.pk: group.path for group in everything}
    found: dict[int, list[Category]] = defaultdict(list)
    for product, own in Product.categories.through.objects.filter(product__in=ids).values_list("product", "category"):
        found[product] += [g for g in everything if paths[own].startswith(g.path) and g not in found[product]]
    return found


def _fresh_until(ids: list[int], at: datetime) -> dict[int, date]:
    """For each product with dated goods on hand, the day after which the first of its lots may not be sold."""
    found: dict[int, date] = {}
    for row in stock.balances(product_ids=ids, at=at):
        if row.on_hand > 0 and row.best_before and row.best_before >= timezone.localdate(at):
            found[row.product_id] = min(row.best_before, found.get(row.product_id, row.best_before))
    return found


def _sold(ids: list[int]) -> dict[int, int]:
    lines = Line.objects.filter(product__in=ids).exclude(order__status=Order.Status.CANCELLED)
    return dict(lines.values_list("product").annotate(pieces=Coalesce(Sum("quantity"), 0)))
