"""A producer's phone is 360 pixels wide: no page of the desk is wider, and none breaks there."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests import people

from .conftest import World
from .doors import FILES, HUNG, MAI, TABLE, TAM
from .test_who import address

WIDTH = 360
OWN = {
    who: [name for name, row in TABLE.items() if row[1] == "get" and who in row[2].split()] for who in (MAI, HUNG, TAM)
}


def sign_in(page: Page, live: str, person: Any) -> None:
    client = Client()
    client.force_login(person)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])


@pytest.mark.django_db(transaction=True)
def test_every_page_fits_a_phone(page: Page, live: str, world: World) -> None:
    page.set_viewport_size({"width": WIDTH, "height": 740})
    wide = []
    for who, names in OWN.items():
        sign_in(page, live, getattr(people, who)())
        for name in [name for name in names if name not in FILES]:
            page.goto(live + address(world, name))
            width = page.evaluate("document.documentElement.scrollWidth")
            wide += [(who, name, width)] if width > WIDTH else []
    assert not wide


@pytest.mark.django_db(transaction=True)
def test_a_parcel_is_handed_over_from_a_phone(page: Page, live: str, world: World) -> None:
    page.set_viewport_size({"width": WIDTH, "height": 740})
    sign_in(page, live, people.mai())
    page.goto(live + reverse("desk:parcel", args=[world.parcel.pk]))
    for _step in ("pick", "pack", "ready"):
        page.locator("section.panel form").first.locator("button").click()
    page.get_by_label("code").or_(page.get_by_label("Mã")).first.fill(world.parcel.code)
    page.locator("section.panel form").first.locator("button").click()
    world.parcel.refresh_from_db()
    assert world.parcel.status == "collected"
