"""Anybody may check any star; producers and sales points have pages; machines read what they should."""

import pytest
from django.urls import reverse

from catalogue.models import Product
from marketplace.locations.models import OpeningHours
from tests import make, people

from .conftest import Shop, read


def test_anybody_checks_a_star(client, shop: Shop) -> None:
    live = shop.sugar.certificates.get()
    response = client.get(f"/certificates/{live.pk}/")
    assert response.context["state"] == "live" and live.decision_number in response.content.decode()
    ended = shop.fish.certificates.get()
    assert client.get(f"/certificates/{ended.pk}/").context["state"] == "expired"
    live.revoked_on, live.revocation = make.TODAY, "12/QĐ-UBND"
    live.save(update_fields=["revoked_on", "revocation"])
    revoked = client.get(f"/certificates/{live.pk}/")
    assert revoked.context["state"] == "revoked" and "12/QĐ-UBND" in revoked.content.decode()
    assert client.get("/certificates/999999/").status_code == 404


@pytest.mark.parametrize("asked", ["khô cá lóc", "kho ca loc", "minh tam", "NUMBER"])
def test_certificates_are_found_by_name_maker_and_decision(client, shop: Shop, asked: str) -> None:
    number = shop.fish.certificates.get().decision_number
    rows = client.get("/certificates/", {"q": number if asked == "NUMBER" else asked}).context["rows"]
    assert number in [row.certificate.decision_number for row in rows]
    if asked != "minh tam":
        assert {row.state for row in rows} == {"expired"}


def test_certificates_of_goods_that_are_not_for_sale_are_checked_too(client, shop: Shop) -> None:
    Product.objects.filter(pk=shop.fish.pk).update(is_public=False)
    read()
    pk = shop.fish.certificates.get().pk
    page = client.get(f"/certificates/{pk}/")
    assert page.context["card"] is None and shop.fish.title in page.content.decode()


def test_a_spirits_certificate_is_everybodys_to_check_its_card_for_adults(client, shop: Shop) -> None:
    page = f"/certificates/{shop.spirit.certificates.get().pk}/"
    minor = client.get(page)
    assert minor.context["state"] == "live" and minor.context["card"] is None
    assert "180.000" not in minor.content.decode() and "/age/?next=" in minor.content.decode()
    client.post("/age/", {"adult": "on"})
    assert "180.000" in client.get(page).content.decode()


def test_the_check_costs_the_same(client, shop: Shop, django_assert_max_num_queries) -> None:
    for _ in range(8):
        make.certificate(shop.sugar, stars=3)
    with django_assert_max_num_queries(4):
        client.get("/certificates/?q=duong")


def test_a_producers_page(client, shop: Shop, django_assert_max_num_queries) -> None:
    maker = shop.sugar.producer
    address = reverse("shop:producer", args=[maker.code])
    response = client.get(address)
    assert {card.id for card in response.context["cards"]} == {shop.sugar.pk, shop.fish.pk}
    assert "xã Đa Phước, huyện An Phú" in response.content.decode() and "Xã Vĩnh Hậu" in response.content.decode()
    with django_assert_max_num_queries(8):
        client.get(address)


def test_a_producer_without_goods_has_no_page(client, shop: Shop) -> None:
    idle = make.producer("Cơ sở chưa bán")
    assert client.get(reverse("shop:producer", args=[idle.code])).status_code == 404


def test_a_sales_points_page(client, shop: Shop) -> None:
    for day in range(6):
        OpeningHours.objects.create(location=shop.point, weekday=day, opens="07:00", closes="17:00")
    response = client.get(f"/points/{shop.point.slug}/")
    assert [card.id for card in response.context["cards"]] == [shop.sugar.pk]
    assert [hours for _days, hours in response.context["point"].week] == ["07:00–17:00"]
    assert shop.point.name in client.get("/points/").content.decode()
    listed = client.get(response.context["shelf_url"]).context
    assert [card.id for card in listed["cards"]] == [shop.sugar.pk]


