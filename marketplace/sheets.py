"""A table out of a file: CSV as spreadsheets save it, or XLSX as provinces publish it.

Row numbers are those a person sees in the spreadsheet, from 1.
"""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from marketplace.cells import text
from marketplace.errors import Refused

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024  # a workbook is a zip archive: what it says it holds is asked before it is opened
MOST_ROWS = 5_000
MOST_COLUMNS = 60
TITLE_ROWS = 30  # that may stand above the heading
Sheet = list[tuple[int, list[Any]]]


class UnreadableFile(Refused):
    """The file is no table that can be read."""

    sentence = _("The file “%(name)s” cannot be read: %(reason)s")
    code = "unreadable_file"


class FileTooLarge(Refused):
    sentence = _("The file is too large: %(most)s MB at most. Please send fewer rows at a time.")
    code = "file_too_large"


class TooManyRows(Refused):
    sentence = _("The file has more than %(most)s rows. Please send fewer at a time.")
    code = "too_many_rows"


class NoRows(Refused):
    sentence = _("No rows stand below the heading of this file.")
    code = "no_rows"


def sheets(path: Path) -> list[Sheet]:
    """The file's tables; a CSV file holds one, a workbook as many as it has pages."""
    if not path.is_file():
        raise UnreadableFile(name=path.name, reason=_("there is no such file."))
    if path.suffix.lower() == ".xlsx":
        return _workbook(path)
    if path.suffix.lower() in {".csv", ".txt", ".tsv"}:
        return [csv_rows(path.name, path.read_bytes())]
    raise UnreadableFile(name=path.name, reason=_("it must be a .csv or an .xlsx file."))


def csv_rows(name: str, data: bytes) -> Sheet:
    """The rows that are not empty; UTF-8 with or without its mark, parted by comma, semicolon or tab."""
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(name=name, reason=_("save it as “CSV UTF-8”.")) from None
    head = written[:4096]
    # A Vietnamese Excel parts with semicolons, for there the comma is the decimal sign.
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise UnreadableFile(name=name, reason=str(error)) from None
    return [(number, list(row)) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]


def _workbook(path: Path) -> list[Sheet]:
    try:
        book = load_workbook(path, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError):
        raise UnreadableFile(name=path.name, reason=_("it is no Excel workbook.")) from None
    return [list(_page(page)) for page in book.worksheets if page.sheet_state == "visible"]


def _page(page: Worksheet) -> Iterator[tuple[int, list[Any]]]:
    """The page's rows. A cell merged downwards counts for every row it covers, as a reader sees it."""
    below: dict[tuple[int, int], Any] = {}
    for merged in page.merged_cells.ranges:
        if merged.max_row > merged.min_row:
            value = page.cell(merged.min_row, merged.min_col).value
            below.update({(row, merged.min_col): value for row in range(merged.min_row, merged.max_row + 1)})
    for number, cells in enumerate(page.iter_rows(), start=1):
        row = [below.get((number, column), cell.value) for column, cell in enumerate(cells, start=1)]
        if any(str(value).strip() for value in row if value is not None):
            yield number, row


def pages(name: str, data: bytes) -> list[Sheet]:
    """The tables of a file that somebody sent: by what is in it, not by what it calls itself, and of bounded size."""
    if len(data) > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 1024 // 1024)
    return list(_pages(name, data))


def _pages(name: str, data: bytes) -> Iterator[Sheet]:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(name=name, reason=_("it is an old .xls; save it as .xlsx or CSV."))
    if data.startswith(b"PK"):
        yield from _sent_workbook(name, data)
    elif b"\0" in data:
        raise UnreadableFile(name=name, reason=_("it must be a .csv or an .xlsx file."))
    elif page := csv_rows(name, data):
        if len(page) > MOST_ROWS + TITLE_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        yield page


def _sent_workbook(name: str, data: bytes) -> list[Sheet]:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise FileTooLarge(most=MOST_BYTES // 1024 // 1024)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        pages = [list(_rows(page)) for page in book.worksheets if page.sheet_state == "visible"]
    except (
        BadZipFile,
        KeyError,
        OSError,
        ValueError,
        SyntaxError,
        RuntimeError,
    ):  # broken XML; locked, or packed oddly
        raise UnreadableFile(name=name, reason=_("it is no Excel workbook.")) from None
    return [page for page in pages if page]


def _rows(page: Any) -> Iterator[tuple[int, list[Any]]]:
    page.reset_dimensions()  # what the page says of its own size is not believed
    rows = page.iter_rows(values_only=True, max_col=MOST_COLUMNS)
    for number, row in enumerate(islice(rows, MOST_ROWS + TITLE_ROWS + 1), start=1):
        if number > MOST_ROWS + TITLE_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        if any(text(cell) for cell in row):
            yield number, list(row)
