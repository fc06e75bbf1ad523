"""Tables that people open in a spreadsheet: CSV and XLSX. What somebody wrote never becomes a formula there."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would calculate
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
WIDEST = 60  # characters


def plain(value: Any) -> Any:
    """A text that would be taken for a formula gets the apostrophe that spreadsheets know; figures stay figures."""
    if isinstance(value, str):
        shown = "".join(sign for sign in value if sign >= " " or sign in "\t\n\r")
        return f"'{shown}" if shown.startswith(FORMULA) else shown
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def csv_file(heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """With the mark by which Excel sees that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([plain(str(head)) for head in heads])
    writer.writerows([_text(plain(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def xlsx_file(name: str, heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a head that stays in view."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    table = [[plain(cell) for cell in row] for row in rows]
    for number, head in enumerate(heads, 1):
        longest = max([len(str(head)), *(len(str(row[number - 1])) for row in table)])
        sheet.column_dimensions[get_column_letter(number)].width = min(longest, WIDEST) + 2
    sheet.append([_bold(sheet, str(head)) for head in heads])
    for row in table:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=plain(text))
    cell.font = Font(bold=True)
    return cell
