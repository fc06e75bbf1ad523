"""The stock of a place: what lies there, what comes, what was counted, what spoiled."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.roles import moves_goods, owns_goods
from marketplace.stock import actions
from marketplace.stock import queries as stock

from ..deeds import attempt, complaints
from ..doors import door
from ..forms import CountForm, LotCountForm, ProductForm, ReceiveForm, WriteOffForm
from ..pages import show, words
from ..queries import moving, places


@door(moves_goods)
def index(request: HttpRequest) -> HttpResponse:
    """The own places; the only one opens at once."""
    mine = list(places.mine(request.user))
    if len(mine) == 1:
        return redirect("desk:stock", mine[0].pk)
    return show(request, "places", {"places": mine})


@door(moves_goods)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Product by product and lot by lot, and what moved last."""
    place, text = _place(request, pk), words(request)
    context = {
        "place": place, "q": text, "today": timezone.localdate(),
        "rows": places.balances(pk, text),
        "counting": moving.counts(request.user).filter(location=place, status="open").first(),
        "shortages": stock.shortages([pk]),
        "movements": stock.movements(location_id=pk, limit=20),
    }  # fmt: skip
    return show(request, "stock", context)


@door(moves_goods)
def balance(request: HttpRequest, pk: int, balance_id: int) -> HttpResponse:
    """One lot at the place: to count, or to write off."""
    return _balance(request, _place(request, pk), places.balance(pk, balance_id))


def _balance(request: HttpRequest, place: Location, row: Any, **bound: Any) -> HttpResponse:
    about = {"product": row.product_id, "lot_code": row.lot, "seen": row.on_hand}
    forms = {"count_form": LotCountForm(initial=about), "write_off_form": WriteOffForm(initial=about)}
    return show(request, "balance", {"place": place, "row": row} | forms | bound)


@door(moves_goods)
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """A consignment arrives: first of what, then how much, with the product's certificate to compare."""
    location = _place(request, pk)
    product = places.arriving(location, request.POST.get("product") or request.GET.get("product", ""))
    if product is None:
        choice = ProductForm(products=places.products_for(location))
        return show(request, "receive_choice", {"place": location, "form": choice})
    return _receive(request, location, product)


def _receive(request: HttpRequest, location: Location, product: Product) -> HttpResponse:
    about = moving.terms_of(location, product)
    form = ReceiveForm(request.POST or None, initial={"product": product}, **about)
    if form.is_valid():
        facts = form.cleaned_data | _who(request, form) | {"location": location}
        if attempt(request, lambda: actions.receive(**facts), _("The goods are on the books."), form):
            return redirect("desk:stock", location.pk)
    context = {"place": location, "product": product, "certificate": about["certificate"], "form": form}
    return show(request, "receive", context)


@require_POST
@door(moves_goods)
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """A lot was counted; the books follow."""
    said = _("The count is on the books.")
    return _book(request, pk, actions.count, said, count_form=LotCountForm(request.POST))


@require_POST
@door(moves_goods)
def write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Goods spoiled."""
    return _book(request, pk, actions.spoil, _("Written off."), write_off_form=WriteOffForm(request.POST))


@require_POST
@door(owns_goods)
def own_count(request: HttpRequest, pk: int) -> HttpResponse:
    """A producer's stock figure is a count at the own store."""
    mine = Product.objects.for_owner(request.user).filter(producer__store__isnull=False)
    product, form = get_object_or_404(mine, pk=pk), CountForm(request.POST)
    if form.is_valid():
        facts = form.cleaned_data | _who(request, form) | {"location": product.producer.store, "product": product}
        attempt(request, lambda: actions.count(**facts), _("The count is on the books."))
    complaints(request, form)
    return redirect("desk:listing", pk)


def _book(request: HttpRequest, pk: int, deed: Any, said: str, **bound: Any) -> HttpResponse:
    location, (form,) = _place(request, pk), bound.values()
    if not form.is_valid():
        return _again(request, location, form, bound)
    product = get_object_or_404(places.products_for(location), pk=form.cleaned_data["product"])
    facts = form.cleaned_data | _who(request, form) | {"location": location, "product": product}
    facts["lot_code"] = facts["lot_code"] or None
    attempt(request, lambda: deed(**facts), said)
    return redirect("desk:stock", pk)


def _again(request: HttpRequest, place: Location, form: Any, bound: dict[str, Any]) -> HttpResponse:
    """What is wrong at its field, on the page of the lot; of a lot that is not there, on the page of the place."""
    row = places.lot_of(place.pk, form)
    if row:
        return _balance(request, place, row, **bound)
    complaints(request, form)
    return redirect("desk:stock", place.pk)


def _who(request: HttpRequest, form: Any) -> dict[str, Any]:
    return {"key": f"desk:{form.cleaned_data['key']}", "by": request.user, "at": timezone.now()}


def _place(request: HttpRequest, pk: int) -> Location:
    return get_object_or_404(places.mine(request.user), pk=pk)
