"""What stands in one cell of a register: a name, stars, a score, a day, a decision, a group, a place.

Each function gives None or "" for an empty cell and raises `Unreadable` with a sentence for one it cannot read.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl.utils.datetime import from_excel

from marketplace.cells import Unreadable, day_within, text
from marketplace.folding import fold

_REMARK = re.compile(r"\s*[(\[]|\s+[-–—]\s+")
_YEAR_REMARK = re.compile(r"\s*\((19|20)\d\d\)$")


def producer_name(cell: Any) -> str:
    """The producer's name without the remark of whoever wrote the register.

    A remark stands in brackets or after a dash and begins with a small letter: "(producer per … dossier)". What begins
    with a capital belongs to the name: "Sản xuất - Thương mại", "(Việt Nam)".
    """
    name = text(cell)
    for found in _REMARK.finditer(name):
        if found.start() and name[found.end() : found.end() + 1].islower():
            return name[: found.start()].rstrip(" ,;-")
    return name


def product_name(cell: Any) -> str:
    """The product's name. Brackets and dashes say which product it is; only a year at the end does not."""
    return _YEAR_REMARK.sub("", text(cell))


@dataclass(frozen=True)
class Stars:
    """Stars as decided, or a province's proposal of five that the centre has not decided: no stars yet."""

    number: int | None
    potential_five: bool


POTENTIAL = "tiem nang 5 sao"
_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}


def stars(cell: Any) -> Stars:
    """ "4", "4 sao", "OCOP 4 sao", "bốn sao", "★★★★", or "tiềm năng 5 sao"."""
    folded = fold(text(cell))
    if not folded or folded in {"-", "chua xep hang", "khong"}:
        return Stars(None, False)
    if "tiem nang" in folded:
        return Stars(None, True)
    drawn = re.fullmatch(r"[★⭐*☆\s]+", folded)
    number = (folded.count("★") + folded.count("⭐") + folded.count("*")) if drawn else _spoken_stars(folded)
    if number not in {3, 4, 5}:
        raise Unreadable(_("The stars “%(text)s” cannot be read: certificates carry 3, 4 or 5.") % {"text": text(cell)})
    return Stars(number, False)


def _spoken_stars(folded: str) -> int | None:
    found = re.fullmatch(
        r"(?:(?:san pham|ocop|hang|dat)\s+)*(\d|mot|hai|ba|bon|nam)(?:[.,]0+)?\s*(?:sao|stars?|\*|★)?", folded
    )
    return None if found is None else _WORDS.get(found[1]) or int(found[1])


def score(cell: Any) -> Decimal | None:
    """A council's mean between 0 and 100, with point or comma."""
    written = text(cell).replace(",", ".")
    if not written:
        return None
    points = Decimal(written) if re.fullmatch(r"\d{1,3}(\.\d+)?", written) else None
    if points is None or points > 100:
        raise Unreadable(_("The score “%(text)s” is no number from 0 to 100.") % {"text": text(cell)})
    return points.quantize(Decimal("0.01"))


def day(cell: Any) -> date | None:
    """A day as 04/06/2024, 4.6.2024, 2024-06-04, "ngày 4 tháng 6 năm 2024", or as Excel counts days."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    written = text(cell)
    if not written or re.fullmatch(r"\d{4}", written):  # A year alone is no day.
        return None
    if re.fullmatch(r"\d{5}(\.\d+)?", written):
        counted = from_excel(float(written))
        return counted.date() if isinstance(counted, datetime) else None
    found = day_within(written)
    if found is None:
        raise Unreadable(_("“%(text)s” is no date; write it as 31/12/2024.") % {"text": written})
    return found


def year(cell: Any) -> int | None:
    """The year of a certificate; the programme began in 2018."""
    written = text(cell)
    if not written:
        return None
    found = re.search(r"(?<!\d)20\d\d(?!\d)", written)
    if found is None or int(found[0]) < 2018:
        raise Unreadable(_("“%(text)s” is no year since 2018.") % {"text": written})
    return int(found[0])


_NUMBER = re.compile(r"(?:^|(?:QĐ|Quyết định|QD)(?:\s+số)?\s*:?\s*)(\d+[\w/-]*)", re.IGNORECASE)


def decision(cell: Any) -> str:
    """The number of a decision without its day: "912/QĐ-UBND" out of "Quyết định số 912/QĐ-UBND ngày 04/06/2024"."""
    written = text(cell)
    found = _NUMBER.search(written)
    return found[1].rstrip("-/") if found else written


def decision_cited(source: str, on: date | None) -> str:
    """The decision a source names together with the certificate's own day: "(QĐ 2497/QĐ-UBND 10/10/2022)"."""
    for cited in re.findall(r"\(([^()]*QĐ[^()]*)\)", source):
        if on is not None and day_within(cited) == on:
            return decision(cited)
    return ""


