"""Law 122/2025/QH15: only a seller whose identity is verified sells. Every door of the shop, before and after."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import TestCase

from catalogue.actions import doubt_producer, verify_producer
from catalogue.models import Product, TouchedProduct
from marketplace.api import queries as tills
from marketplace.basket.models import Basket
from marketplace.fulfilment import actions as fulfilment
from marketplace.partner.strategy import Strategy
from marketplace.search import actions as search
from marketplace.search.models import Entry
from tests import make, people
from tests.shopper import Shop
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
TITLE = "Đường thốt nốt Ba Tô"


@dataclass
class Doors(Shop):
    """Beside the sugar, another producer's fish."""

    other: Product = field(kw_only=True)


@pytest.fixture
def shop(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Doors:
    """Sugar of one producer beside another's fish, on pages that are kept."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)
    settings.KEPT_SECONDS = 30
    sugar, other = make.product(TITLE), make.product("Khô cá lóc Bảy Núi")
    place = make.stock(sugar, 10)
    make.stock(other, 10, at_place=place)
    make.tariff()
    search.refresh(at=make.NOW, product_ids=[sugar.pk, other.pk])
    return Doors("vi", sugar, None, place, other=other)


def doubt(product: Product) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        doubt_producer(producer=product.producer, reason="Giấy đăng ký không khớp", by=people.tam(), at=make.NOW)


def verify(product: Product) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        verify_producer(producer=product.producer, by=people.tam(), at=make.NOW)


def read() -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        search.refresh(at=make.NOW)


def address(shop: Doors, name: str) -> str:
    return {
        "home": "/",
        "list": "/catalogue/",
        "search": "/catalogue/?q=duong+thot+not",
        "group": f"/catalogue/?group={shop.product.categories.get().pk}",
        "beside": shop.other.get_absolute_url(),
        "point": f"/points/{shop.place.slug}/",
        "product": shop.product.get_absolute_url(),
        "producer": f"/producers/{shop.product.producer.code}/",
        "sitemap": "/sitemap.xml",
    }[name]


def shown(shop: Doors, name: str) -> bool:
    """The page speaks of the sugar; a page of its own that is not there does not."""
    answer = shop.visitor.get(address(shop, name))
    assert answer.status_code == 200 or (answer.status_code == 404 and name in ("product", "producer"))
    sign = f"_{shop.product.pk}/" if name == "sitemap" else TITLE
    return answer.status_code == 200 and sign in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["home", "list", "search", "group", "beside", "point", "product", "producer", "sitemap"]
)
def test_what_a_withdrawn_producer_sells_is_gone_at_once_and_comes_back(shop: Doors, name: str) -> None:
    """Kept pages too, and before the search has read; it comes back when the search has."""
    assert shown(shop, name)
    doubt(shop.product)
    assert not shown(shop, name)
    read()
    assert not shown(shop, name)
    verify(shop.product)
    read()
    if name == "beside":
        cache.clear()  # a neighbour's page is kept for some seconds before it names what is new
    assert shown(shop, name)


def test_the_search_no_longer_counts_it(shop: Doors) -> None:
    TouchedProduct.objects.all().delete()
    doubt(shop.product)
    assert list(TouchedProduct.objects.values_list("product", flat=True)) == [shop.product.pk]
    read()
    assert list(Entry.objects.filter(listed=True).values_list("pk", flat=True)) == [shop.other.pk]
    assert shop.visitor.get("/catalogue/").context["total"] == 1


def test_all_goods_of_the_producer_and_nobody_elses(shop: Doors) -> None:
    second = make.product("Mật thốt nốt", producer=shop.product.producer)
    doubt(shop.product)
    assert list(Product.objects.listed()) == [shop.other]
    verify(shop.product)
    assert set(Product.objects.listed()) == {shop.product, second, shop.other}


def test_it_can_be_neither_bought_nor_offered_at_a_till(shop: Doors) -> None:
    till, _token = make.till(shop.place)

    def sold() -> tuple[bool, bool]:
        product = Product.objects.get(pk=shop.product.pk)
        search.refresh(at=make.NOW)
        offered = [x.product for x in tills.changes(till, after=0, limit=10, at=make.NOW) if x.for_sale]
        return Strategy().fetch_for_product(product).availability.is_available_to_buy, product.pk in offered

    assert sold() == (True, True)
    doubt(shop.product)
    assert sold() == (False, False)
    verify(shop.product)
    assert sold() == (True, True)


def test_a_basket_says_so_and_is_as_good_as_before_once_verified_again(shop: Doors) -> None:
    shop.fill(quantity=2)
    doubt(shop.product)
    [row] = shop.visitor.get("/basket/").context["lines"]
    assert "không được bán" in row.warning
    verify(shop.product)
    [row] = shop.visitor.get("/basket/").context["lines"]
    assert not row.warning
    assert "orders/" in shop.post("/checkout/place/", shop.agreed(quantity=1))().request["PATH_INFO"]
    assert Basket.objects.get().status == "Submitted"


def test_orders_already_placed_go_on(shop: Doors) -> None:
    order = make.order((shop.product, 2), payment="counter", location_id=shop.place.pk, at=make.NOW)
    page = Visitor().read(f"/orders/{order.token}/")
    assert shop.product.get_absolute_url() in page
    doubt(shop.product)
    page = Visitor().read(f"/orders/{order.token}/")
    assert TITLE in page and shop.product.get_absolute_url() not in page
    about: dict[str, Any] = {"fulfilment": order.fulfilments.get(), "by": people.mai(), "at": make.NOW}
    fulfilment.start_picking(**about)
    fulfilment.pack(**about)
    fulfilment.mark_ready(**about)
    fulfilment.hand_over(**about, code=about["fulfilment"].code)
    order.refresh_from_db()
    assert order.status == "completed"
