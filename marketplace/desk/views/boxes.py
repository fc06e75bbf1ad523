"""Gift boxes: composed by whoever packs them or by the office."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.models import Product
from marketplace.boxes import actions
from marketplace.boxes.models import Box
from marketplace.boxes.queries import offers
from marketplace.roles import packs_boxes

from ..box_forms import BoxForm, NewBoxForm, PartForm, PhotoForm
from ..deeds import attempt
from ..doors import door
from ..pages import paged, show
from ..queries import boxes


@door(packs_boxes)
def index(request: HttpRequest) -> HttpResponse:
    """Those of the own places, the newest first."""
    page, pager = paged(request, boxes.mine(request.user))
    return show(request, "boxes", {"rows": offers(page.object_list, timezone.localdate()), "pager": pager})


@door(packs_boxes)
def new(request: HttpRequest) -> HttpResponse:
    form = NewBoxForm(request.POST or None, places=boxes.packers(request.user))
    if form.is_valid():
        box = actions.compose(**form.cleaned_data, by=request.user)
        return redirect("desk:box", box.pk)
    return show(request, "box_form", {"form": form})


@door(packs_boxes)
def box(request: HttpRequest, pk: int) -> HttpResponse:
    """One box: its words and price, and what is in it."""
    return _box(request, _mine(request, pk))


def _box(request: HttpRequest, found: Box, **bound: Any) -> HttpResponse:
    [offer] = offers([found], timezone.localdate())
    written = {name: getattr(found, name) for name in ("title", "description", "price")}
    forms = {
        "form": BoxForm(initial=written),
        "part_form": PartForm(products=boxes.products()),
        "photo_form": PhotoForm(),
    }
    return show(request, "box", {"box": found, "offer": offer} | forms | bound)


@require_POST
@door(packs_boxes)
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _mine(request, pk), BoxForm(request.POST)
    if form.is_valid():
        facts = form.cleaned_data | {"box": found, "by": request.user, "at": timezone.now()}
        if attempt(request, lambda: actions.describe(**facts), _("Saved."), form):
            return redirect("desk:box", pk)
    return _box(request, found, form=form)


@require_POST
@door(packs_boxes)
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _mine(request, pk), PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _box(request, found, photo_form=form)
    facts = {"photograph": form.cleaned_data["photograph"][0], "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.picture(box=found, **facts), _("The box is shown by this photograph."))
    return redirect("desk:box", pk)


@require_POST
@door(packs_boxes)
def drop_picture(request: HttpRequest, pk: int) -> HttpResponse:
    facts = {"box": _mine(request, pk), "photograph": None, "by": request.user, "at": timezone.now()}
    attempt(request, lambda: actions.picture(**facts), _("The box is shown by what is in it."))
    return redirect("desk:box", pk)


@require_POST
@door(packs_boxes)
def put_in(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _mine(request, pk), PartForm(request.POST, products=boxes.products())
    if not form.is_valid():
        return _box(request, found, part_form=form)
    attempt(request, lambda: actions.put_in(box=found, **form.cleaned_data, by=request.user))
    return redirect("desk:box", pk)


@require_POST
@door(packs_boxes)
def leave_away(request: HttpRequest, pk: int, product_id: int) -> HttpResponse:
    found, product = _mine(request, pk), get_object_or_404(Product, pk=product_id)
    attempt(request, lambda: actions.put_in(box=found, product=product, quantity=0, by=request.user))
    return redirect("desk:box", pk)


@require_POST
@door(packs_boxes)
def bring_out(request: HttpRequest, pk: int) -> HttpResponse:
    return _moved(request, pk, actions.bring_out, _("The shop sells the box now. The makers are told."))


@require_POST
@door(packs_boxes)
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    return _moved(request, pk, actions.take_out, _("The box cannot be ordered any more. Orders go on."))


def _moved(request: HttpRequest, pk: int, deed: Callable[..., None], said: str) -> HttpResponse:
    facts = {"box": _mine(request, pk), "by": request.user, "at": timezone.now()}
    attempt(request, lambda: deed(**facts), said)
    return redirect("desk:box", pk)


@require_POST
@door(packs_boxes)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _mine(request, pk)
    done = attempt(request, lambda: actions.discard(box=found, by=request.user), _("The draft is thrown away."))
    return redirect("desk:boxes") if done else redirect("desk:box", pk)


def _mine(request: HttpRequest, pk: int) -> Box:
    return get_object_or_404(boxes.mine(request.user), pk=pk)
