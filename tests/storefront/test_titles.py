"""Every page has one heading, and a title that no other page has."""

import re
from collections import Counter
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.urls import reverse

from tests import make, people

from .conftest import Shop

MARKET = " · Chợ OCOP An Giang"
PUBLIC = [
    "catalogue:index",
    "basket:summary",
    "shop:age",
    "shop:certificates",
    "shop:points",
    "account:sign-in",
    "account:sign-up",
    "account:password-reset",
    "account:password-reset-sent",
    "account:password-done",
]
OWN = ["account:home", "account:orders", "account:profile", "account:data"]
DESK = [
    "desk:home",
    "desk:review",
    "desk:orders",
    "desk:parcels",
    "desk:stocks",
    "desk:tills",
    "desk:listings",
    "desk:listing-new",
    "desk:sold",
    "desk:certificates",
    "desk:producers",
    "desk:tariff",
    "desk:zone-new",
    "desk:letters",
    "desk:money",
]


def title(page: bytes | str) -> str:
    text = BeautifulSoup(page, "html.parser")
    assert text.title and len(text.find_all("h1")) == 1, text.title
    return re.sub(r"\s+", " ", text.title.get_text()).strip()


def titles(client: Any, *addresses: str) -> list[str]:
    return [title(client.get(address, follow=True).content) for address in addresses]


def doubles(found: list[str]) -> list[str]:
    return [name for name, times in Counter(found).items() if times > 1]


def test_no_two_pages_of_the_shop_share_a_title(client: Any, shop: Shop) -> None:
    older = make.certificate(shop.fish, stars=3, decided_on=make.TODAY.replace(year=2018))
    order = make.order((shop.sugar, 1), by=people.lan())
    one = {
        "shop:certificate": [shop.fish.certificates.exclude(pk=older.pk).get().pk], "shop:producer": [shop.fish.producer.code],
        "shop:point": [shop.point.slug], "shop:order": [order.token],
    }  # fmt: skip
    addresses = [reverse(name) for name in PUBLIC] + [reverse(name, args=args) for name, args in one.items()]
    addresses += ["/nowhere/", "/catalogue/?q=duong", reverse("shop:certificate", args=[older.pk])]
    addresses += [shop.sugar.get_absolute_url(), shop.fish.get_absolute_url()]
    found = titles(client, *addresses)
    client.force_login(people.lan())
    found += titles(client, *(reverse(name) for name in OWN))
    assert not doubles(found) and all(name.endswith(MARKET) for name in found), found


def test_no_two_pages_of_the_desk_share_a_title(client: Any, shop: Shop) -> None:
    client.force_login(people.tam())
    order = make.order((shop.sugar, 1), at=make.NOW)
    pages = {
        "parcel": order.fulfilments.get().pk, "order": order.pk, "stock": shop.point.pk, "receive": shop.point.pk,
        "listing": shop.sugar.pk, "certificate-record": shop.sugar.pk, "zone": make.tariff().pk,
        "certificate-revoke": shop.sugar.certificates.get().pk,
    }  # fmt: skip
    addresses = [reverse(name) for name in DESK] + [reverse(f"desk:{name}", args=[pk]) for name, pk in pages.items()]
    addresses += [f"{reverse('desk:parcels')}?status=ready", f"{reverse('desk:orders')}?status=cancelled"]
    found = titles(client, *addresses)
    assert not doubles(found) and all(name.endswith(" · Bàn làm việc") for name in found), found


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404"])
def test_an_error_has_its_own_words(name: str, rf: Any, db: None) -> None:
    assert title(render_to_string(f"{name}.html", {}, rf.get("/"))).endswith(MARKET)


def test_the_page_of_a_failure_needs_nothing_that_may_fail() -> None:
    """No request, no database, no list of hashed names; and still the shop's look, and ways onward in both languages."""
    page = BeautifulSoup(render_to_string("500.html"), "html.parser")
    sheet, picture = page.select_one("link[rel=stylesheet]"), page.select_one("img")
    assert sheet and sheet["href"] == "/static/css/site.css" and picture and picture["src"] == "/static/img/empty.svg"
    assert [way["href"] for way in page.select("a.button")] == ["/", "/en/"] and title(str(page)).endswith(MARKET)
