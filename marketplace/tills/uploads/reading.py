"""An uploaded table, read: which column holds what, and what each row says. Touches no database.

The columns are found by their headings, in Vietnamese or English, with or without marks.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, time
from hashlib import sha256
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from marketplace import cells, sheets
from marketplace.cells import text
from marketplace.errors import Refused
from marketplace.folding import fold

_MOST_PIECES = 1_000_000


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
    refusals = []
    for page in sheets.pages(name, data):
        try:
            columns, body = _columns(page, kind)
        except WrongColumns as no:
            refusals.append(no)
            continue
        return _table(columns, body, kind)
    raise refusals[0] if refusals else sheets.NoRows


def _columns(page: sheets.Sheet, kind: str) -> tuple[dict[str, int], sheets.Sheet]:
    """Which column holds what, and the rows below the heading: the row that names most columns."""
    found = [_headings(row, kind) for _number, row in page[: sheets.TITLE_ROWS]]
    at = max(range(len(found)), key=lambda index: len(found[index]))
    missing = _missing(found[at])
    if missing:
        raise WrongColumns(missing=missing)
    return found[at], page[at + 1 :]


def _headings(row: list[Any], kind: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row[: sheets.MOST_COLUMNS]):
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
        raise sheets.NoRows
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
        day, clock = cells.moment(row.get("day"), row.get("clock"))
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
