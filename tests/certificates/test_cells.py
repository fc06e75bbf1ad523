"""One cell of a register, in all the ways people fill it in."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from marketplace.cells import Unreadable
from marketplace.certificates import cells
from marketplace.certificates.cells import Stars


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Võ Văn Tạng (nghệ nhân, Núi Sập) - producer name from dantocmiennui.vn/baomoi", "Võ Văn Tạng"),
        ("Hộ kinh doanh Ngọc Bích (producer per sanphamchomoi.vn 2022 dossier)", "Hộ kinh doanh Ngọc Bích"),
        ("Hộ kinh doanh Ba Lộc - địa chỉ cũ", "Hộ kinh doanh Ba Lộc"),
        ("Công ty TNHH Sản xuất - Thương mại Tiến Anh", "Công ty TNHH Sản xuất - Thương mại Tiến Anh"),
        ("Công ty TNHH SX-TM Thanh Hồ", "Công ty TNHH SX-TM Thanh Hồ"),
        ("Công ty TNHH Nông sản (Việt Nam)", "Công ty TNHH Nông sản (Việt Nam)"),
        ('Cơ sở mắm Bà Giáo Khỏe "7777777"', 'Cơ sở mắm Bà Giáo Khỏe "7777777"'),
        (None, ""),
    ],
)
def test_a_producer_loses_the_remark_and_keeps_the_name(written: str | None, name: str) -> None:
    assert cells.producer_name(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Khô cá lóc (2020)", "Khô cá lóc"),
        ("Đường thốt nốt (dạng bột) MOUN7AINS", "Đường thốt nốt (dạng bột) MOUN7AINS"),
        ("Lạp xưởng bò (tung lò mò)", "Lạp xưởng bò (tung lò mò)"),
        ("Gạo Điền Tín R21 - Chim Rơi", "Gạo Điền Tín R21 - Chim Rơi"),
        ("  Trà\nxạ đen (túi lọc) ", "Trà xạ đen (túi lọc)"),
    ],
)
def test_a_product_keeps_what_says_which_one_it_is(written: str, name: str) -> None:
    assert cells.product_name(written) == name


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("4", 4),
        (4, 4),
        (4.0, 4),
        ("4 sao", 4),
        ("4  SAO", 4),
        ("OCOP 3 sao", 3),
        ("Ba sao", 3),
        ("★★★★", 4),
        ("⭐⭐⭐", 3),
        ("5*", 5),
        ("Hạng 4 sao", 4),
        ("4 stars", 4),
    ],
)
def test_stars_however_written(cell: object, number: int) -> None:
    assert cells.stars(cell) == Stars(number, False)


def test_potential_five_stars_are_no_stars() -> None:
    assert cells.stars("Tiềm năng 5 sao") == Stars(None, True)
    assert cells.stars("") == cells.stars(None) == Stars(None, False)


@pytest.mark.parametrize("cell", ["khá", "6", "0", "2 sao", "★★", "45", "4 sao hoặc 5 sao", -3])
def test_stars_that_no_certificate_carries_are_not_read(cell: object) -> None:
    with pytest.raises(Unreadable, match=str(cell).replace("★", ".")):
        cells.stars(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "04/06/2024",
        "4/6/2024",
        "4.6.2024",
        "04-06-2024",
        "2024-06-04",
        "2024-06-04 00:00:00",
        "ngày 04 tháng 6 năm 2024",
        datetime(2024, 6, 4, 8, 30),
        date(2024, 6, 4),
        45447,
        "45447",
    ],
)
def test_a_day_however_written(cell: object) -> None:
    assert cells.day(cell) == date(2024, 6, 4)


@pytest.mark.parametrize("cell", ["31/02/2024", "2024-13-01", "hôm qua", "6/2024", "13 tháng 13 năm 2024"])
def test_a_day_that_is_none_is_not_read(cell: str) -> None:
    with pytest.raises(Unreadable):
        cells.day(cell)


def test_a_year_alone_is_a_year_and_no_day() -> None:
    assert (cells.day("2020"), cells.year("2020"), cells.year(2021.0), cells.year("")) == (None, 2020, 2021, None)
    for wrong in ("1999", "20", "năm nay"):
        with pytest.raises(Unreadable):
            cells.year(wrong)


def test_scores_with_point_or_comma() -> None:
    assert [cells.score(cell) for cell in ("71.00", "71,5", 71.456, 100, "", None)] == [
        Decimal("71.00"), Decimal("71.50"), Decimal("71.46"), Decimal(100), None, None,
    ]  # fmt: skip
    for wrong in ("101", "-1", "bảy mươi", "nan"):
        with pytest.raises(Unreadable):
            cells.score(wrong)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("2497/QĐ-UBND", "2497/QĐ-UBND"),
        ("Quyết định số 912/QĐ-UBND ngày 04/06/2024", "912/QĐ-UBND"),
        ("QĐ 86/QĐ-UBND 27/01/2023", "86/QĐ-UBND"),
        (912.0, "912"),
        ("", ""),
    ],
)
def test_a_decision_is_its_number(cell: object, number: str) -> None:
    assert cells.decision(cell) == number


def test_a_source_gives_the_decision_of_the_same_day_alone() -> None:
    source = "https://ocop.angiang.gov.vn/tin-tuc/3725-2/ (QĐ 2497/QĐ-UBND 10/10/2022)"
    assert cells.decision_cited(source, date(2022, 10, 10)) == "2497/QĐ-UBND"
    assert cells.decision_cited(source, date(2022, 10, 11)) == cells.decision_cited(source, None) == ""


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("I Thực phẩm", "I"),
        ("IV Thủ công mỹ nghệ", "IV"),
        ("VI. Dịch vụ du lịch", "VI"),
        ("Nhóm 2", "II"),
        ("Nhóm đồ uống", "II"),
        ("Hàng thủ công mỹ nghệ", "IV"),
        ("Sinh vật cảnh", "V"),
        ("THẢO DƯỢC", "III"),
        (3, "III"),
        ("", ""),
    ],
)
def test_a_group_by_its_number_or_its_name(cell: object, code: str) -> None:
    assert cells.group(cell) == code


def test_a_seventh_group_is_not_read() -> None:
    for wrong in ("VII", "Xe máy", "7"):
        with pytest.raises(Unreadable):
            cells.group(wrong)


@pytest.mark.parametrize(
    ("column", "name", "kind"),
    [
        ("household/artisan", "Võ Văn Tạng", "household"),
        ("", "Hộ kinh doanh Anas", "household"),
        ("", "HTX Nông sản", "cooperative"),
        ("", "Tổ hợp tác trồng xoài", "group"),
        ("Công ty", "Thanh Hồ", "enterprise"),
        ("", "Cơ sở mắm Bà Sáu", "facility"),
        ("", "Lê Thị Bê", ""),
    ],
)
def test_the_kind_of_a_producer(column: str, name: str, kind: str) -> None:
    assert cells.producer_kind(column, name) == kind


def test_commune_and_district_out_of_an_address() -> None:
    assert cells.place("Ấp 3, xã Đa Phước, huyện An Phú") == ("xã Đa Phước", "huyện An Phú")
    assert cells.place("02A Ngô Gia Tự, P. Mỹ Long, TP. Long Xuyên") == ("P. Mỹ Long", "TP. Long Xuyên")
    assert cells.place("") == ("", "")


@pytest.mark.parametrize(
    ("product", "strength"),
    [
        ("Rượu vang thốt nốt 12%VOL", "12"),
        ("Rượu thốt nốt 29 độ", "29"),
        ("Rượu nếp 39,5 % vol", "39.5"),
        ("Nước mắm Phú Quốc 43 độ đạm", None),
        ("Rượu cà na", None),
    ],
)
def test_the_strength_a_name_states(product: str, strength: str | None) -> None:
    assert cells.alcohol(product) == (Decimal(strength) if strength else None)
