"""A product's page in words, as all visitors read it: kept so, for putting it into words is most of its cost."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.text import Truncator

from .forms import QuantityForm
from .queries.product import listed, product_page
from .structured_data import product_data, script

WORDS = 24  # of the description, for search engines


@dataclass(frozen=True)
class Told:
    about: list[int]  # products: the page lives as long as none of them changes
    title: str = ""
    description: str = ""
    body: str = ""
    data: str = ""
    buyable: bool = False
    adults_only: bool = False  # and the reader has not said to be one: nothing else is told

    def products(self) -> list[int]:
        return self.about


def tell(pk: int, at: datetime, adult: bool) -> Told | None:
    found = listed(pk)
    if not found:
        return None
    if found.product.is_alcohol and not adult:
        return Told(about=[pk], adults_only=True)
    page = product_page(found, at=at, adult=adult)
    return Told(
        about=page.products(),
        title=page.product.title,
        description=f"{page.product.title}, {page.producer.name}. {_shortly(page.product.description)}",
        body=render_to_string("shop/product_body.html", vars(page) | {"form": QuantityForm(), "demo": settings.DEMO}),
        data=script(product_data(page, settings.SITE_URL)),
        buyable=page.available > 0,
    )


def _shortly(description: str) -> str:
    return Truncator(strip_tags(description)).words(WORDS)