def test_a_producers_store_is_nobodys_sales_point(client, shop: Shop) -> None:
    assert client.get(f"/points/{shop.sugar.producer.store.slug}/").status_code == 404


@pytest.mark.parametrize("slug", ["gioi-thieu", "dieu-khoan", "quy-che", "rieng-tu"])
def test_the_texts_stand_in_both_languages(client, db, slug: str) -> None:
    vietnamese, english = client.get(f"/{slug}/"), client.get(f"/en/{slug}/")
    assert vietnamese.status_code == english.status_code == 200
    assert vietnamese.context["page"].title != english.context["page"].title
    assert f'hreflang="en" href="http://127.0.0.1:8000/en/{slug}/"' in vietnamese.content.decode()


def test_pages_are_made_once(client, db) -> None:
    from storefront.actions import load_pages

    assert load_pages() == 0


def test_robots_and_the_map_of_the_site(client, shop: Shop) -> None:
    assert b"Disallow: /orders/" in client.get("/robots.txt").content
    listed = client.get("/sitemap.xml").content.decode()
    for address in (shop.sugar.get_absolute_url(), "/catalogue/", "/points/", "/gioi-thieu/"):
        for prefix in ("", "/en"):
            assert f"<loc>http://127.0.0.1:8000{prefix}{address}</loc>" in listed
    Product.objects.filter(pk=shop.sugar.pk).update(is_public=False)
    assert shop.sugar.get_absolute_url() not in client.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize(
    "address", ["/khong-co-trang-nay/", "/en/no-such-page/", "/catalogue/khong-co_999999/", "/points/khong-co/"]
)
def test_what_is_not_there_says_so_in_our_look(client, shop: Shop, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404 and "site.css" in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/catalogue/", "/points/", "/certificates/", "/accounts/sign-in/", "/accounts/sign-up/", "/age/"]
)
def test_pages_bring_no_script_or_style_of_strangers(client, shop: Shop, address: str) -> None:
    response = client.get(address)
    page = response.content.decode()
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert " style=" not in page and "<style" not in page and "onclick" not in page
    assert "http://" not in page.replace("http://127.0.0.1:8000", "").replace("http://www.w3.org", "").replace(
        "http://testserver", ""
    )


def test_the_basket_in_the_header_counts_pieces(client, shop: Shop, django_assert_max_num_queries) -> None:
    client.force_login(people.lan())
    basket = make.basket((shop.sugar, 3), owner=people.lan())
    assert client.get("/certificates/").context["basket_count"] == 3
    assert basket.num_items == 3


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/search/?q=mam", "/catalogue/?q=mam"), ("/offers/", "/catalogue/"), ("/wishlists/", "/catalogue/"),
        ("/catalogue/ranges/tet/", "/catalogue/"), ("/catalogue/duong_1/reviews/add/", "/catalogue/duong_1/"),
        ("/password-reset/", "/accounts/password/"), ("/cms/password_reset/", "/accounts/password/"),
        ("/dashboard/login/?next=/dashboard/", "/accounts/sign-in/?next=/dashboard/"), ("/cms/login/", "/accounts/sign-in/"),
    ],
)  # fmt: skip
def test_other_doors_lead_to_ours(client, db, address: str, leads: str) -> None:
    assert client.get(address).headers["Location"] == leads


def test_the_dashboard_keeps_oscars_look_without_strange_hosts(client, shop: Shop) -> None:
    client.force_login(people.tam())
    page = client.get("/dashboard/").content.decode()
    assert "oscar/css/dashboard.css" in page and "googleapis" not in page and "oscar/js/jquery/jquery.min.js" in page


def test_every_page_leads_to_the_texts_in_its_language(client, db) -> None:
    for home in ("/", "/en/"):
        footer = client.get(f"{home}points/").content.decode().split("<footer")[1]
        for slug in ("gioi-thieu", "dieu-khoan", "quy-che", "rieng-tu"):
            assert f'href="{home}{slug}/"' in footer
