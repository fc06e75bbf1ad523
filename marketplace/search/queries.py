"""Finding products: words, filters, and how many each filter would leave. A larger engine would stand behind `find`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)  # fmt: skip

from .models import Entry
from .spelling import condition, spelled, words

ALIKE = 0.5  # how alike a misspelt title must be, 0 … 1
SORTS = {
    "popular": ("-sold", "-pk"),
    "newest": ("-created_at", "-pk"),
    "cheapest": ("price", "pk"),
    "dearest": ("-price", "-pk"),
    "name": ("folded_title", "pk"),
}


_KEYS = {
    "stars": "live",
    "group": "category_ids",
    "commune": "commune_id",
    "point": "location_ids",
    "in_stock": "there",
}
_SETS = {0b11111 & ~(0b10000 >> place): (place, name) for place, name in enumerate(_KEYS)}  # GROUPING() of each set
_OTHERS = {name: " AND ".join(f"fits_{other}" for other in _KEYS if other != name) for name in _KEYS}
_COUNTS = (
    f"SELECT GROUPING({', '.join(_KEYS.values())}), {', '.join(_KEYS.values())}, "
    + ", ".join(f"count(*) FILTER (WHERE {others})" for others in _OTHERS.values())
    + " FROM ({goods}) AS goods GROUP BY GROUPING SETS ("
    + ", ".join(f"({key})" for key in _KEYS.values())
    + ")"
)


@dataclass(frozen=True)
class Query:
    """What a shopper asks for. `adult`: goods for adults may be shown. Values of one filter are alternatives."""

    on: date
    words: str = ""
    stars: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    communes: tuple[int, ...] = ()
    points: tuple[int, ...] = ()
    producer: int | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    in_stock: bool = False
    adult: bool = False
    sort: str = ""
    page: int = 1
    size: int = 24
    spelt: bool = False  # as typed: something else has these words, so no name that is only like them is meant


@dataclass(frozen=True)
class Page:
    """Product ids in order. `counts[filter][value]`: how many a value would show beside the other filters."""

    ids: list[int]
    total: int
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    similar: bool = False  # nothing fits the words; these names are spelt alike


def find(query: Query) -> Page:
    """One page of what fits, and the counts beside the filters."""
    if query.words.strip() and not words(query.words):
        return Page([], 0)  # nothing but signs
    base = _base(query)
    counts = _counts(base, query)
    misspelt = bool(query.words.strip()) and not query.spelt and not _total(counts, query)
    if misspelt:
        base = _base(query, alike=True)
        counts = _counts(base, query)
    start = (query.page - 1) * query.size
    rows = base.filter(*_filters(query).values()).order_by(*_order(query))
    ids, total = list(rows.values_list("pk", flat=True)[start : start + query.size]), _total(counts, query)
    return Page(ids, total, counts, similar=misspelt and total > 0)


def rows(wanted: dict[str, Query]) -> dict[str, list[int]]:
    """The first ids of several searches without words, popular or newest first, by name: one query."""
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in wanted}
    parts = [_row(name, query) for name, query in wanted.items()]
    placed: Iterable[Any] = parts[0].union(*parts[1:], all=True) if parts else ()
    for name, created_at, sold, pk in placed:
        found[name].append((created_at or sold, pk))
    return {name: [pk for _place, pk in sorted(places, reverse=True)] for name, places in found.items()}


def tally(on: date, *, adult: bool) -> tuple[dict[int, int], int]:
    """How many listed products each group holds, and how many carry stars that are live on the day: one query."""
    goods = _base(Query(on=on, adult=adult)).order_by().values("category_ids")
    found = goods.annotate(n=Count("pk"), live=Count("pk", filter=Q(stars_until__gte=on))).values_list(
        "category_ids", "n", "live"
    )
    counts: Counter[int] = Counter()
    live = 0
    for groups, n, starred in found:
        counts.update(dict.fromkeys(groups, n))
        live += starred
    return dict(counts), live


def beside(product: int, title: str, group: int, *, adult: bool, size: int) -> list[int]:
    """Others of the group, those whose names begin alike first ("mắm cá …"), then the most bought. One query."""
    group_goods = _base(Query(on=date.min, adult=adult)).filter(category_ids__contains=[group]).exclude(pk=product)
    popular = group_goods.annotate(rank=Value(0.0)).order_by(*SORTS["popular"])[:size]
    if not words(title):
        return list(popular.values_list("pk", flat=True))
    kind = _tsquery(" | ".join(f"{term}:A" for term in words(title)[:2]))
    alike = group_goods.filter(vector=kind).annotate(rank=SearchRank(F("vector"), kind))
    parts = [
        part.values_list("rank", "sold", "pk") for part in (alike.order_by("-rank", *SORTS["popular"])[:size], popular)
    ]
    found: Iterable[Any] = parts[0].union(parts[1], all=True)
    return list(dict.fromkeys(pk for _rank, _sold, pk in sorted(found, reverse=True)))[:size]


def named(text: str) -> QuerySet[Entry, int]:
    """Ids of all products, listed or not, whose name, maker or place has these words."""
    terms = words(text)
    found = Entry.objects.filter(vector=_tsquery(condition(terms))) if terms else Entry.objects.none()
    return found.values_list("pk", flat=True)


def _base(query: Query, *, alike: bool = False) -> QuerySet[Entry]:
    """What is there at all: listed, fit for the reader, fitting words and price."""
    found = Entry.objects.filter(listed=True)
    if not query.adult:
        found = found.filter(alcohol=False)
    if query.producer:
        found = found.filter(producer_id=query.producer)
    if query.lowest is not None:
        found = found.filter(price__gte=query.lowest)
    if query.highest is not None:
        found = found.filter(price__lte=query.highest)
    return _worded(found, query.words, alike) if query.words.strip() else found


def _worded(found: QuerySet[Entry], text: str, alike: bool) -> QuerySet[Entry]:
    terms, toned = words(text), spelled(text)
    asked = _tsquery(condition(terms))
    as_typed = Q(vector=_tsquery(condition(toned, "D"))) if toned and toned != terms else Q(vector=asked)
    found = found.annotate(
        toned=Case(When(as_typed, then=1), default=0, output_field=IntegerField()), rank=SearchRank(F("vector"), asked)
    )
    if not alike:
        return found.filter(vector=asked)
    found = found.annotate(alike=TrigramWordSimilarity(" ".join(terms), "folded_title"))
    return found.filter(Q(vector=asked) | Q(alike__gte=ALIKE))


def _tsquery(text: str) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="raw")


def _filters(query: Query) -> dict[str, Q]:
    live = Q(stars_until__gte=query.on)
    return {
        "stars": Q(stars__in=query.stars) & live if query.stars else Q(),
        "group": Q(category_ids__overlap=list(query.groups)) if query.groups else Q(),
        "commune": Q(commune_id__in=query.communes) if query.communes else Q(),
        "point": Q(location_ids__overlap=list(query.points)) if query.points else Q(),
        "in_stock": Q(available__gt=0) if query.in_stock else Q(),
    }


def _counts(base: QuerySet[Entry], query: Query) -> dict[str, dict[int, int]]:
    """One query for all filters; each is counted as if it alone were not set.

    Grouping sets read the goods once; groups and points are counted by their whole array, of which there are few.
    """
    fits = {
        f"fits_{name}": ExpressionWrapper(q, BooleanField()) if q else Value(True)
        for name, q in _filters(query).items()
    }
    live = Case(When(stars_until__gte=query.on, then="stars"), output_field=IntegerField())
    there = Case(When(available__gt=0, then=1), default=0, output_field=IntegerField())
    goods = base.order_by().annotate(live=live, there=there, **fits)
    inner, params = goods.values_list(*_KEYS.values(), *fits).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(goods=inner), params)
        return _sorted_out(cursor.fetchall())


def _sorted_out(rows: list[tuple[Any, ...]]) -> dict[str, dict[int, int]]:
    """Rows of the grouping sets as counts by filter and value."""
    counts: dict[str, Counter[int]] = {name: Counter() for name in _KEYS}
    for mask, *rest in rows:
        place, name = _SETS[mask]
        key, n = rest[place], rest[len(_KEYS) + place]
        for value in key if isinstance(key, list) else [key]:
            if n and value is not None:
                counts[name][value] += n
    return {name: dict(found) for name, found in counts.items()}


def _total(counts: dict[str, dict[int, int]], query: Query) -> int:
    there = counts.get("in_stock", {})
    return there.get(1, 0) + (0 if query.in_stock else there.get(0, 0))


def _order(query: Query) -> tuple[str, ...]:
    if query.sort in SORTS or not query.words.strip():
        return SORTS.get(query.sort, SORTS["popular"])
    return ("-toned", "-rank", *SORTS["popular"])


def _row(name: str, query: Query) -> QuerySet[Entry, Any]:
    """The first few of one row, each with what places it; a union has no order of its own."""
    fitting = _base(query).filter(*_filters(query).values()).order_by(*_order(query))
    newest = F("created_at") if query.sort == "newest" else Value(None, output_field=DateTimeField())
    placed = fitting.annotate(row=Value(name), newest=newest)
    return placed.values_list("row", "newest", "sold", "pk")[: query.size]
