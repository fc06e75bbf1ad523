"""Who makes the goods, and where they are sold."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.partner.models import Partner
from marketplace.search import queries as search
from marketplace.search.queries import Query

from .cards import cards
from .listing import query_of
from .pages import pager
from .points import point_of
from .product import former_place, todays_place


def selling() -> QuerySet[Partner]:
    """Producers with something the shop may show."""
    listed = Product.objects.listed().filter(producer=OuterRef("pk"))
    return Partner.objects.filter(Exists(listed)).select_related("commune", "province")


def producer_page(producer: Partner, asked: QueryDict, *, path: str, on: date, adult: bool) -> dict[str, Any]:
    query = Query(on=on, producer=producer.pk, adult=adult, page=query_of(asked, on=on, adult=adult).page)
    goods = _goods(query, asked, path)
    return goods | {"producer": producer, "place": todays_place(producer), "former_place": former_place(producer)}


def point_page(location: Location, asked: QueryDict, *, path: str, on: date, adult: bool) -> dict[str, Any]:
    """The place, its hours, and what is on its shelves now."""
    query = Query(on=on, points=(location.pk,), adult=adult, page=query_of(asked, on=on, adult=adult).page)
    shelf_url = f"{reverse('catalogue:index')}?{urlencode({'point': location.pk})}"
    return _goods(query, asked, path) | {"point": point_of(location), "shelf_url": shelf_url}


def _goods(query: Query, asked: QueryDict, path: str) -> dict[str, Any]:
    found = search.find(query)
    shown = list(cards(found.ids, query.on).values())
    return {"cards": shown, "total": found.total, "pager": pager(query.page, found.total, query.size, asked, path)}
