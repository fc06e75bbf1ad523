"""The packing slip says in Vietnamese what to pack, for whom, and what to take."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from marketplace.fulfilment.slip import slip
from tests import make

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
