"""What was sold of the own goods."""

from django.http import HttpRequest, HttpResponse

from marketplace.roles import owns_goods

from ..doors import door
from ..pages import paged, show
from ..queries import goods


@door(owns_goods)
def index(request: HttpRequest) -> HttpResponse:
    """Lines of confirmed orders; who bought is not told."""
    page, pager = paged(request, goods.sold(request.user))
    return show(request, "sold", {"rows": page.object_list, "pager": pager})
