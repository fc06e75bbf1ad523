"""Home, list and product."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation

from catalogue.models import Category

from .. import age
from ..forms import AgeForm, QuantityForm
from ..models import HomePage
from ..queries.listing import listing
from ..queries.product import listed, product_page
from ..structured_data import product_data, script


def home(request: HttpRequest) -> HttpResponse:
    """Wagtail's page, found with one query instead of its router's five."""
    page = get_object_or_404(HomePage.objects.live(), locale__language_code=translation.get_language())
    return page.serve(request)


def products(request: HttpRequest, category_slug: str = "", pk: int | None = None) -> HttpResponse:
    category = get_object_or_404(Category, pk=pk) if pk else None
    adult, today = age.is_adult(request), timezone.localdate()
    page = listing(request.GET, path=request.path, on=today, adult=adult, category=category)
    return render(request, "shop/list.html", vars(page))


def product(request: HttpRequest, product_slug: str, pk: int) -> HttpResponse:
    found, adult = listed(pk), age.is_adult(request)
    if not found:
        raise Http404
    if found.is_alcohol and not adult:
        return render(request, "shop/age.html", {"form": AgeForm(initial={"next": request.path})})
    page = product_page(found, at=timezone.now(), adult=adult)
    data = script(product_data(page, settings.SITE_URL))
    return render(request, "shop/product.html", vars(page) | {"form": QuantityForm(), "structured_data": data})
