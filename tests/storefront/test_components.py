"""Every component has its sheet, shows itself with long names, and says the truth about stars."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace as Some

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.test import RequestFactory

from storefront.examples import badge, cards, examples
from storefront.templatetags.phones import phone

ROOT = Path(__file__).resolve().parents[2] / "storefront"


def shown(template: str, **context: object) -> BeautifulSoup:
    return BeautifulSoup(render_to_string(f"components/{template}.html", context), "html.parser")


def test_each_component_has_a_sheet_of_its_name() -> None:
    templates = {f.stem for f in (ROOT / "templates/components").glob("*.html")}
    assert templates == {f.stem for f in (ROOT / "static/css/components").glob("*.css")}


def test_the_gallery_shows_every_component() -> None:
    page = render_to_string("shop/components.html", examples(), RequestFactory().get("/components/"))
    text = BeautifulSoup(page, "html.parser")
    inside = {
        "banner",
        "icon",
        "facet",
        "language",
        "search",
        "header",
        "footer",
    }  # used by others, or only in a demonstration
    for sheet in (ROOT / "static/css/components").glob("*.css"):
        if sheet.stem not in inside:
            assert text.select(f"[class~={sheet.stem}], [class^={sheet.stem}__]"), sheet.stem
    assert not text.select("[style], style, script:not([src])")


def test_a_card_without_a_live_certificate_shows_no_star() -> None:
    bare, starred = cards()[3], cards()[0]
    assert not shown("card", card=bare).select(".badge")
    assert shown("card", card=starred).select("use[href$='#stars-4']")


@pytest.mark.parametrize("stars", [3, 4, 5])
def test_a_badge_shows_its_stars_of_five(stars: int) -> None:
    page = shown("badge", badge=badge(stars), detail=True)
    assert page.select(f"use[href$='#stars-{stars}']")
    symbol = BeautifulSoup((ROOT / "static/img/icons.svg").read_text(), "html.parser").find(id=f"stars-{stars}")
    assert symbol
    won = [path["fill"] == "currentColor" for path in symbol.find_all("path")]
    assert won == [n < stars for n in range(5)]


def test_an_invented_certificate_says_so() -> None:
    assert shown("badge", badge=badge(4, demonstration=True)).select(".badge__demo")
    assert not shown("badge", badge=badge(4)).select(".badge__demo")


def test_no_live_certificate_is_said_without_stars() -> None:
    old = Some(
        decision_number="",
        revoked_on=None,
        expires_on=date(2023, 1, 1),
        decided_on=date(2020, 1, 1),
        demonstration=False,
    )
    page = shown("certificate", badge=None, past=[old])
    assert not page.select("use[href*='#star']")
    assert "01/01/2023" in page.get_text()


def test_a_wrong_field_tells_screen_readers_why() -> None:
    field = examples()["wrong"]["name"]
    page = shown("field", field=field)
    box, error = page.select_one("input"), page.select_one(".field__errors")
    assert box and error and box["aria-invalid"] == "true"
    assert error["id"] in box["aria-describedby"].split()


def test_what_a_producer_writes_is_escaped() -> None:
    card = cards()[0]
    card.title = "<script>alert(1)</script>"
    assert not shown("card", card=card).select("script")


@pytest.mark.parametrize(
    ("written", "read"),
    [("+84912345678", "0912 345 678"), ("+842963850001", "0296 3850 001"), ("0296 000 000", "0296 000 000"), ("", "")],
)
def test_a_telephone_number_is_read_as_it_is_spoken(written: str, read: str) -> None:
    assert phone(written) == read


def test_figures_stand_under_their_heading() -> None:
    page = shown("table", heads=["Sản phẩm", "Số lượng"], rows=[["Mật ong", 12]], numbers="2")
    assert [cell.get_text() for cell in page.select(".number")] == ["Số lượng", "12"]