_GROUPS = {
    "I": ("thuc pham",),
    "II": ("do uong",),
    "III": ("duoc lieu", "thao duoc"),
    "IV": ("thu cong my nghe", "vai", "do luu niem"),
    "V": ("sinh vat canh",),
    "VI": ("dich vu du lich", "du lich"),
}
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI"}


def group(cell: Any) -> str:
    """The code of one of the six groups, "I" to "VI", by its number or its name."""
    folded = fold(text(cell)).removeprefix("nhom").strip(" :.")
    if not folded:
        return ""
    found = re.match(r"(vi|iv|v|i{1,3}|[1-6])(?=$|[\s.:)\-])", folded)
    if found:
        return _ROMAN.get(found[1], found[1].upper())
    code = group_named(folded)
    if not code:
        raise Unreadable(_("“%(text)s” is none of the six product groups.") % {"text": text(cell)})
    return code


def group_named(written: str) -> str:
    """The code of the group that a text names, or nothing."""
    words = re.sub(r"^(nhom|san pham|hang|nganh)\b[\s:]*", "", fold(written))
    return next((code for code, names in _GROUPS.items() if words.startswith(names)), "")


_KINDS = (
    ("group", ("to hop tac", "tht ", "cooperative group")),
    ("cooperative", ("hop tac xa", "htx", "lien hiep hop tac xa", "cooperative")),
    (
        "household",
        ("ho kinh doanh", "hkd", "ho san xuat", "ho gia dinh", "ho ca the", "household", "artisan", "nghe nhan"),
    ),
    ("enterprise", ("cong ty", "cty", "doanh nghiep", "dntn", "enterprise", "company")),
    ("facility", ("co so", "cssx", "lang nghe", "production facility")),
)


def producer_kind(cell: Any, name: str) -> str:
    """What kind of producer it is, by its column or else by how its name begins."""
    for written in (fold(text(cell)), fold(name)):
        for kind, beginnings in _KINDS:
            if written.startswith(beginnings):
                return kind
    return ""


def alcohol(product: str) -> Decimal | None:
    """The strength that a drink's name states: "Rượu vang 12%VOL", "Rượu 29 độ". Fish sauce has degrees too."""
    found = re.match(r"ruou .*?(\d{1,2}(?:[.,]\d)?)\s*(?:do\b|%\s*vol)", fold(product))
    return Decimal(found[1].replace(",", ".")) if found else None


_COMMUNE = re.compile(r"^(xã|phường|thị trấn|tt\.?\s|p\.|đặc khu)", re.IGNORECASE)
_DISTRICT = re.compile(r"^(huyện|thị xã|thành phố|tp\.?\s?|tx\.?\s|h\.)", re.IGNORECASE)


def place(cell: Any) -> tuple[str, str]:
    """Commune and district out of an address: "Ấp 3, xã Đa Phước, huyện An Phú"."""
    parts = [part.strip() for part in re.split(r"[,;]| - ", text(cell))]
    commune = next((part for part in parts if _COMMUNE.match(part)), "")
    district = next((part for part in parts if _DISTRICT.match(part)), "")
    return commune, district
