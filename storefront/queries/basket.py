"""How many pieces lie in the visitor's basket: for the header, without pricing the basket."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Sum
from django.http import HttpRequest

from marketplace.basket.models import Basket, Line


def pieces(request: HttpRequest) -> int:
    """One query; none for a visitor without a basket."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        lines = Line.objects.filter(basket__owner=user, basket__status=Basket.OPEN)
    elif number := _remembered(request):
        lines = Line.objects.filter(basket=number, basket__owner=None, basket__status=Basket.OPEN)
    else:
        return 0
    return int(lines.aggregate(pieces=Sum("quantity", default=0))["pieces"])


def _remembered(request: HttpRequest) -> int | None:
    """The basket that the visitor's signed cookie names."""
    try:
        return int(Signer().unsign(request.COOKIES.get(settings.OSCAR_BASKET_COOKIE_OPEN, "")))
    except (BadSignature, ValueError):
        return None
