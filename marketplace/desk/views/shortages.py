"""Pieces that were promised and were not there."""

from django.http import HttpRequest, HttpResponse

from marketplace.roles import moves_goods

from ..doors import door
from ..pages import paged, show
from ..queries import shortages


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Cases of the own places: the sale, the orders that lost pieces by it, what was done for them."""
    closed = "ended" in request.GET
    page, pager = paged(request, shortages.cases_of(request.user, closed=closed))
    context = {"rows": shortages.rows(page.object_list), "pager": pager, "tabs": shortages.tabs(request.user, closed)}
    return show(request, "shortages", context | {"missing": shortages.on_the_way(request.user, closed=closed)})
