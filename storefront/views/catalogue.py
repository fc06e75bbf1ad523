"""Home, list and product."""

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation

from catalogue.models import Category

from .. import age
from ..forms import AgeForm, QuantityForm
from ..models import HomePage
from ..queries.kept import kept
from ..queries.listing import ListPage, listing
from ..queries.product import ProductPage, listed, product_page
from ..structured_data import product_data, script


def home(request: HttpRequest) -> HttpResponse:
    """Wagtail's page, found with one query instead of its router's five."""
    page = get_object_or_404(HomePage.objects.live(), locale__language_code=translation.get_language())
    return page.serve(request)


def products(request: HttpRequest, category_slug: str = "", pk: int | None = None) -> HttpResponse:
    category = get_object_or_404(Category, pk=pk) if pk else None
    asked, path, on, adult = request.GET, request.path, timezone.localdate(), age.is_adult(request)
    page = kept(
        "list", asked.urlencode(), path, on, adult, products=ListPage.products,
        build=lambda: listing(asked, path=path, on=on, adult=adult, category=category),
    )  # fmt: skip
    return render(request, "shop/list.html", vars(page))


def product(request: HttpRequest, product_slug: str, pk: int) -> HttpResponse:
    at, adult = timezone.now(), age.is_adult(request)
    page = kept(
        "product", pk, timezone.localdate(at), adult, build=lambda: built(pk, at, adult), products=ProductPage.products
    )
    if page is None:
        raise Http404
    if page.product.is_alcohol and not adult:
        return render(request, "shop/age.html", {"form": AgeForm(initial={"next": request.path})})
    data = script(product_data(page, settings.SITE_URL))
    return render(request, "shop/product.html", vars(page) | {"form": QuantityForm(), "structured_data": data})


def built(pk: int, at: datetime, adult: bool) -> ProductPage | None:
    found = listed(pk)
    return product_page(found, at=at, adult=adult) if found else None
