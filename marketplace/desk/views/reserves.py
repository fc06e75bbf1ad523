"""What a place keeps from online orders: for all its goods, and for single ones."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.models import Product
from marketplace.roles import moves_goods
from marketplace.stock.actions import reserving
from marketplace.stock.queries import reserved

from ..deeds import attempt
from ..doors import door
from ..forms import ReserveForm
from ..pages import paged, show
from ..queries import places, reserves


@door(moves_goods)
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The place's rule, and what it means for each product."""
    place = get_object_or_404(places.mine(request.user), pk=pk)
    form = ReserveForm(request.POST or None, initial=reserves.typed(place))
    if _set(request, form, location=place):
        return redirect("desk:reserves", pk)
    page, pager = paged(request, reserved.kept(pk, at=timezone.now()))
    return show(request, "reserves", {"place": place, "form": form, "rows": page.object_list, "pager": pager})


@door(moves_goods)
def product(request: HttpRequest, pk: int, product_id: int) -> HttpResponse:
    """A rule for one product; as long as it has none, that of the place."""
    place = get_object_or_404(places.mine(request.user), pk=pk)
    row = reserves.kept(place, product_id, at=timezone.now())
    rule = {"safety_stock": row.safety_stock, "counter_percent": row.percent}
    form = ReserveForm(request.POST or None, initial=rule)
    if _set(request, form, location=place, product=Product.objects.get(pk=product_id)):
        return redirect("desk:reserves", pk)
    return show(request, "reserve", {"place": place, "row": row, "form": form})


@require_POST
@door(moves_goods)
def clear(request: HttpRequest, pk: int, product_id: int) -> HttpResponse:
    """The product follows the rule of the place again."""
    place = get_object_or_404(places.mine(request.user), pk=pk)
    goods = get_object_or_404(Product, pk=reserves.kept(place, product_id, at=timezone.now()).product_id)
    deed = partial(reserving.clear_reserve, location=place, product=goods, by=request.user)
    attempt(request, deed, _("The product follows the rule of the place again."))
    return redirect("desk:reserves", pk)


def _set(request: HttpRequest, form: ReserveForm, **about: Any) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    deed = partial(reserving.set_reserve, by=request.user, **form.cleaned_data, **about)
    return attempt(request, deed, _("Kept back from now on."), form)
