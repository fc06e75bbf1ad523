"""Lan's jar came broken: she shows it with her telephone, brings the goods back, and has her money.

A real browser at 360 pixels, without a line of script of its own needed; her card is charged and paid back at the stand-in.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from marketplace.checkout import actions
from marketplace.fulfilment.models import Return
from marketplace.locations.models import Location
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.payment.standin import Standin
from marketplace.stock.queries import available
from tests import make, people
from tests.checkout.returns import hand_over
from tests.checkout.rules import broken
from tests.desk.test_phone import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def stripe(live: str, settings: Any, tmp_path: Path) -> Iterator[Standin]:
    settings.MEDIA_ROOT = tmp_path / "media"
    with Standin(webhook_secret="whsec_of_returns") as playing:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = playing.url, "sk_test_of_returns"
        yield playing


@pytest.fixture
def order(stripe: Standin) -> Order:
    """Three jars paid by card and collected."""
    now = timezone.now()
    point: Location = make.location("Điểm bán OCOP Long Xuyên")
    jar = make.product("Mật thốt nốt sệt", price=98_000)
    make.stock(jar, 10, at_place=point, at=now)
    placed = make.order((jar, 3), at=now, location_id=point.pk)
    actions.start_payment(order=placed, at=now)
    stripe.pay(placed.sources.get().reference)
    actions.settle(order_id=placed.pk, at=now)
    placed.refresh_from_db()
    hand_over(placed, at=now)
    return placed


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "vo.jpg"
    Image.new("RGB", (1200, 900), "#b5651d").save(path)
    return path


def test_broken_shown_brought_back_and_paid_back(order: Order, photograph: Path, page: Page, live: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    product = order.lines.get().product_id
    assert available([product]) == {product: 7}
    _ask(page, order, photograph)
    asked = Return.objects.get()
    _accept(page, live, asked)
    page.goto(f"/orders/{order.token}/")
    expect(page.locator(".order__return")).to_contain_text(re.compile("Vui lòng mang hàng đến trả"))
    _take_in(page, live, asked)
    assert available([product]) == {product: 8}
    [refund] = Refund.objects.all()
    assert (refund.amount, refund.status) == (196_000, "due")
    actions.make_refund(refund_id=refund.pk, at=timezone.now())
    refund.refresh_from_db()
    assert refund.status == "made"
    page.goto(f"/orders/{order.token}/")
    expect(page.locator(".order__return")).to_contain_text("196.000")
    expect(page.locator("main")).to_contain_text("Đã hoàn tiền")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert broken(timezone.now()) == []


def _ask(page: Page, order: Order, photograph: Path) -> None:
    page.goto(f"/orders/{order.token}/")
    page.get_by_role("link", name="Trả hàng").click()
    page.locator("input[type=number]").fill("2")
    page.locator("input[name=reason][value=damaged]").check(force=True)
    page.locator("textarea[name=words]").fill("Nắp bị bật, mật chảy ra ngoài")
    page.locator("input[name=photographs]").set_input_files(photograph)
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".order__return")).to_contain_text("2 × Mật thốt nốt sệt")
    assert (
        page.locator(".order__photos img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    )


def _accept(page: Page, live: str, asked: Return) -> None:
    """Mai reads it on her telephone, sees the photograph, and wants the jars back."""
    sign_in(page, live, people.mai())
    page.goto("/desk/returns/")
    page.get_by_role("link", name=asked.fulfilment.order.number).click()
    assert (
        page.locator(".desk__photos img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    )
    page.locator("input[name=way][value=counter]").check(force=True)
    page.locator("form[action$='/accept/'] button[type=submit]").click()
    expect(page.locator("form[action$='/take-in/']")).to_be_visible()


def _take_in(page: Page, live: str, asked: Return) -> None:
    """One of the two is still whole."""
    line = asked.lines.get()
    page.goto(f"/desk/returns/{asked.pk}/")
    page.locator(f"input[name=good-{line.pk}]").fill("1")
    page.locator(f"input[name=spoiled-{line.pk}]").fill("1")
    page.locator("form[action$='/take-in/'] button[type=submit]").click()
    expect(page.locator("form[action$='/take-in/']")).to_have_count(0)
    asked.refresh_from_db()
    assert (asked.status, asked.refunded) == ("settled", 196_000)
