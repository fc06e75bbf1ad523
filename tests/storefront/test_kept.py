"""A page is kept while no product on it changes, and never a moment longer."""

import re
from decimal import Decimal
from typing import Any

import pytest

from catalogue import actions as catalogue
from catalogue import freshness
from marketplace.certificates import actions as certificates
from marketplace.certificates.models import Certificate
from marketplace.search import actions as search
from marketplace.stock import actions as stock
from storefront.queries.kept import kept
from tests import make, people

from .conftest import Shop


@pytest.fixture(autouse=True)
def _keeping(settings: Any) -> None:
    settings.KEPT_SECONDS = 30


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """What a deed does after its commit happens at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize(
    ("address", "most"), [("/", 1), ("/catalogue/", 0), ("/catalogue/?q=duong&stars=4", 0), ("product", 0)]
)
def test_the_second_visitor_costs_nothing(
    client: Any, shop: Shop, address: str, most: int, django_assert_max_num_queries: Any
) -> None:
    address = shop.sugar.get_absolute_url() if address == "product" else address
    first = client.get(address).content
    with django_assert_max_num_queries(most):
        second = client.get(address).content
    assert shop.sugar.title in second.decode() and len(first) == len(second)


def test_the_form_token_on_a_kept_page_is_each_visitors_own(client: Any, shop: Shop) -> None:
    tokens = set()
    for _ in range(2):
        client.cookies.clear()
        page = client.get(shop.sugar.get_absolute_url()).content.decode()
        assert 'id="buy"' in page
        tokens |= set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)" form="buy"', page))
    assert len(tokens) == 2


def test_languages_and_adults_are_kept_apart(client: Any, adult: Any, shop: Shop) -> None:
    assert shop.spirit.title in adult.get("/catalogue/").content.decode()
    client.cookies.clear()
    assert shop.spirit.title not in client.get("/catalogue/").content.decode()
    assert "Sort" in client.get("/en/catalogue/").content.decode()
    assert "Sắp xếp" in client.get("/catalogue/").content.decode()


@pytest.mark.parametrize("address", ["/", "/catalogue/", "product"])
def test_a_new_price_is_on_every_page_at_once(client: Any, shop: Shop, committed: Any, address: str) -> None:
    address = shop.fish.get_absolute_url() if address == "product" else address
    assert "95.000" in client.get(address).content.decode()  # beside the fish, too
    with committed():
        catalogue.set_price(product=shop.sugar, price=Decimal(96_000), by=people.hung(), at=make.NOW)
    assert "96.000" in client.get(address).content.decode()


def test_a_revoked_star_is_gone_everywhere_at_once(client: Any, shop: Shop, committed: Any) -> None:
    certificate = Certificate.objects.get(product=shop.sugar)
    pages = ["/", "/catalogue/", shop.sugar.get_absolute_url(), shop.fish.get_absolute_url()]
    assert all("#stars-4" in client.get(address).content.decode() for address in pages)
    with committed():
        certificates.revoke(certificate=certificate, decision="12/QĐ-UBND", on=make.TODAY, by=people.tam())
    assert not any("#stars-4" in client.get(address).content.decode() for address in pages)


def test_what_is_sold_is_gone_from_the_product_page_at_once(client: Any, shop: Shop, committed: Any) -> None:
    address = shop.sugar.get_absolute_url()
    assert client.get(address).context["available"] == 7
    with committed():
        stock.sell(
            location_id=shop.point.pk,
            lines=[stock.Sold(shop.sugar.pk, None, 7)],
            key="till:1",
            at=make.NOW,
            device="till:1",
        )
    assert client.get(address).context["available"] == 0


def test_the_list_follows_what_the_search_has_read(client: Any, shop: Shop, committed: Any) -> None:
    assert client.get("/catalogue/").context["total"] == 2
    fresh = make.product("Trà mãng cầu")
    with committed():
        search.refresh(at=make.NOW, product_ids=[fresh.pk])
    assert client.get("/catalogue/").context["total"] == 3


def test_a_change_while_the_page_is_built_is_not_missed() -> None:
    built: list[int] = []

    def build() -> int:
        built.append(len(built))
        freshness.mark([7])
        return len(built)

    read = [kept("page", build=build, products=lambda _: [7]) for _ in range(2)]
    assert read == [1, 2], "the first was old before it was kept"


def test_a_change_of_another_product_leaves_the_page() -> None:
    built = iter(range(9))
    ask = lambda: kept("page", build=lambda: next(built), products=lambda _: [7])  # noqa: E731
    first = ask()
    freshness.mark([8])
    assert ask() == first
    freshness.mark([7])
    assert ask() == first + 1


def test_pages_do_without_a_cache_that_is_away(client: Any, shop: Shop, settings: Any, committed: Any) -> None:
    away = settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock"}
    settings.CACHES = {"default": away}
    assert client.get("/catalogue/").context["total"] == 2
    with committed():  # the price is set, though nobody can be told
        catalogue.set_price(product=shop.sugar, price=Decimal(96_000), by=people.hung(), at=make.NOW)
    assert "96.000" in client.get("/catalogue/").content.decode()


def test_a_kept_page_promises_a_pickup_that_is_still_true_when_it_is_forgotten(client: Any, shop: Shop) -> None:
    """Ordered in the page's last second, at 10:00:29, the goods are ready later than ordered in its first."""
    for day in range(7):
        shop.point.hours.create(weekday=day, opens="07:00", closes="17:00")
    page = client.get(f"/en{shop.sugar.get_absolute_url()}").content.decode()
    assert "ready today from 12:10" in page
