"""The first page of the desk."""

from django.http import HttpRequest, HttpResponse

from marketplace.roles import moves_goods

from ..doors import door
from ..pages import show
from ..queries import home


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    return show(request, "home", {"sections": home.waiting(request.user)})
