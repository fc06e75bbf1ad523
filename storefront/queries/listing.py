"""The list: what was asked, what was found, and where each filter leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import freshness
from catalogue.models import Category
from marketplace.locations.models import Location
from marketplace.money import dong
from marketplace.places.models import Commune
from marketplace.search import queries as search
from marketplace.search.queries import Query

from ..asked import STARS
from ..asked import asked as read
from .boxes import BoxPage, is_named, searched
from .cards import Card, cards
from .pages import Option, Pager, changed, pager, without


@dataclass(frozen=True)
class Facets:
    stars: list[Option]
    groups: list[Option]
    communes: list[Option]
    points: list[Option]
    price_min: Decimal | None
    price_max: Decimal | None
    in_stock: bool


@dataclass(frozen=True)
class ListPage:
    title: str
    q: str
    total: int
    cards: list[Card]
    facets: Facets
    sorts: list[Option]
    chosen: list[Option]
    clear_url: str
    pager: Pager
    crumbs: list[Option]
    suggestion: str
    adults_only: bool
    boxes: list[BoxPage]
    boxes_first: bool  # one of them has the name that was searched for

    def products(self) -> list[int]:
        inside = (one.id for box in self.boxes for one in box.contents)
        return [freshness.EVERYTHING, *(card.id for card in self.cards), *inside]


def listing(asked: QueryDict, *, path: str, on: date, adult: bool, category: Category | None = None) -> ListPage:
    """The page that an address asks for. Eight queries, and one for gift boxes where words are searched for."""
    query = query_of(asked, on=on, adult=adult, category=category)
    boxes = _boxes(query)
    found = search.find(replace(query, spelt=bool(boxes)))
    shown = list(cards(found.ids, on).values())
    facets = _facets(found.counts, query)
    return ListPage(
        title=category.label if category else _("All products"),
        q=query.words,
        total=found.total,
        cards=shown,
        facets=facets,
        sorts=_sorts(asked, path, query),
        chosen=_chosen(asked, path, query, facets, category),
        clear_url=path,
        pager=pager(query.page, found.total, query.size, asked, path),
        crumbs=crumbs([*category.get_ancestors(), category]) if category else [],
        suggestion=shown[0].title if found.similar and shown else "",
        adults_only=not adult,
        boxes=boxes,
        boxes_first=any(is_named(box, query.words) for box in boxes),
    )


def _boxes(query: Query) -> list[BoxPage]:
    """Beside the first page of a search; a filter asks for what a box does not have, such as stars or a group."""
    filtered = query.stars or query.groups or query.communes or query.points or query.lowest or query.highest
    return [] if filtered or query.page > 1 else searched(query.words, adult=query.adult)


def query_of(asked: QueryDict, *, on: date, adult: bool, category: Category | None = None) -> Query:
    wanted = read(asked)
    return Query(
        on=on,
        words=wanted.words,
        stars=wanted.stars,
        groups=wanted.groups or ((category.pk,) if category else ()),
        communes=wanted.communes,
        points=wanted.points,
        lowest=wanted.lowest,
        highest=wanted.highest,
        in_stock=wanted.in_stock,
        adult=adult,
        sort=wanted.sort,
        page=wanted.page,
    )


def _facets(counts: dict[str, dict[int, int]], query: Query) -> Facets:
    """Values that would show something, or are chosen. Three queries for their names."""
    groups = (
        Category.objects.filter(pk__in=_worth(counts, "group", query.groups)).order_by("path").only("name", "name_en")
    )
    communes = Commune.objects.filter(pk__in=_worth(counts, "commune", query.communes)).order_by("slug")
    places = Location.objects.sales_points().filter(pk__in=_worth(counts, "point", query.points)).order_by("name")
    stars = [(n, "★" * n) for n in STARS if n in _worth(counts, "stars", query.stars)]
    return Facets(
        stars=_options(stars, counts.get("stars", {}), query.stars),
        groups=_options(((x.pk, x.label) for x in groups), counts.get("group", {}), query.groups),
        communes=_options(communes.values_list("pk", "name"), counts.get("commune", {}), query.communes),
        points=_options(places.values_list("pk", "name"), counts.get("point", {}), query.points),
        price_min=query.lowest,
        price_max=query.highest,
        in_stock=query.in_stock,
    )


def _worth(counts: dict[str, dict[int, int]], name: str, selected: Sequence[int]) -> set[int]:
    return {pk for pk in (*counts.get(name, {}), *selected) if pk is not None}


def _options(named: Iterable[tuple[int, str]], counts: dict[int, int], selected: Sequence[int]) -> list[Option]:
    return [Option(str(pk), name, counts.get(pk, 0), pk in selected) for pk, name in named]


def _sorts(asked: QueryDict, path: str, query: Query) -> list[Option]:
    names = {
        "relevance": _("Best match"), "popular": _("Most bought"), "newest": _("Newest"),
        "cheapest": _("Price, low to high"), "dearest": _("Price, high to low"), "name": _("Name"),
    }  # fmt: skip
    if not query.words:
        del names["relevance"]
    now = query.sort if query.sort in names else next(iter(names))
    return [Option(key, label, None, key == now, changed(asked, path, sort=key)) for key, label in names.items()]


def _chosen(asked: QueryDict, path: str, query: Query, facets: Facets, category: Category | None) -> list[Option]:
    """Each filter that is set, with the address without it."""
    own = (str(category.pk),) if category else ()
    kinds = {"stars": facets.stars, "group": facets.groups, "commune": facets.communes, "point": facets.points}
    found = [
        Option(one.value, one.label, None, True, without(asked, path, name, one.value))
        for name, options in kinds.items()
        for one in options
        if one.selected and not (name == "group" and one.value in own)
    ]
    if query.lowest is not None:
        found.append(Option("min", _("from %s") % dong(query.lowest), None, True, without(asked, path, "min")))
    if query.highest is not None:
        found.append(Option("max", _("up to %s") % dong(query.highest), None, True, without(asked, path, "max")))
    if query.in_stock:
        found.append(Option("in_stock", _("In stock"), None, True, without(asked, path, "in_stock")))
    return found


def crumbs(categories: Iterable[Category]) -> list[Option]:
    """The way from the whole list down to a group."""
    way = [Option("", _("All products"), url=reverse("catalogue:index"))]
    return way + [Option(one.pk, one.label, url=group_url(one)) for one in categories]


def group_url(group: Category) -> str:
    return reverse("catalogue:category", kwargs={"category_slug": group.slug, "pk": group.pk})
