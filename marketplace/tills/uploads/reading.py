"""An uploaded table, read: which column holds what, and what each row says. Touches no database.

The columns are found by their headings, in Vietnamese or English, with or without marks.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from hashlib import sha256
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from marketplace.certificates import moments, sheets
from marketplace.certificates.cells import text
from marketplace.errors import Refused
from marketplace.folding import fold

from . import cells

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024  # a workbook is a zip archive: what it says it holds is asked before it is opened
MOST_ROWS = 5_000
MOST_COLUMNS = 60
_TITLE_ROWS = 30
_MOST_PIECES = 1_000_000


class FileTooLarge(Refused):
    sentence = _("The file is too large: %(most)s MB at most. Please send fewer rows at a time.")
    code = "file_too_large"


class TooManyRows(Refused):
    sentence = _("The file has more than %(most)s rows. Please send fewer at a time.")
    code = "too_many_rows"


class NoRows(Refused):
    sentence = _("No rows stand below the heading of this file.")
    code = "no_rows"


class WrongColumns(Refused):
    sentence = _("No heading in this file names its columns. Missing: %(missing)s.")
    code = "wrong_columns"


class NoProductNamed(Refused):
    sentence = _("This row names no product.")
    code = "no_product_named"


class NoQuantity(Refused):
    sentence = _("This row says no quantity.")
    code = "no_quantity"


class WrongPieces(Refused):
    sentence = _("%(text)s pieces cannot be booked.")
    code = "wrong_pieces"


class TooLong(Refused):
    sentence = _("“%(text)s” is too long.")
    code = "too_long"


# What a heading may be called, or begin with; the longest that fits wins. A name of "" holds what is not read.
_COMMON = {
    "code": "ma, ma san pham, ma hang, ma sp, ma vach, sku, code, product code, item code, barcode",
    "title": "ten, ten san pham, ten hang, san pham, hang hoa, mat hang, product, product name, item, title",
    "lot": "lo, so lo, ma lo, lot, batch",
    "price": "gia, don gia, price, unit price",
    "day": "ngay, thoi gian, thoi diem, date, day, sold at, time",
    "clock": "gio, hour",
    "receipt": "hoa don, so hoa don, ma hoa don, chung tu, so chung tu, receipt, invoice, bill",
    "": "thanh tien, tong tien, total, amount, don vi tinh, dvt, unit, ghi chu, note, ngay san xuat, ten khach, ma khach, "
    "ten nhan vien, ma nhan vien, ten cua hang, ma cua hang, gia von, gia tri",
}
_PIECES = "so luong, sl, quantity, qty, pieces"
HEADINGS = {
    "sales": _COMMON | {"quantity": f"{_PIECES}, da ban, sold", "nothing": "ton, so luong ton, stock"},
    "counts": _COMMON
    | {
        "quantity": f"{_PIECES}, thuc te, ton thuc te, kiem ke, dem duoc, ton, counted, on hand, stock",
        "seen": "so sach, ton so, ton tren so, so luong so sach, on the books, books, seen",
    },
}
_NAMES = {
    kind: [(words, name) for name, said in headings.items() for words in said.split(", ")]
    for kind, headings in HEADINGS.items()
}


@dataclass
class Read:
    """What a row says; `refusal` is why it cannot be read."""

    number: int
    code: str = ""
    title: str = ""
    lot: str = ""
    receipt: str = ""
    quantity: int | None = None
    price: int | None = None
    told_seen: int | None = None
    told_at: datetime | None = None
    refusal: Refused | None = None


@dataclass(frozen=True)
class Table:
    """What a file holds. `digest` is the same for the same cells, whatever program saved them."""

    rows: list[Read] = field(default_factory=list)
    digest: str = ""


def read(*, name: str, data: bytes, kind: str) -> Table:
    """The rows of the first page that has the columns of its kind ("sales" or "counts"), or a refusal of all."""
    if len(data) > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 1024 // 1024)
    pages = list(_pages(name, data))
    refusals = []
    for page in pages:
        try:
            columns, body = _columns(page, kind)
        except WrongColumns as no:
            refusals.append(no)
            continue
        return _table(columns, body, kind)
    raise refusals[0] if refusals else NoRows


def _pages(name: str, data: bytes) -> Iterator[sheets.Sheet]:
    """By what is in the file, not by what it calls itself."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise sheets.UnreadableFile(name=name, reason=_("it is an old .xls; save it as .xlsx or CSV."))
    if data.startswith(b"PK"):
        yield from _workbook(name, data)
    elif b"\0" in data:
        raise sheets.UnreadableFile(name=name, reason=_("it must be a .csv or an .xlsx file."))
    elif page := sheets.csv_rows(name, data):
        if len(page) > MOST_ROWS + _TITLE_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        yield page


