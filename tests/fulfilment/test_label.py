"""The label says to whom, with whom, what to take and how to treat it; its code leads to the parcel's page."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from marketplace.fulfilment.label import labels
from marketplace.fulfilment.models import Fulfilment
from tests import make

from .carried import sent

pytestmark = pytest.mark.django_db


def _texts(*parcels: Fulfilment) -> list[str]:
    pages = PdfReader(BytesIO(labels(parcels))).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def test_a_parcel_for_cash_that_must_be_kept_cool() -> None:
    product = make.product("Mắm cá linh", keep_cool=True, fragile=True, travel_hours_max=24)
    zone = make.tariff()
    zone.tariffs.update(hours=10)
    place = make.location("Điểm OCOP Long Xuyên", phone="+84296385000")
    make.stock(product, 5, at_place=place)
    order = make.order((product, 2), payment="cod", name="Nguyễn Thị Hồng Nhiên")
    [text] = _texts(order.fulfilments.get())
    for part in (
        "Giao hàng Bảy Núi", "Điểm OCOP Long Xuyên", "Nguyễn Thị Hồng Nhiên", "0912 000 001",
        "12 Trần Hưng Đạo, Phường Long Xuyên", "270.000", "HÀNG DỄ VỠ · GIỮ MÁT · GIAO TRONG 24 GIỜ", "1,0 kg",
        f"{order.number}-",
    ):  # fmt: skip
        assert part in text, (part, text)


def test_sent_parcels_carry_their_number_and_a_paid_one_asks_for_nothing() -> None:
    one, other = sent("BN7"), make.order().fulfilments.get()
    first, second = _texts(one, other)
    assert "BN7" in first and "270.000" in first
    assert "Không thu tiền khi giao" in second and "₫" not in second and "DỄ VỠ" not in second


def test_long_names_and_addresses_stay_on_one_page() -> None:
    product = make.product()
    make.stock(product, 5, at_place=make.location("Trung tâm giới thiệu và trưng bày sản phẩm OCOP " * 3))
    order = make.order((product, 1), payment="cod", name="Công Tằng Tôn Nữ " * 6, street="Tổ 5, ấp Phũm Soài, " * 9)
    assert len(_texts(order.fulfilments.get())) == 1
