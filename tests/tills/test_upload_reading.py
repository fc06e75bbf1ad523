"""A table as people save it: headings in either language, any separator, any way to write a number or a day."""

import io
from datetime import date, datetime, time
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils.timezone import get_current_timezone
from openpyxl import Workbook

from marketplace import cells, sheets
from marketplace.errors import Refused
from marketplace.sheets import UnreadableFile
from marketplace.tills.uploads import reading
from marketplace.tills.uploads.reading import Read, Table, read


def csv(text: str, kind: str = "sales", coding: str = "utf-8") -> Table:
    return read(name="ban.csv", data=text.encode(coding), kind=kind)


def book(*rows: tuple[Any, ...], title: str = "Trang 1") -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=get_current_timezone())  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("head", [
    "Mã sản phẩm,Tên sản phẩm,Số lô,Số lượng,Đơn giá,Ngày bán,Số hóa đơn",
    "MA HANG;Tên hàng;Lô;SL;Giá bán (đồng);Ngày;Hóa đơn số",
    "code\tproduct\tlot\tquantity\tunit price\tdate\treceipt",
])  # fmt: skip
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig"])
def test_headings_in_either_language_and_any_separator(head: str, coding: str) -> None:
    separator = max(",;\t", key=head.count)
    row = separator.join(["SP1", "Mật thốt nốt", "L1", "3", "95000", "20/11/2026 14:30", "HD7"])
    [found] = csv(f"{head}\n{row}\n", coding=coding).rows
    assert found == Read(2, "SP1", "Mật thốt nốt", "L1", "HD7", 3, 95_000, None, local(2026, 11, 20, 14, 30))


def test_a_workbook_with_a_title_and_totals() -> None:
    data = book(
        ("BÁN TRONG NGÀY", None, None), ("Mã SP", "Số lượng", "Ngày", "Giờ"), ("SP1", 2.0, date(2026, 11, 20), time(9, 5)),
        (123456, 1, datetime(2026, 11, 20, 16, 0)), (None, None, None, None), ("Tổng cộng", 3),
    )  # fmt: skip
    found = read(name="x", data=data, kind="sales").rows
    assert [(row.number, row.code, row.quantity) for row in found[:2]] == [(3, "SP1", 2), (4, "123456", 1)]
    assert [row.told_at for row in found[:2]] == [local(2026, 11, 20, 9, 5), local(2026, 11, 20, 16)]


def test_totals_are_no_row() -> None:
    found = csv("Tên hàng;Số lượng\nMật thốt nốt;2\nTổng cộng;2\n").rows
    assert [row.title for row in found] == ["Mật thốt nốt"]


def test_what_a_heading_means_depends_on_the_kind() -> None:
    text = "Mã hàng,Tồn sổ sách,Tồn thực tế\nSP1,9,7\n"
    [found] = csv(text, "counts").rows
    assert (found.quantity, found.told_seen) == (7, 9)
    with pytest.raises(reading.WrongColumns) as no:
        csv(text, "sales")
    assert "số lượng" in str(no.value)


@pytest.mark.parametrize(("cell", "number"), [
    ("12", 12), (12.0, 12), ("12,0", 12), ("1.000", 1000), ("1,000", 1000), ("95.000 ₫", 95_000), ("-2", -2), ("", None),
    ("1.234.567", 1_234_567),
])  # fmt: skip
def test_numbers(cell: Any, number: int | None) -> None:
    assert cells.number(cell) == number


@pytest.mark.parametrize("cell", ["1,5", "ba", 1.5, 1.001, True, "12a", "9" * 13])
def test_no_numbers(cell: Any) -> None:
    with pytest.raises(cells.WrongNumber):
        cells.number(cell)


@pytest.mark.parametrize(("row", "code"), [
    (";2", "no_product_named"), ("SP1;", "no_quantity"), ("SP1;0", "wrong_pieces"), ("SP1;hai", "wrong_number"),
    ("SP1;9999999", "wrong_pieces"), (f"{'x' * 65};1", "too_long"), ("SP1;1;31/02/2026", "wrong_moment"),
    ("SP1;1;hôm qua", "wrong_moment"), ("SP1;1;20/11/2026 25:00", "wrong_moment"),
])  # fmt: skip
def test_a_row_that_cannot_be_read_stops_no_other(row: str, code: str) -> None:
    bad, good = csv(f"Mã;SL;Ngày\n{row}\nSP1;1\n").rows
    assert bad.refusal and bad.refusal.code == code
    assert good.refusal is None and good.quantity == 1


def test_nothing_counted_is_a_count_but_less_is_not() -> None:
    none, less = csv("Mã;SL\nSP1;0\nSP2;-1\n", "counts").rows
    assert none.refusal is None
    assert less.refusal and less.refusal.code == "wrong_pieces"


def bomb() -> bytes:
    out = io.BytesIO(book(("Mã", "SL"), ("SP1", 1)))
    with ZipFile(out, "a", compression=8) as archive:
        archive.writestr("xl/more.xml", b" " * (sheets.MOST_UNPACKED + 1))
    return out.getvalue()


def marked(at: int, mark: bytes) -> bytes:
    """A workbook whose archive says something else of each of its parts: PKWARE's APPNOTE, 4.3.12."""
    first, *parts = book(("Mã", "SL"), ("SP1", 1)).split(b"PK\x01\x02")
    return b"PK\x01\x02".join([first, *[part[: at - 4] + mark + part[at - 2 :] for part in parts]])


LOCKED, PACKED_ODDLY = marked(8, b"\x01\x00"), marked(10, b"\x63\x00")


def long(rows: int) -> bytes:
    return ("Mã;SL\n" + "SP1;1\n" * rows).encode()


@pytest.mark.parametrize(("data", "no"), [
    (b"x" * (sheets.MOST_BYTES + 1), sheets.FileTooLarge), (bomb(), sheets.FileTooLarge),
    (b"%PDF-1.7\n\0\0", UnreadableFile), (b"PK\x03\x04 no archive", UnreadableFile),
    (LOCKED, UnreadableFile), (PACKED_ODDLY, UnreadableFile),
    (b"\xd0\xcf\x11\xe0 old", UnreadableFile), ("Mã;SL\n".encode("utf-16"), UnreadableFile),
    ("Tên;Giá\nMật;1\n".encode(), reading.WrongColumns), (b"", sheets.NoRows), (b"M\xc3\xa3;SL\n", sheets.NoRows),
    (b'M\xc3\xa3;SL\n"SP1;1\n', UnreadableFile), (long(5_100), sheets.TooManyRows),
    (book(("Mã", "SL"), *[("SP1", 1)] * 5_100), sheets.TooManyRows), (book(), sheets.NoRows),
])  # fmt: skip
def test_a_file_that_is_none_is_refused_whole(data: bytes, no: type[Refused]) -> None:
    with pytest.raises(no):
        read(name="x.csv", data=data, kind="sales")


def test_the_same_cells_have_the_same_digest_whatever_saved_them() -> None:
    saved = [
        csv("Mã;SL\nSP1;2\n").digest, csv("Mã,SL\r\nSP1,2\r\n", coding="utf-8-sig").digest,
        read(name="x", data=book(("Mã", "SL"), ("SP1", 2)), kind="sales").digest,
    ]  # fmt: skip
    assert len(set(saved)) == 1
    assert csv("Mã;SL\nSP1;3\n").digest not in saved
