"""Home, list and product."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation

from catalogue.models import Category

from .. import age
from ..forms import AgeForm
from ..models import HomePage
from ..queries.kept import kept
from ..queries.listing import ListPage, listing
from ..told import Told, tell


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
    told = kept("product", pk, timezone.localdate(at), adult, build=lambda: tell(pk, at, adult), products=Told.products)
    if told is None:
        raise Http404
    if told.adults_only:
        return render(request, "shop/age.html", {"form": AgeForm(initial={"next": request.path})})
    return render(request, "shop/product.html", vars(told))
