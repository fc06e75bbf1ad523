"""The receipt says who sold what to whom, for how much, how it was paid and what went back."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from marketplace.checkout.actions import cancel, pay_back
from marketplace.checkout.queries.receipting import receipt_of
from marketplace.checkout.receipt import receipt
from marketplace.partner.models import Partner
from marketplace.payment import actions as payments
from marketplace.payment.models import Refund
from tests import make, people
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db


def _text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


@pytest.fixture
def order() -> Any:
    """Two pieces of Hùng's household and one of a cooperative that owes VAT."""
    sugar = make.product("Đường thốt nốt Ngọc Trang", price=45_501)
    rice = make.product("Gạo Nàng Nhen thơm", price=108_000, producer=make.producer("HTX Nàng Nhen"))
    Partner.objects.filter(name="HTX Nàng Nhen").update(kind="cooperative")
    rice.stockrecords.update(vat_percent=8)
    point = make.stock(sugar)
    make.stock(rice, at_place=point)
    return make.order((sugar, 2), (rice, 1), payment="cod", language="vi")


def test_all_that_the_law_wants_known(order: Any) -> None:
    text = _text(receipt(order))
    for one in Partner.objects.filter(products__line__order=order):
        assert one.name in text and one.registration_number in text and "296385000" in text
    for part in (
        f"Biên nhận đơn hàng {order.number}", "Nguyễn Thị Lan", "0912 000 001", "12 Trần Hưng Đạo", "Hợp tác xã",
        "Tổ 5, ấp Phũm Soài", "Đường thốt nốt Ngọc Trang", "45.501", "91.002", "Gồm thuế GTGT 8 %: 8.000", "30.000", "229.002",
        "Hai trăm hai mươi chín nghìn không trăm lẻ hai đồng", "Còn phải trả: 229.002", "Nghị định 70/2025",
    ):  # fmt: skip
        assert part in text, (part, text)
    assert "Đã thanh toán" not in text and "minh họa" not in text


def test_in_the_language_of_the_order(order: Any) -> None:
    order.language = "en"
    text = _text(receipt(order))
    assert "Two hundred twenty-nine thousand two đồng" in text and "Still to pay" in text and "Còn phải trả" not in text


def test_invented_sellers_are_marked(order: Any) -> None:
    Partner.objects.update(demonstration=True)
    assert "minh họa" in _text(receipt(order))


def test_what_was_paid_and_what_went_back(order: Any) -> None:
    payments.take_cash(order=order, amount=order.due, key="x", by=people.mai(), at=make.NOW)
    order.refresh_from_db()
    assert receipt_of(order).to_pay == 0
    assert "Đã thanh toán: 229.002 ₫" in _text(receipt(order))
    cancel(order=order, by=people.tam(), reason="Khách gọi điện", at=make.NOW)
    order.refresh_from_db()
    assert "Đang hoàn tiền: 229.002" in _text(receipt(order)) and "Khách gọi điện" in _text(receipt(order))
    pay_back(refund=Refund.objects.get(), by=people.tam(), at=make.NOW)
    text = _text(receipt(order))
    assert "Đã hoàn tiền: 229.002" in text and text.count("20/11/2026 10:00") == 3  # placed, paid, paid back
    assert receipt_of(order).to_pay == 0


def test_whoever_holds_the_link_has_it(order: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        answer = Visitor().get(f"/orders/{order.token}/receipt.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert "no-cache" in answer["Cache-Control"] and "noindex" in answer["X-Robots-Tag"]
    assert Visitor().get("/orders/khong-co/receipt.pdf").status_code == 404
    assert f"/orders/{order.token}/receipt.pdf" in Visitor().get(f"/orders/{order.token}/").content.decode()
