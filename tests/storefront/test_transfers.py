"""Who pays by transfer sees what to scan and to type, what is missing, and where the money goes back to."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localtime

from marketplace.checkout import actions as checkout
from marketplace.order.models import Order
from marketplace.payment.banking import actions as banking
from marketplace.payment.models import Refund
from tests import make, people
from tests.rows import changed, everything
from tests.shopper import Shop as Shopper

from .conftest import Shop


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two pieces of sugar, to be paid by transfer."""
    made: Order = make.transfer_order((shop.sugar, 2), location_id=shop.point.pk, at=timezone.now())
    return made


def page_of(order: Order) -> BeautifulSoup:
    return BeautifulSoup(Client().get(f"/orders/{order.token}/").content, "html.parser")


def test_the_page_shows_the_code_and_the_words_in_text_that_can_be_marked(order: Order) -> None:
    page = page_of(order)
    [section] = page.select(".transfer")
    image = section.select_one("img.transfer__qr")
    assert image and str(image["src"]).startswith("data:image/svg+xml") and image["alt"]
    text = section.get_text(" ")
    for word in ("Vietcombank", "1017595600", "VAN PHONG OCOP AN GIANG", "190.000", order.sources.get().reference):
        assert word in text
    assert f"{localtime(order.pay_by):%H:%M, %d/%m/%Y}" in text
    copies = [page.find(id=str(button["data-copy"])) for button in section.select("button[data-copy]")]
    assert len(copies) == 3 and all(copy and "transfer__word" in copy["class"] for copy in copies)
    assert all(button.has_attr("hidden") for button in section.select("button[data-copy]"))  # until the script runs
    assert copies[1] and copies[1]["data-copy-as"] == "190000"
    assert not page.select("form[action*='/checkout/pay/']") and page.select("script[src*='copy']")


def test_what_is_missing_is_asked_for_and_a_paid_order_asks_for_nothing(order: Order) -> None:
    name = order.sources.get().reference
    checkout.receive(line_id=make.bank_line(name, 150_000, at=timezone.now()).pk, at=timezone.now())
    text = page_of(order).select(".transfer")[0].get_text(" ")
    assert "40.000" in text and "150.000" in text
    checkout.receive(line_id=make.bank_line(name, 40_000, at=timezone.now()).pk, at=timezone.now())
    assert not page_of(order).select(".transfer")


def test_an_invented_account_says_so(shop: Shop) -> None:
    make.bank_account(demonstration=True)
    order = make.transfer_order((shop.sugar, 1), location_id=shop.point.pk, at=timezone.now())
    assert "không có thật" in page_of(order).get_text(" ")


def test_the_order_page_asks_few_questions(order: Order, django_assert_num_queries: Any) -> None:
    client = Client()
    client.get(f"/orders/{order.token}/")
    with django_assert_num_queries(13):
        client.get(f"/orders/{order.token}/")


@pytest.fixture
def refund(order: Order) -> Refund:
    line = make.bank_line(order.sources.get().reference, order.due, at=timezone.now())
    checkout.receive(line_id=line.pk, at=timezone.now())
    checkout.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=timezone.now())
    return Refund.objects.get()


def test_the_buyer_names_the_account(refund: Refund) -> None:
    account, client = refund.source.refund_account, Client()
    url = f"/money-back/{account.token}/"
    page = client.get(url)
    assert page["X-Robots-Tag"] == "noindex, nofollow" and "190.000" in page.content.decode()
    assert account.token not in str(page_of(refund.source.order))  # the order's link is shared, this one is not
    typed = {"bin": "970405", "number": "6504 205-123456", "holder": "Nguyễn Thị Lan"}
    before = everything()
    for bad in ({"number": "12"}, {"number": "12345678901234567890"}, {"bin": "123456"}, {"holder": "=SUM(A1)"}):
        assert client.post(url, typed | bad).status_code == 400
    assert changed(before) == set()
    assert client.post(url, typed, follow=True).status_code == 200
    account.refresh_from_db()
    assert (account.bin, account.number, account.holder) == ("970405", "6504205123456", "NGUYEN THI LAN")
    text = client.get(url).content.decode()
    assert "…3456" in text and "6504205123456" not in text


def test_once_the_bank_is_told_it_cannot_be_changed(refund: Refund) -> None:
    account = refund.source.refund_account
    facts = {"account": account, "bin": "970405", "number": "123456", "holder": "LAN", "by": None}
    banking.payouts.give_account(**facts, at=timezone.now())
    banking.payouts.make_batch(account=make.bank_account(), by=people.tam(), at=timezone.now())
    before = everything()
    url = f"/money-back/{account.token}/"
    assert not BeautifulSoup(Client().get(url).content, "html.parser").select("form[method=post] select")
    Client().post(url, {"bin": "970405", "number": "999999", "holder": "KHOA"})
    assert changed(before) == set()


def test_a_strange_token_is_not_there(refund: Refund) -> None:
    assert Client().get("/money-back/khong-co/").status_code == 404


def test_the_checkout_offers_it_while_an_account_is_shown(shop: Shop) -> None:
    make.tariff()
    shopper = Shopper("vi", shop.sugar, None, shop.point)
    shopper.fill()
    ways = lambda: [way for way, _label in shopper.get("/checkout/")().context["form"].fields["payment"].choices]  # noqa: E731
    assert "transfer" not in ways()
    make.bank_account()
    assert "transfer" in ways()
    shopper.post("/checkout/", shopper.typed(payment="transfer"))()
    review = shopper.get("/checkout/review/")()
    assert "24 giờ" in review.content.decode() and "Chuyển khoản (VietQR)" in review.content.decode()
    answer = shopper.post("/checkout/place/", review.context["form"].initial | {"accept": "on"})()
    order = Order.objects.get()
    assert answer.redirect_chain[-1][0] == f"/orders/{order.token}/" and order.status == "awaiting-payment"
    assert answer.context["transfer"].reference == order.sources.get().reference
