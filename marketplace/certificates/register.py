"""A register of certified products: a sheet's rows read into typed rows, and what could not be read.

The columns are found by their headings, in English as our own file has them or in Vietnamese as provinces publish
them, wherever the heading row stands (titles above it are passed over).
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from marketplace import sheets
from marketplace.certificates import cells
from marketplace.errors import Refused
from marketplace.folding import fold

# A heading counts when it is one of these, or begins with one; the longest that fits wins.
_HEADINGS = {
    "product": ("product name", "product", "ten san pham", "san pham", "ten sp"),
    "producer": (
        "producer",
        "ten chu the",
        "chu the",
        "ten don vi",
        "don vi",
        "co so san xuat",
        "ten co so",
        "to chuc ca nhan",
    ),
    "kind": ("producer type", "loai hinh", "loai chu the"),
    "address": ("address", "dia chi"),
    "commune": ("commune at certification", "commune", "xa", "ten xa", "phuong"),
    "district": ("district at certification", "district", "huyen", "ten huyen", "quan huyen", "dia ban"),
    "province": ("province at certification", "province", "tinh", "tinh thanh"),
    "stars": ("stars", "hang sao", "so sao", "sao", "hang", "xep hang", "phan hang", "ket qua"),
    "score": ("score", "diem", "so diem", "tong diem"),
    "decision": ("decision number", "decision", "so quyet dinh", "quyet dinh so", "quyet dinh", "so qd", "qd so"),
    "decided_on": (
        "decision date",
        "ngay quyet dinh",
        "ngay qd",
        "ngay ban hanh",
        "ngay ky",
        "ngay cong nhan",
        "ngay cap",
        "ngay thang",
    ),
    "year": ("year certified", "year", "nam cong nhan", "nam danh gia", "nam"),
    "group": ("product group", "group", "nhom", "nganh", "bo san pham"),
    "source": ("source", "nguon"),
    "note": ("note", "ghi chu"),
    "nothing": (
        "expiry",
        "commune after",
        "product subgroup",
        "han su dung",
        "ngay het han",
        "san pham chu luc",
        "diem ban",
        "tinh trang",
    ),
}
_BY_LENGTH = sorted(((name, field) for field, names in _HEADINGS.items() for name in names), key=lambda n: -len(n[0]))
# Without one column of each line a sheet is no register.
_NEEDED = (
    (("product",), _("product (Tên sản phẩm)")),
    (("producer",), _("producer (Chủ thể)")),
    (("stars",), _("stars (Hạng sao)")),
    (("decided_on", "decision", "year"), _("date of decision (Ngày quyết định)")),
)
_TITLE_ROWS = 30


class WrongHeader(Refused):
    """No row of the sheet names the columns that a register must have."""

    sentence = _("This is no register of products. Missing columns: %(missing)s.")
    code = "wrong_header"


@dataclass(frozen=True)
class Row:
    """One certificate of one product as a register tells it; what it does not tell is empty."""

    number: int
    product: str
    producer: str
    producer_kind: str
    commune: str
    district: str
    province: str
    group: str
    stars: int | None
    potential_five: bool
    score: Decimal | None
    decision: str
    decided_on: date | None
    year: int | None
    source: str


@dataclass(frozen=True)
class Unread:
    """A row that could not be read, by the number a spreadsheet shows, and why."""

    number: int
    reason: str | Promise


@dataclass
class Register:
    """What a file holds."""

    rows: list[Row] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def read(path: Path, *, on: date) -> Register:
    """The register in a file, as it can be on a day: no decision lies in the future.

    A workbook may hold other pages beside it; a file without any page that is a register is refused.
    """
    register, refusals = Register(), []
    pages = [page for page in sheets.sheets(path) if page]
    for page in pages:
        try:
            columns, body = _columns(page)
        except WrongHeader as refusal:
            refusals.append(refusal)
            continue
        _read_body(register, columns, body, on)
    if len(refusals) == len(pages):
        raise refusals[0] if refusals else WrongHeader(missing=_missing({}))
    return register


def _columns(page: sheets.Sheet) -> tuple[dict[str, int], sheets.Sheet]:
    """Which column holds what, and the rows below the heading."""
    found = [_headings(row) for _number, row in page[:_TITLE_ROWS]]
    at = max(range(len(found)), key=lambda index: len(found[index]))
    columns = found[at]
    # A heading in two storeys: what is merged downwards stands in both, "Xã" and "Huyện" below "Địa chỉ".
    lower = found[at + 1] if at + 1 < len(found) else {}
    if lower.get("product") == columns.get("product"):
        columns, at = columns | lower, at + 1
    missing = _missing(columns)
    if missing:
        raise WrongHeader(missing=missing)
    return columns, page[at + 1 :]


def _headings(row: list[Any]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row):
        name = _heading(cell)
        if name:
            columns.setdefault(name, index)
    return columns


def _heading(cell: Any) -> str:
    written = " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\(.*?\)", " ", fold(cells.text(cell)))))
    return next((name for words, name in _BY_LENGTH if f"{written} ".startswith(f"{words} ")), "")


def _missing(columns: dict[str, int]) -> Promise | str:
    labels = [label for names, label in _NEEDED if not columns.keys() & set(names)]
    return format_lazy(", ".join(["{}"] * len(labels)), *labels) if labels else ""


def _read_body(register: Register, columns: dict[str, int], body: sheets.Sheet, on: date) -> None:
    above: dict[str, Any] = {}  # What a line across the table said of the rows below it.
    for number, row in body:
        filled = [cells.text(cell) for cell in row if cells.text(cell)]
        if all(_ORDINAL.fullmatch(word) for word in filled) or fold(filled[0]).startswith("tong"):
            continue  # "(1) (2) (3)" below the heading, or the totals.
        try:
            across = _across(filled)
            if across is not None:
                above = above | across
                continue
            told = {name: row[index] for name, index in columns.items() if index < len(row) and cells.text(row[index])}
            register.rows.append(_row(number, above | told, on))
        except cells.Unreadable as error:
            register.unread.append(Unread(number, error.reason))


_ORDINAL = re.compile(r"\(?([0-9]{1,3}|[A-Za-z]|[IVX]+)\)?\.?")


def _across(filled: list[str]) -> dict[str, str] | None:
    """What a line across the table says: "II. ĐỒ UỐNG", "Huyện Chợ Mới". None for a row of the table."""
    words = [word for word in filled if not _ORDINAL.fullmatch(word)]
    if len(words) != 1:
        return None
    line = re.sub(r"^([IVX]+|[0-9]+|[A-Z])[.)]\s*", "", words[0])
    commune, district = cells.place(line)
    if commune or district:
        return {name: value for name, value in (("commune", commune), ("district", district)) if value}
    group = cells.group_named(line)
    if not group:
        raise cells.Unreadable(_("Only “%(text)s” stands in this row.") % {"text": words[0]})
    return {"group": group}


def _row(number: int, told: dict[str, Any], on: date) -> Row:
    commune, district = cells.place(told.get("address"))
    stars, note = cells.stars(told.get("stars")), cells.text(told.get("note"))
    source = cells.text(told.get("source"))
    decided_on = _decided_on(told, on)
    return Row(
        number=number,
        product=_named(cells.product_name(told.get("product")), 255),
        producer=_short(cells.producer_name(told.get("producer")), 128),
        producer_kind=cells.producer_kind(told.get("kind"), cells.text(told.get("producer"))),
        commune=cells.text(told.get("commune")) or commune,
        district=cells.text(told.get("district")) or district,
        province=cells.text(told.get("province")),
        group=cells.group(told.get("group")),
        stars=stars.number,
        potential_five=stars.potential_five or (stars.number is None and cells.POTENTIAL in fold(note)),
        score=cells.score(told.get("score")),
        decision=cells.decision(told.get("decision")) or cells.decision_cited(source, decided_on),
        decided_on=decided_on,
        year=decided_on.year if decided_on else cells.year(told.get("year") or _year_alone(told)),
        source=" ; ".join(filter(None, (source, note))),
    )


def _decided_on(told: dict[str, Any], on: date) -> date | None:
    """The day of the decision, from its own column or written behind the decision's number."""
    decided_on = cells.day(told.get("decided_on")) or cells.day_within(cells.text(told.get("decision")))
    if decided_on is not None and decided_on > on:
        raise cells.Unreadable(
            _("The decision's day %(day)s lies in the future.") % {"day": decided_on.strftime("%d/%m/%Y")}
        )
    return decided_on


def _year_alone(told: dict[str, Any]) -> Any:
    written = cells.text(told.get("decided_on"))
    return written if re.fullmatch(r"\d{4}", written) else None


def _named(name: str, longest: int) -> str:
    if not any(letter.isalpha() for letter in name):
        raise cells.Unreadable(_("The product has no name."))
    return _short(name, longest)


def _short(name: str, longest: int) -> str:
    if len(name) > longest:
        raise cells.Unreadable(_("A name is longer than %(longest)d letters.") % {"longest": longest})
    return name
