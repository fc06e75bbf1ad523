"""What the home page's rows show today."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from wagtail.blocks import StreamValue

from catalogue.illustrations import GROUPS, GENERIC
from catalogue.models import Category
from marketplace.search import queries as search
from marketplace.search.queries import Query

from ..age import is_adult
from .cards import Card, cards
from .points import points

ROW = 8  # cards in a row
POINTS = 6


@dataclass(frozen=True)
class Group:
    label: str
    url: str
    illustration: str
    count: int


@dataclass(frozen=True)
class Section:
    """A row of goods, or what else the editor put there (`value`: rich text or picture)."""

    kind: str  # products, text, picture
    title: str = ""
    url: str = ""
    cards: list[Card] = field(default_factory=list)
    value: Any = None


def home(body: StreamValue, request: HttpRequest) -> dict[str, Any]:
    """The home page's context, whatever number of rows, in seven queries."""
    today, adult = timezone.localdate(), is_adult(request)
    counts, live = search.tally(today, adult=adult)
    groups = list(Category.objects.filter(depth=1).order_by("path"))
    codes = {group.code: group for group in groups}
    rows = {str(n): _query(block.value, codes, today, adult) for n, block in enumerate(body) if block.block_type == "products"}
    ids = search.rows(rows)
    shown = cards([pk for row in ids.values() for pk in row], today)
    sections = [_section(str(n), block, rows, ids, shown) for n, block in enumerate(body)]
    return {
        "sections": [one for one in sections if one.kind != "products" or one.cards],
        "groups": [_group(group, counts) for group in groups if counts.get(group.pk)],
        "points": points(POINTS),
        "live_count": live,
    }


def _query(value: Any, codes: dict[str, Category], today: Any, adult: bool) -> Query:
    group = codes.get(value["group"])
    return Query(
        on=today,
        adult=adult,
        stars=(3, 4, 5) if value["show"] == "starred" else (),
        groups=(group.pk,) if group else (),
        sort="newest" if value["show"] == "newest" else "popular",
        size=ROW,
    )


def _section(name: str, block: Any, rows: dict[str, Query], ids: dict[str, list[int]], shown: dict[int, Card]) -> Section:
    if name not in rows:
        return Section(kind=block.block_type, value=block.value)
    query = rows[name]
    asked = [("stars", n) for n in query.stars] + [("group", n) for n in query.groups] + [("sort", query.sort)]
    url = f"{reverse('catalogue:index')}?{urlencode(asked)}"
    return Section("products", block.value["title"], url, [shown[pk] for pk in ids[name] if pk in shown])


def _group(group: Category, counts: dict[int, int]) -> Group:
    url = f"{reverse('catalogue:index')}?{urlencode({'group': group.pk})}"
    return Group(group.label, url, _drawing(group.code), counts[group.pk])


def _drawing(code: str | None) -> str:
    return GROUPS.get(code or "", "duong-thot-not" if code == "I" else GENERIC)