def _workbook(name: str, data: bytes) -> list[sheets.Sheet]:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise FileTooLarge(most=MOST_BYTES // 1024 // 1024)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        pages = [list(_rows(page)) for page in book.worksheets if page.sheet_state == "visible"]
    except (BadZipFile, KeyError, OSError, ValueError, SyntaxError, NotImplementedError):  # SyntaxError: broken XML
        raise sheets.UnreadableFile(name=name, reason=_("it is no Excel workbook.")) from None
    return [page for page in pages if page]


def _rows(page: Any) -> Iterator[tuple[int, list[Any]]]:
    page.reset_dimensions()  # what the page says of its own size is not believed
    rows = page.iter_rows(values_only=True, max_col=MOST_COLUMNS)
    for number, row in enumerate(islice(rows, MOST_ROWS + _TITLE_ROWS + 1), start=1):
        if number > MOST_ROWS + _TITLE_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        if any(text(cell) for cell in row):
            yield number, list(row)


def _columns(page: sheets.Sheet, kind: str) -> tuple[dict[str, int], sheets.Sheet]:
    """Which column holds what, and the rows below the heading: the row that names most columns."""
    found = [_headings(row, kind) for _number, row in page[:_TITLE_ROWS]]
    at = max(range(len(found)), key=lambda index: len(found[index]))
    missing = _missing(found[at])
    if missing:
        raise WrongColumns(missing=missing)
    return found[at], page[at + 1 :]


def _headings(row: list[Any], kind: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row[:MOST_COLUMNS]):
        if name := _heading(cell, kind):
            columns.setdefault(name, index)
    return columns


def _heading(cell: Any, kind: str) -> str:
    """A heading counts when it is one of the names, or begins with one; the longest that fits wins."""
    written = " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\(.*?\)", " ", fold(text(cell)))))
    fitting = [(len(words), name) for words, name in _NAMES[kind] if f"{written} ".startswith(f"{words} ")]
    return max(fitting)[1] if fitting else ""


def _missing(columns: dict[str, int]) -> Promise | str:
    labels = []
    if not columns.keys() & {"code", "title"}:
        labels.append(_("product code (Mã sản phẩm)"))
    if "quantity" not in columns:
        labels.append(_("quantity (Số lượng)"))
    return format_lazy(", ".join(["{}"] * len(labels)), *labels) if labels else ""


def _table(columns: dict[str, int], body: sheets.Sheet, kind: str) -> Table:
    told = [(number, {name: row[at] for name, at in columns.items() if at < len(row)}) for number, row in body]
    told = [(number, row) for number, row in told if not _closing(row)]
    if not told:
        raise NoRows
    cells_as_text = [[number, sorted((name, text(cell)) for name, cell in row.items())] for number, row in told]
    digest = sha256(json.dumps(cells_as_text).encode()).hexdigest()
    return Table([_row(number, row, kind) for number, row in told], digest)


def _closing(row: dict[str, Any]) -> bool:
    """Nothing in our columns, or the line with the totals."""
    filled = [fold(text(cell)) for cell in row.values() if text(cell)]
    return not filled or bool(re.match(r"(tong( cong| so)?|cong|total)\b", filled[0]) and not text(row.get("code")))


def _row(number: int, row: dict[str, Any], kind: str) -> Read:
    made = Read(number)
    try:
        for name, longest in (("code", 64), ("title", 255), ("lot", 60), ("receipt", 64)):
            setattr(made, name, _short(text(row.get(name)), longest))
        if not made.code and not made.title:
            raise NoProductNamed
        made.quantity, made.price = _pieces(row.get("quantity"), kind), cells.number(row.get("price"))
        made.told_seen = cells.number(row.get("seen"))
        day, clock = moments.moment(row.get("day"), row.get("clock"))
        if day is not None:
            made.told_at = datetime.combine(day, clock or NOON, get_current_timezone())
    except Refused as no:
        made.refusal = no
    return made


NOON = time(12)  # of a day without a time


def _short(written: str, longest: int) -> str:
    if len(written) > longest:
        raise TooLong(text=written[:40] + "…")
    return written.replace("\0", "")


def _pieces(cell: Any, kind: str) -> int:
    """Of sales not zero (below zero was brought back), of a count not below zero."""
    pieces = cells.number(cell)
    if pieces is None:
        raise NoQuantity
    if abs(pieces) > _MOST_PIECES or (pieces == 0 if kind == "sales" else pieces < 0):
        raise WrongPieces(text=pieces)
    return pieces
