"""A table out of a file: CSV as spreadsheets save it, or XLSX as provinces publish it.

Row numbers are those a person sees in the spreadsheet, from 1.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from marketplace.errors import Refused

Sheet = list[tuple[int, list[Any]]]


class UnreadableFile(Refused):
    """The file is no table that can be read."""

    sentence = _("The file “%(name)s” cannot be read: %(reason)s")
    code = "unreadable_file"


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
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(name=name, reason=_("save it as “CSV UTF-8”.")) from None
    head = text[:4096]
    # A Vietnamese Excel parts with semicolons, for there the comma is the decimal sign.
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
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
