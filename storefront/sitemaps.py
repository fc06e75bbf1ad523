"""What the shop tells search engines to read: only what it lists, in both languages."""

from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from catalogue.models import Product
from marketplace.boxes.models import Box
from marketplace.locations.models import Location
from marketplace.partner.models import Partner

from .models import ContentPage


class _Ours(Sitemap):
    i18n = alternates = x_default = True
    protocol = "https" if settings.SECURE else "http"
    limit = 5000

    def get_domain(self, site: Any = None) -> str:
        return settings.SITE_URL.split("://", 1)[1]


class Products(_Ours):
    def items(self) -> QuerySet[Product]:
        return Product.objects.listed().only("pk", "slug", "date_updated", "structure").order_by("pk")

    def lastmod(self, item: Product) -> Any:
        return item.date_updated


class Producers(_Ours):
    def items(self) -> QuerySet[Partner]:
        return Partner.objects.filter(products__in=Product.objects.listed()).distinct().order_by("pk")

    def location(self, item: Partner) -> str:
        return reverse("shop:producer", args=[item.code])


class Points(_Ours):
    def items(self) -> QuerySet[Location]:
        return Location.objects.sales_points().order_by("pk")

    def location(self, item: Location) -> str:
        return reverse("shop:point", args=[item.slug])


class Boxes(_Ours):
    """Those that can be bought, as long as there are pieces."""

    def items(self) -> QuerySet[Box]:
        return Box.objects.opened().whole().order_by("pk")


class Texts(_Ours):
    """Names of fixed pages, and addresses of pages of text below the home page."""

    def items(self) -> list[str]:
        slugs = ContentPage.objects.live().order_by("slug").values_list("slug", flat=True).distinct()
        return ["shop:home", "catalogue:index", "shop:boxes", "shop:points", "shop:certificates", *slugs]

    def location(self, item: str) -> str:
        return reverse(item) if ":" in item else f"{reverse('shop:home')}{item}/"


SITEMAPS = {"products": Products, "boxes": Boxes, "producers": Producers, "points": Points, "texts": Texts}
