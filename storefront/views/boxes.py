"""Gift boxes: the shelf, the page, and into the basket."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.basket.actions import boxes_in, set_boxes
from marketplace.basket.forms import BoxesForm
from marketplace.boxes.models import Box
from marketplace.errors import Refused, noted

from .. import age
from ..forms import AgeForm, QuantityForm
from ..queries.boxes import page, pages, shown
from ..queries.pages import Option


@require_safe
def boxes(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/boxes.html", {"boxes": pages(timezone.localdate(), adult=age.is_adult(request))})


@require_safe
@never_cache
def box(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Kept nowhere: stars, stock and prices of all that is inside are those of this moment."""
    row = get_object_or_404(shown(), pk=pk)
    if request.path != row.get_absolute_url():
        return redirect(row, permanent=True)  # one box, one address
    found = page(row, timezone.localdate())
    if found.is_alcohol and not age.is_adult(request):
        return render(request, "shop/age.html", {"form": AgeForm(initial={"next": request.path})})
    crumbs = [Option("", _("Gift boxes"), url=reverse("shop:boxes")), Option("", found.box.title)]
    shared = found.shared and urljoin(settings.SITE_URL, found.shared)
    return render(request, "shop/box.html", {"page": found, "form": QuantityForm(), "crumbs": crumbs, "shared": shared})


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Some more of the box."""
    found, form = get_object_or_404(shown(), pk=pk), QuantityForm(request.POST)
    if not form.is_valid():
        return noted(request, redirect(found), "wrong_shape")
    count = boxes_in(basket=request.basket, box=found) + form.cleaned_data["quantity"]
    deed = partial(set_boxes, basket=request.basket, box=found, count=count)
    return _done(request, deed, _("“%(title)s” is in the basket.") % {"title": found.title}, found.get_absolute_url())


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """So many of it as the basket's page says; none takes it out."""
    found, form = get_object_or_404(Box, pk=pk), BoxesForm(request.POST)
    if not form.is_valid():
        return noted(request, redirect("basket:summary"), "wrong_shape")
    deed = partial(set_boxes, basket=request.basket, box=found, count=form.cleaned_data["quantity"])
    return _done(request, deed, _("The basket is up to date."), "basket:summary")


def _done(request: HttpRequest, deed: Callable[[], None], said: str, back: str) -> HttpResponse:
    try:
        deed()
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return noted(request, redirect(back), refusal.code)
    return redirect("basket:summary")
