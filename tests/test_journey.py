"""The main job, end to end, as people see it: a guest pays by card, a sales point hands over, everybody is told.

Real parts all the way: Chromium, this shop's server, PostgreSQL, Valkey, a Celery worker, and the `stripe` package
talking HTTP to the stand-in, whose signed webhooks come back over HTTP too.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment.standin import Standin
from marketplace.search.actions import refresh
from marketplace.stock.queries import available
from tests import make, people, processes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
SECRET = "whsec_of_the_journey"


@pytest.fixture
def stripe(live: str, settings: Any) -> Iterator[Standin]:
    webhook = f"{live}/payment/stripe/webhook/"
    with Standin(webhook_url=webhook, webhook_secret=SECRET) as playing:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = playing.url, "sk_test_of_the_journey"
        settings.STRIPE_WEBHOOK_SECRET = SECRET
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": directives | {"form-action": [*directives["form-action"], playing.url]}
        }
        yield playing


@pytest.fixture
def goods(live: str) -> tuple[Product, Location]:
    """Ten jars of palm sugar at Mai's sales point, four stars live today."""
    today = timezone.localdate()
    point = make.location("Điểm bán OCOP Long Xuyên")
    product = make.product("Đường thốt nốt sệt Palmania", price=98_000, stars=None)
    make.certificate(product, stars=4, decided_on=today.replace(year=today.year - 1, day=1))
    make.stock(product, 10, at_place=point, at=timezone.now())
    refresh(at=timezone.now(), product_ids=None)
    return product, point


def test_a_guest_buys_by_card_and_collects_at_the_point(
    goods: tuple[Product, Location], stripe: Standin, worker: processes.Worker, page: Page
) -> None:
    product, point = goods
    page.set_viewport_size({"width": 360, "height": 800})
    _find_and_fill_basket(page, product)
    _check_out(page, point)
    _pay(page)
    order = Order.objects.get()
    assert order.status == Order.Status.CONFIRMED and order.total_incl_tax == 2 * 98_000
    assert available([product.pk]) == {product.pk: 8}
    processes.wait_until(lambda: {"order_placed", "order_paid", "order_new"} <= _kinds(order), seconds=15)
    order_page = page.url

    _prepare(page, order)
    page.goto(order_page)
    code = page.locator(".order__digits").inner_text().strip()
    _hand_over(page, order, code)

    page.goto(order_page)
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED
    assert available([product.pk]) == {product.pk: 8}
    _letters_arrive(worker, order)


def _find_and_fill_basket(page: Page, product: Product) -> None:
    page.goto("/")
    page.locator("input[name=q]").first.fill("duong thot not")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=product.title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(product.title)
    page.locator("input[name=quantity]").fill("2")
    page.locator("form[action*='/basket/add/'] button[type=submit]").click()
    page.goto("/basket/")
    page.locator("a[href$='/checkout/']").first.click()


def _check_out(page: Page, point: Location) -> None:
    page.locator("input[name=name]").fill("Nguyễn Thị Lan")
    page.locator("input[name=phone]").fill("0912 345 678")
    page.locator("input[name=email]").fill("lan@example.vn")
    page.locator("input[name=method][value=pickup]").check(force=True)
    page.locator(f"input[name=location][value='{point.pk}']").check(force=True)
    page.locator("input[name=payment][value=card]").check(force=True)
    page.locator("form[action$='/checkout/'] button[type=submit], main form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile("/checkout/review/"))
    expect(page.locator("main")).to_contain_text("196.000")
    page.locator("input[name=accept]").check(force=True)
    page.locator("form[action$='/checkout/place/'] button[type=submit]").click()


def _pay(page: Page) -> None:
    expect(page).to_have_url(re.compile("/pay/cs_test_"))
    for card in ("4000000000000002", "4242424242424242"):  # declined: the page stays open for another card
        expect(page).to_have_url(re.compile("/pay/cs_test_"))
        page.locator("input[name=card_number]").fill(card)
        page.locator("input[name=card_number]").press("Enter")
        page.wait_for_load_state()
    expect(page).to_have_url(re.compile(r"/orders/[\w-]+/$"))


def _prepare(page: Page, order: Order) -> None:
    """Mai signs in, sees the order of her point, picks and packs it."""
    mai = people.mai()
    page.goto("/accounts/sign-in/")
    page.locator("input[name=username]").fill(mai.email or "")
    page.locator("input[name=password]").fill(people.PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.goto("/desk/parcels/")
    page.get_by_role("link", name=re.compile(order.number)).first.click()
    for step in ("pick", "pack", "ready"):
        page.locator(f"form[action$='/{step}/'] button[type=submit]").click()
        page.wait_for_load_state()


def _hand_over(page: Page, order: Order, code: str) -> None:
    """A wrong code is refused in words; the shopper's own code opens the hand."""
    fulfilment = order.fulfilments.get()
    page.goto(f"/desk/parcels/{fulfilment.pk}/")
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for typed in (wrong, code):
        page.locator("input[name=code]").fill(typed)
        page.locator("form[action$='/hand-over/'] button[type=submit]").click()
        page.wait_for_load_state()
        fulfilment.refresh_from_db()
        assert fulfilment.status == ("collected" if typed == code else "ready")


def _kinds(order: Order) -> set[str]:
    return set(Notice.objects.filter(facts__number=order.number).values_list("kind", flat=True))


def _letters_arrive(worker: processes.Worker, order: Order) -> None:
    """Placed, paid, ready, handed over to the shopper; the new order to Mai. Each once."""
    expected = {"lan@example.vn": 4, people.mai().email: 1}
    processes.wait_until(lambda: len(worker.letters()) >= sum(expected.values()), seconds=30)
    letters = worker.letters()
    for address, number in expected.items():
        assert len([letter for letter in letters if address in letter["To"]]) == number, [
            (letter["To"], letter["Subject"]) for letter in letters
        ]
    assert all(order.number in str(letter["Subject"]) for letter in letters)
