"""One basket, several parcels, in the browser: some delivered and some collected; two parcels; one parcel later."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.order.models import Order
from marketplace.payment.standin import Standin
from marketplace.stock import actions as stock
from marketplace.stock.models import Transfer
from tests import make, people
from tests.checkout import split
from tests.checkout.rules import broken
from tests.checkout.split import Two

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def goods(live: str) -> Two:
    return split.two(at=timezone.now())


@pytest.fixture
def stripe(live: str, settings: Any) -> Iterator[Standin]:
    with Standin(webhook_url=f"{live}/payment/stripe/webhook/", webhook_secret="whsec_split") as playing:
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = playing.url, "sk_test_of_the_journey"
        settings.STRIPE_WEBHOOK_SECRET = "whsec_split"
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": directives | {"form-action": [*directives["form-action"], playing.url]}
        }
        yield playing


def _to_checkout(page: Page, goods: Two) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    for product, pieces in ((goods.sugar, "2"), (goods.fish, "1")):
        page.goto(product.get_absolute_url())
        page.locator("input[name=quantity]").fill(pieces)
        page.locator("form[action*='/basket/add/'] button[type=submit]").click()
    page.goto("/checkout/")
    page.locator("input[name=name]").fill("Nguyễn Thị Lan")
    page.locator("input[name=phone]").fill("0912 345 678")
    page.locator("input[name=email]").fill("lan@example.vn")


def _to_the_door(page: Page) -> None:
    home = make.commune()
    with page.expect_response(re.compile("/checkout/communes/")):
        page.locator("select[name=province]").select_option(str(home.province_id))
    page.locator("select[name=commune]").select_option(str(home.pk))
    page.locator("input[name=street]").fill("12 Trần Hưng Đạo")


def _review(page: Page, payment: str) -> None:
    page.locator(f"input[name=payment][value={payment}]").check(force=True)
    page.locator(".checkout__form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile("/checkout/review/"))


def _order(page: Page) -> None:
    page.locator("input[name=accept]").check(force=True)
    page.locator("form[action$='/checkout/place/'] button[type=submit]").click()


def _pay(page: Page) -> None:
    expect(page).to_have_url(re.compile("/pay/cs_test_"))
    page.locator("input[name=card_number]").fill("4242424242424242")
    page.locator("input[name=card_number]").press("Enter")
    expect(page).to_have_url(re.compile(r"/orders/[\w-]+/$"))


def _work() -> dict[str, Any]:
    return {"by": people.mai(), "at": timezone.now()}


def _send(parcel: Fulfilment) -> None:
    about = {"fulfilment": parcel} | _work()
    fulfilments.start_picking(**about)
    fulfilments.pack(**about)
    fulfilments.ship(**about, carrier="VNPost", tracking_number=f"EE{parcel.pk}")


def test_one_product_comes_home_and_the_other_is_collected(goods: Two, stripe: Standin, page: Page) -> None:
    _to_checkout(page, goods)
    expect(page.locator("input[name=collected]").first).to_be_hidden()
    page.locator("input[name=method][value=both]").check(force=True)
    page.get_by_label(goods.fish.title).check(force=True)
    _to_the_door(page)
    page.locator(f"input[name=location][value='{goods.far.pk}']").check(force=True)
    _review(page, "card")
    first, second = page.locator(".parcel").all()
    expect(first).to_contain_text(goods.near.name)
    expect(first).to_contain_text("30.000")
    expect(second).to_contain_text(goods.far.name)
    _order(page)
    _pay(page)
    order = Order.objects.get()
    assert (order.status, order.shipping_code, order.total_incl_tax) == ("confirmed", "both", 230_002)
    kept, sent = split.parcel(order, goods.far, "pickup"), split.parcel(order, goods.near)
    about = {"fulfilment": kept} | _work()
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(**about)
    page.reload()
    code = page.locator(".order__digits").inner_text().strip()
    fulfilments.hand_over(code=code, **about)
    _send(sent)
    page.reload()
    expect(page.locator("main")).to_contain_text("1/2")
    expect(page.locator("main")).to_contain_text(f"EE{sent.pk}")
    fulfilments.delivered(fulfilment=sent, **_work())
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED and broken(timezone.now()) == []


def test_two_parcels_of_two_producers_and_one_is_lost(goods: Two, page: Page) -> None:
    _to_checkout(page, goods)
    page.locator("input[name=method][value=delivery]").check(force=True)
    _to_the_door(page)
    _review(page, "cod")
    expect(page.locator(".parcel")).to_have_count(2)
    expect(page.locator(".summary__total").first).to_contain_text("260.002")
    _order(page)
    expect(page).to_have_url(re.compile(r"/orders/[\w-]+/$"))
    order = Order.objects.get()
    near, far = split.parcel(order, goods.near), split.parcel(order, goods.far)
    _send(far)
    page.reload()
    expect(page.locator(".order__parcel")).to_have_count(2)
    checkout.lose(fulfilment=far, **_work())
    page.reload()
    expect(page.locator("main")).to_contain_text("130.002")
    _send(near)
    fulfilments.delivered(fulfilment=near, **_work())
    order.refresh_from_db()
    assert (order.status, order.sources.get().amount_debited) == ("completed", 130_002)
    assert broken(timezone.now()) == []


def test_one_parcel_later_is_cheaper_and_waits_for_all_of_it(goods: Two, page: Page) -> None:
    _to_checkout(page, goods)
    page.locator("input[name=method][value=delivery]").check(force=True)
    _to_the_door(page)
    _review(page, "cod")
    page.locator("button[name=parcels][value=one]").click()
    expect(page).to_have_url(re.compile("/checkout/review/"))
    expect(page.locator(".parcel")).to_have_count(1)
    expect(page.locator(".parcel")).to_contain_text(goods.far.name)
    expect(page.locator(".summary__total").first).to_contain_text("235.002")
    _order(page)
    expect(page).to_have_url(re.compile(r"/orders/[\w-]+/$"))
    parcel = Order.objects.get().fulfilments.get()
    with pytest.raises(fulfilments.StillComing):
        fulfilments.start_picking(fulfilment=parcel, **_work())
    transfer = Transfer.objects.get()
    stock.transfers.send(transfer=transfer, **_work())
    stock.transfers.arrive(transfer=transfer, arrived={transfer.lines.get().pk: 1}, key="1", **_work())
    _send(parcel)
    page.reload()
    expect(page.locator("main")).to_contain_text(f"EE{parcel.pk}")
    assert broken(timezone.now()) == []
