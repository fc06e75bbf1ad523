"""What the home page's rows show today."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from wagtail.blocks import StreamValue

from catalogue import freshness
from catalogue.illustrations import GENERIC, GROUPS
from catalogue.models import Category
from marketplace.search import queries as search
from marketplace.search.queries import Query

from ..age import is_adult
from .cards import Card, cards
from .kept import kept
from .points import Point, points

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


@dataclass(frozen=True)
class Goods:
    """What the shop puts on the page beside the editor's own words."""

    rows: dict[int, Section]  # by their place on the page
    groups: list[Group]
    points: list[Point]
    live_count: int

    def products(self) -> list[int]:
        return [freshness.EVERYTHING, *(card.id for row in self.rows.values() for card in row.cards)]


def home(body: StreamValue, request: HttpRequest) -> dict[str, Any]:
    """The home page's context."""
    today, adult = timezone.localdate(), is_adult(request)
    asked = {n: dict(block.value) for n, block in enumerate(body) if block.block_type == "products"}
    goods = kept("home", asked, today, adult, build=lambda: _goods(asked, today, adult), products=Goods.products)
    sections = [goods.rows.get(n) or Section(block.block_type, value=block.value) for n, block in enumerate(body)]
    return {
        "sections": [one for one in sections if one.kind != "products" or one.cards],
        "groups": goods.groups,
        "points": goods.points,
        "live_count": goods.live_count,
    }


def _goods(asked: dict[int, dict[str, Any]], today: date, adult: bool) -> Goods:
    """Seven queries, whatever the number of rows."""
    counts, live = search.tally(today, adult=adult)
    groups = list(Category.objects.filter(depth=1).order_by("path").only("name", "name_en", "code"))
    codes = {group.code: group for group in groups}
    rows = {str(n): _query(value, codes, today, adult) for n, value in asked.items()}
    ids = search.rows(rows)
    shown = cards([pk for row in ids.values() for pk in row], today)
    return Goods(
        rows={n: _row(value["title"], rows[str(n)], ids[str(n)], shown) for n, value in asked.items()},
        groups=[_group(group, counts) for group in groups if counts.get(group.pk)],
        points=points(POINTS),
        live_count=live,
    )


def _query(value: dict[str, Any], codes: dict[str, Category], today: date, adult: bool) -> Query:
    group = codes.get(value["group"])
    return Query(
        on=today,
        adult=adult,
        stars=(3, 4, 5) if value["show"] == "starred" else (),
        groups=(group.pk,) if group else (),
        sort="newest" if value["show"] == "newest" else "popular",
        size=ROW,
    )


def _row(title: str, query: Query, ids: list[int], shown: dict[int, Card]) -> Section:
    asked = [("stars", n) for n in query.stars] + [("group", n) for n in query.groups] + [("sort", query.sort)]
    url = f"{reverse('catalogue:index')}?{urlencode(asked)}"
    return Section("products", title, url, [shown[pk] for pk in ids if pk in shown])


def _group(group: Category, counts: dict[int, int]) -> Group:
    url = f"{reverse('catalogue:index')}?{urlencode({'group': group.pk})}"
    return Group(group.label, url, _drawing(group.code), counts[group.pk])


def _drawing(code: str | None) -> str:
    return GROUPS.get(code or "", "duong-thot-not" if code == "I" else GENERIC)
