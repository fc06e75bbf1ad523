"""Finding a register's columns and rows in a file, whatever stands around them."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import Workbook

from marketplace.certificates.register import Register, WrongHeader, read
from marketplace.sheets import UnreadableFile

TODAY = date(2026, 11, 22)
HEADER = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định"


def csv(folder: Path, *lines: str, name: str = "register.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def unread(register: Register) -> list[tuple[int, str]]:
    return [(row.number, str(row.reason)) for row in register.unread]


@pytest.fixture
def provincial(tmp_path: Path) -> Path:
    """A workbook as a province publishes it: titles, a heading in two storeys, merged cells, groups across, totals."""
    book = Workbook()
    page = book.active
    page.append(["ỦY BAN NHÂN DÂN TỈNH AN GIANG"])
    page.append(["DANH SÁCH SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN (Kèm theo Quyết định số 912/QĐ-UBND)"])
    page.append([])
    page.append(
        [
            "STT",
            "Tên sản phẩm",
            "Chủ thể sản xuất",
            "Địa chỉ",
            None,
            "Điểm số",
            "Hạng sao",
            "Số quyết định",
            "Ngày quyết định",
        ]
    )
    page.append([None, None, None, "Xã/Phường", "Huyện", None, None, None, None])
    page.append(["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"])
    page.append(["I.", "NHÓM THỰC PHẨM"])
    page.append(
        [
            1,
            "Bánh hạnh nhân",
            "Công ty TNHH Tiến Anh",
            "Thị trấn Chợ Mới",
            "Huyện Chợ Mới",
            78.1,
            "4 sao",
            "912/QĐ-UBND",
            datetime(2024, 6, 4),
        ]
    )
    page.append([2, "Bánh  phồng", None, None, None, "71,25", "★★★★", "912/QĐ-UBND", "04/06/2024"])
    page.append(["II.", "ĐỒ UỐNG"])
    page.append([3, "Rượu mận 29 độ", "Hộ kinh doanh Ba", "Xã Đa Phước", "Huyện An Phú", 55, 3, "912/QĐ-UBND", 45447])
    page.append(
        [4, "Nước dừa", "Hộ kinh doanh Tư", "Xã Đa Phước", "Huyện An Phú", 55, "3 sao", "912/QĐ-UBND", "32/06/2024"]
    )
    page.append(["Tổng cộng: 4 sản phẩm"])
    for merged in (
        "A1:I1",
        "A2:I2",
        "A4:A5",
        "B4:B5",
        "C4:C5",
        "D4:E4",
        "F4:F5",
        "G4:G5",
        "H4:H5",
        "I4:I5",
        "B7:I7",
        "C8:C9",
        "D8:D9",
        "E8:E9",
    ):
        page.merge_cells(merged)
    book.create_sheet("Ghi chú").append(["Liên hệ Văn phòng điều phối"])
    path = tmp_path / "Danh sach OCOP.xlsx"
    book.save(path)
    return path


def test_a_workbook_as_provinces_publish_it(provincial: Path) -> None:
    register = read(provincial, on=TODAY)
    cake, crackers, spirit = register.rows
    assert (cake.number, cake.product, cake.producer, cake.producer_kind) == (
        8,
        "Bánh hạnh nhân",
        "Công ty TNHH Tiến Anh",
        "enterprise",
    )
    assert (cake.commune, cake.district, cake.group) == ("Thị trấn Chợ Mới", "Huyện Chợ Mới", "I")
    assert (cake.stars, cake.score, cake.decision, cake.decided_on) == (
        4,
        Decimal("78.10"),
        "912/QĐ-UBND",
        date(2024, 6, 4),
    )
    # Merged downwards: the second product is of the same producer.
    assert (crackers.product, crackers.producer, crackers.district) == (
        "Bánh phồng",
        "Công ty TNHH Tiến Anh",
        "Huyện Chợ Mới",
    )
    assert (crackers.stars, crackers.score, crackers.decided_on) == (4, Decimal("71.25"), date(2024, 6, 4))
    assert (spirit.group, spirit.stars, spirit.decided_on) == ("II", 3, date(2024, 6, 4))
    assert unread(register) == [(12, "“32/06/2024” is no day of the calendar.")]


def test_the_registers_own_file_is_read_without_a_fault() -> None:
    register = read(Path(__file__).parents[2] / "marketplace/certificates/data/register.csv", on=TODAY)
    assert (len(register.rows), register.unread) == (121, [])
    assert sum(not row.producer for row in register.rows) == 12
    assert sum(row.stars is None for row in register.rows) == 8
    assert sum(row.potential_five for row in register.rows) == 6
    assert {(row.decision, row.decided_on) for row in register.rows if row.decided_on} == {
        ("2497/QĐ-UBND", date(2022, 10, 10)),
        ("86/QĐ-UBND", date(2023, 1, 27)),
        ("912", date(2024, 6, 4)),
    }
    assert not [row.producer for row in register.rows if "(" in row.producer or "producer" in row.producer]


def test_a_csv_of_a_vietnamese_excel(tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        HEADER.replace(",", ";") + ";Điểm",
        "Mắm cá linh;Hộ kinh doanh Ba;4 sao;04/06/2024;71,5",
        encoding="utf-8-sig",
    )
    (row,) = read(path, on=TODAY).rows
    assert (row.product, row.score, row.number) == ("Mắm cá linh", Decimal("71.50"), 2)


def test_an_address_and_a_decision_may_hold_two_things(tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "STT,Sản phẩm,Chủ thể,Địa chỉ,Kết quả,Quyết định công nhận",
        '1,Mắm,Hộ kinh doanh Ba,"Ấp 3, xã Đa Phước, huyện An Phú",Ba sao,Quyết định số 912/QĐ-UBND ngày 04/06/2024',
    )
    (row,) = read(path, on=TODAY).rows
    assert (row.commune, row.district) == ("xã Đa Phước", "huyện An Phú")
    assert (row.decision, row.decided_on, row.year, row.stars) == ("912/QĐ-UBND", date(2024, 6, 4), 2024, 3)


def test_each_row_that_cannot_be_read_is_named_with_its_reason(tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        HEADER + ",Nhóm,Điểm",
        "Mắm một,Hộ Ba,4,04/06/2024,I,71",
        ",Hộ Ba,4,04/06/2024,I,71",
        "Mắm hai,Hộ Ba,nhiều,04/06/2024,I,71",
        "Mắm ba,Hộ Ba,4,hôm kia,I,71",
        "Mắm bốn,Hộ Ba,4,04/06/2027,I,71",
        "Mắm năm,Hộ Ba,4,04/06/2024,Xe máy,71",
        "Mắm sáu,Hộ Ba,4,04/06/2024,I,bảy",
        "",
        "Mắm bảy,Hộ Ba,4,,I,",
        f"{'M' * 256},Hộ Ba,4,,I,",
        "Một dòng lạ,,,,,",
    )
    register = read(path, on=TODAY)
    assert [row.number for row in register.rows] == [2, 10]
    assert unread(register) == [
        (3, "The product has no name."),
        (4, "The stars “nhiều” cannot be read: certificates carry 3, 4 or 5."),
        (5, "“hôm kia” is no date; write it as 31/12/2024."),
        (6, "The decision's day 04/06/2027 lies in the future."),
        (7, "“Xe máy” is none of the six product groups."),
        (8, "The score “bảy” is no number from 0 to 100."),
        (11, "A name is longer than 255 letters."),
        (12, "Only “Một dòng lạ” stands in this row."),
    ]


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("Tên sản phẩm,Giá,Hạng sao", "producer (Chủ thể), date of decision (Ngày quyết định)"),
        (
            "name,price",
            "product (Tên sản phẩm), producer (Chủ thể), stars (Hạng sao), date of decision (Ngày quyết định)",
        ),
        ("", "product (Tên sản phẩm), producer (Chủ thể), stars (Hạng sao), date of decision (Ngày quyết định)"),
    ],
)
def test_a_wrong_header_is_refused_by_what_is_missing(tmp_path: Path, header: str, missing: str) -> None:
    with pytest.raises(WrongHeader) as refusal, translation.override("en"):
        read(csv(tmp_path, header, "Mắm,10000,4"), on=TODAY)
    with translation.override("en"):
        assert str(refusal.value) == f"This is no register of products. Missing columns: {missing}."


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    (tmp_path / "broken.xlsx").write_bytes(b"no zip")
    for name in ("missing.csv", "scan.pdf", "broken.xlsx"):
        with pytest.raises(UnreadableFile, match=name.replace(".", r"\.")):
            read(tmp_path / name, on=TODAY)
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read(csv(tmp_path, HEADER, "Đường", encoding="utf-16"), on=TODAY)
    with pytest.raises(WrongHeader):
        read(csv(tmp_path, "", name="empty.csv"), on=TODAY)
