"""The packing slip says in Vietnamese what to pack, for whom, and what to take."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from marketplace.checkout.actions import cancel
from marketplace.fulfilment.slip import slip
from tests import make, people
from tests.checkout.shortages import deliver

pytestmark = pytest.mark.django_db


def _text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_a_delivery_for_cash() -> None:
    product = make.product("Đường thốt nốt nguyên chất Ngọc Trang – hũ sứ 500 g")
    make.stock(product, 10, lot_code="L-2611")
    order = make.order((product, 3), payment="cod", name="Nguyễn Thị Hồng Nhiên", note="Gọi trước khi giao")
    text = _text(slip(order.fulfilments.get()))
    for part in (
        order.number, "Nguyễn Thị Hồng Nhiên", "0912 000 001", "12 Trần Hưng Đạo, Phường Long Xuyên",
        "Đường thốt nốt nguyên chất Ngọc Trang", "L-2611 (3)", "390.000", "Gọi trước khi giao",
    ):  # fmt: skip
        assert part in text, (part, text)


def test_many_goods_take_more_pages_and_a_paid_order_asks_for_nothing() -> None:
    place = make.location()
    products = [make.product(f"Khô cá lóc đồng số {number}", price=20_000) for number in range(40)]
    for product in products:
        make.stock(product, 1, at_place=place)
    order = make.order(*((product, 1) for product in products))
    pdf = slip(order.fulfilments.get())
    assert len(PdfReader(BytesIO(pdf)).pages) > 1
    text = _text(pdf)
    assert "Khô cá lóc đồng số 39" in text and "800.000" not in text


def test_who_packs_reads_until_when_a_lot_keeps() -> None:
    dated, undated = make.product("Khô cá lóc"), make.product("Giỏ cỏ bàng")
    place = make.stock(dated, 5, lot_code="L-1", best_before=date(2027, 3, 9))
    make.stock(undated, 5, at_place=place, lot_code="L-2")
    text = _text(slip(make.order((dated, 2), (undated, 1)).fulfilments.get()))
    assert "L-1 (2) hạn dùng 09/03/2027" in text and text.count("hạn dùng") == 1


def test_each_parcel_of_an_order_says_which_it_is() -> None:
    sugar, fish = make.product(), make.product()
    make.stock(sugar), make.stock(fish)
    order = make.order((sugar, 1), (fish, 1))
    assert ["Kiện 1 trên 2" in _text(slip(one)) for one in order.fulfilments.order_by("pk")] == [True, False]
    assert "Kiện" not in _text(slip(make.order((sugar, 1)).fulfilments.get()))


def test_what_the_buyer_wished_is_not_told_for_ever() -> None:
    parcel = make.order(payment="cod", note="Cửa sau, chó dữ").fulfilments.get()
    assert "Cửa sau" in _text(slip(parcel))
    deliver(parcel)
    parcel.order.refresh_from_db()
    text = _text(slip(parcel))
    assert "Cửa sau" not in text and "Trần Hưng Đạo" not in text


def test_what_was_cancelled_is_not_sent_out() -> None:
    order = make.order(payment="cod")
    cancel(order=order, by=people.mai(), reason=order.Because.SHOPPER, at=make.NOW)
    text = _text(slip(order.fulfilments.get()))
    assert "Không gửi đi: Đã hủy" in text and "₫" not in text
