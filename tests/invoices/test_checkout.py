"""An invoice asked for on the way to the order."""

from pathlib import Path

import pytest

from marketplace.invoices.models import InvoiceRequest
from marketplace.order.models import Order
from storefront.queries.account import everything
from tests import make, people
from tests.shopper import Shop

pytestmark = pytest.mark.django_db
FIRM = {"company": "Công ty Lan", "tax_code": "0100 109 106", "company_address": "1 Lê Lợi", "invoice_email": "a@b.vn"}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    product = make.product()
    place = make.stock(product, 10)
    make.tariff()
    return Shop("vi", product, None, place, tmp_path)


def test_said_read_again_and_ordered(shop: Shop) -> None:
    answer = shop.details(invoice="on", **FIRM)()
    assert "Xuất hóa đơn cho" in answer.content.decode() and "0100109106" in answer.content.decode()
    again = shop.get("/checkout/")().context["form"]
    assert (again["invoice"].value(), again["company"].value(), again["tax_code"].value()) == (
        True,
        "Công ty Lan",
        "0100109106",
    )
    shop.post("/checkout/place/", answer.context["form"].initial | {"accept": "on"})()
    found = InvoiceRequest.objects.get()
    assert (found.order, found.tax_code, found.email) == (Order.objects.get(), "0100109106", "a@b.vn")
    Order.objects.update(user=people.lan())
    assert everything(people.lan())["orders"][0]["invoice_for"] == ["Công ty Lan", "0100109106", "1 Lê Lợi", "a@b.vn"]


def test_what_is_missing_is_asked_for(shop: Shop) -> None:
    answer = shop.details(invoice="on", **FIRM | {"company": "", "tax_code": "123"})()
    assert answer.status_code == 400 and set(answer.context["form"].errors) == {"company", "tax_code"}


def test_who_does_not_tick_it_wants_none(shop: Shop) -> None:
    answer = shop.details(**FIRM)()
    shop.post("/checkout/place/", answer.context["form"].initial | {"accept": "on"})()
    assert Order.objects.count() == 1 and not InvoiceRequest.objects.exists()
