"""Home, list and product, as a stranger sees them."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.partner.models import StockRecord
from storefront.models import HomePage
from tests import make, people

from .conftest import Shop, read

HOME, LIST, PRODUCT = 8, 12, 14  # the most queries each page may ask


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- Home -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "words"), [("/", "Đặc sản An Giang"), ("/en/", "An Giang&#x27;s specialties")])
def test_home_speaks_both_languages(client, shop: Shop, address: str, words: str) -> None:
    page = client.get(address).content.decode()
    assert words in page and shop.sugar.title in page and shop.point.name in page


def test_an_editor_changes_home(client, shop: Shop) -> None:
    page = HomePage.objects.get(locale__language_code="vi")
    page.headline = "Mùa nước nổi đã về"
    page.body = [
        ("products", {"title": "Nhiều người mua", "show": "popular", "group": "I"}),
        ("text", "<p>Chào bạn</p>"),
    ]
    page.save_revision().publish()
    shown = client.get("/").content.decode()
    assert "Mùa nước nổi đã về" in shown and "Nhiều người mua" in shown and "Chào bạn" in shown


def test_home_shows_no_alcohol_before_the_question(client, shop: Shop) -> None:
    assert shop.spirit.title not in client.get("/").content.decode()


# --- List -------------------------------------------------------------------------------------------------------------


def test_the_list_finds_without_tones(client, shop: Shop) -> None:
    response = client.get("/catalogue/", {"q": "duong thot not"})
    assert [card.title for card in response.context["cards"]] == [shop.sugar.title]


def test_filters_and_what_takes_them_away(client, shop: Shop) -> None:
    response = client.get(
        "/catalogue/", {"stars": 4, "in_stock": 1, "point": shop.point.pk, "min": "90.000", "max": "100000"}
    )
    assert [card.id for card in response.context["cards"]] == [shop.sugar.pk]
    assert len(response.context["chosen"]) == 5
    without_stars = response.context["chosen"][0].url
    assert "stars" not in without_stars and "in_stock=1" in without_stars


def test_a_group_has_its_own_address(client, shop: Shop) -> None:
    group = shop.sugar.categories.get()
    response = client.get(f"/catalogue/category/{group.slug}_{group.pk}/")
    assert response.context["total"] == 2 and response.context["title"] == group.label


@pytest.mark.parametrize(
    "query",
    [
        "stars=x&group=-1&min=abc&page=0&sort=evil",
        "page=999999999999999999999",
        "q=%00%ff&commune=1&commune=2",
        "min=5&max=1",
    ],
)
def test_a_badly_written_address_is_no_error(client, shop: Shop, query: str) -> None:
    assert client.get(f"/catalogue/?{query}").status_code == 200


def test_nothing_found_says_so_and_offers_a_way_on(client, shop: Shop) -> None:
    response = client.get("/catalogue/", {"q": "zzzzqqqq"})
    assert response.context["total"] == 0 and b"empty" in response.content


def test_a_typing_error_is_answered_with_a_suggestion(client, shop: Shop) -> None:
    response = client.get("/catalogue/", {"q": "duonk thot nott"})
    assert response.context["suggestion"] == shop.sugar.title


def test_alcohol_is_listed_for_adults_only(client, shop: Shop, today) -> None:
    assert client.get("/catalogue/").context["total"] == 2
    assert client.get("/catalogue/", {"q": "ruou"}).context["total"] == 0
    client.post("/age/", {"adult": "on", "next": "/catalogue/"})
    assert client.get("/catalogue/").context["total"] == 3


def test_the_age_question_leads_back_but_never_away(client, shop: Shop) -> None:
    assert (
        client.post("/age/", {"adult": "on", "next": "/catalogue/?q=ruou"}).headers["Location"] == "/catalogue/?q=ruou"
    )
    assert client.post("/age/", {"adult": "on", "next": "https://evil.example/"}).headers["Location"] == "/catalogue/"
    assert client.post("/age/", {"next": "/"}).status_code == 200  # not confirmed


def test_a_star_leaves_the_list_with_its_certificate(client, shop: Shop) -> None:
    shop.sugar.certificates.update(revoked_on=make.TODAY)
    response = client.get("/catalogue/")
    assert all(card.badge is None for card in response.context["cards"])


# --- Product ----------------------------------------------------------------------------------------------------------


def data_of(response: Any) -> dict[str, Any]:
    found = re.search(rb'<script type="application/ld\+json">(.*?)</script>', response.content, re.S)
    assert found
    return json.loads(found[1])


def test_a_product_with_live_stars(client, shop: Shop) -> None:
    response = client.get(shop.sugar.get_absolute_url())
    certificate = shop.sugar.certificates.get()
    seen = text(response)
    assert certificate.decision_number in seen and f"{certificate.expires_on:%d/%m/%Y}" in seen
    assert "Xã Vĩnh Hậu" in seen and "xã Đa Phước, huyện An Phú" in seen and "95.000" in seen
    assert response.context["available"] == 7 and shop.point.name in seen
    assert data_of(response)["hasCertification"]["certificationRating"]["ratingValue"] == 4


def test_a_product_whose_stars_have_ended_shows_the_history_but_no_star(client, shop: Shop) -> None:
    response = client.get(shop.fish.get_absolute_url())
    old = shop.fish.certificates.get()
    assert response.context["badge"] is None and response.context["past"] == [old]
    assert f"{old.expires_on:%d/%m/%Y}" in text(response)
    assert "hasCertification" not in data_of(response)
    assert "badge__stars" not in response.content.decode().split('<section class="product__related')[0]


def test_the_day_after_the_last_the_star_is_gone(client, shop: Shop, monkeypatch) -> None:
    until = shop.sugar.certificates.get().expires_on
    for days, live in ((0, True), (1, False)):
        day = make.NOW + (until - make.TODAY) + timedelta(days=days)
        monkeypatch.setattr("django.utils.timezone.now", lambda day=day: day)
        assert (client.get(shop.sugar.get_absolute_url()).context["badge"] is not None) is live


def test_an_invented_certificate_says_so(client, shop: Shop) -> None:
    shop.sugar.certificates.update(demonstration=True)
    assert "badge__demo" in client.get(shop.sugar.get_absolute_url()).content.decode()


def test_alcohol_asks_before_its_page(client, shop: Shop) -> None:
    address = shop.spirit.get_absolute_url()
    asked = client.get(address)
    assert shop.spirit.title not in text(asked) and asked.context["form"].initial["next"] == address
    assert client.post("/age/", {"adult": "on", "next": address}, follow=True).context["product"] == shop.spirit


def test_a_new_price_is_shown_at_once(client, shop: Shop) -> None:
    StockRecord.objects.filter(product=shop.sugar).update(price=Decimal(88_000))
    assert client.get(shop.sugar.get_absolute_url()).context["price"] == 88_000
    assert "88.000" in text(client.get("/catalogue/"))


@pytest.mark.parametrize("change", [{"is_public": False}, {"producer": None}])
def test_an_unlisted_product_is_not_there(client, shop: Shop, change: dict[str, Any]) -> None:
    Product.objects.filter(pk=shop.sugar.pk).update(**change)
    assert client.get(shop.sugar.get_absolute_url()).status_code == 404


def test_a_product_that_the_search_has_not_read_yet_has_a_page(client, shop: Shop) -> None:
    fresh = make.product("Mắm cá linh", producer=shop.sugar.producer)
    assert client.get(fresh.get_absolute_url()).context["product"] == fresh


def test_a_title_cannot_end_the_data_block(client, shop: Shop) -> None:
    Product.objects.filter(pk=shop.sugar.pk).update(title="</script><script>alert(1)</script>")
    response = client.get(shop.sugar.get_absolute_url())
    assert b"<script>alert" not in response.content
    assert data_of(response)["name"].startswith("</script>")


# --- What they cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how_many", [3, 30])
def test_pages_cost_the_same_however_much_there_is(
    client, shop: Shop, how_many: int, django_assert_max_num_queries
) -> None:
    for number in range(how_many):
        product = make.product(
            f"Khô cá tra số {number}", producer=shop.sugar.producer, category=shop.sugar.categories.get()
        )
        make.stock(product, 3, at_place=shop.point)
    read()
    for address, most in (
        ("/", HOME),
        ("/catalogue/", LIST),
        ("/catalogue/?q=kho+ca", LIST),
        (shop.sugar.get_absolute_url(), PRODUCT),
    ):
        client.get(address)  # what a process asks once
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_somebody_signed_in_costs_three_queries_more(client, shop: Shop, django_assert_max_num_queries) -> None:
    client.force_login(people.khoa())
    client.get("/")
    for address, most in (("/", HOME), ("/catalogue/", LIST), (shop.sugar.get_absolute_url(), PRODUCT)):
        with django_assert_max_num_queries(most + 3):  # session, person, basket
            assert client.get(address).status_code == 200
