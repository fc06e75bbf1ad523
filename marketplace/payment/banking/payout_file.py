"""The file that a bank's list transfer takes: one row for each refund. Touches no database."""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from openpyxl import Workbook

HEADINGS = ("STT", "Số tài khoản", "Tên người thụ hưởng", "Mã ngân hàng (BIN)", "Ngân hàng", "Số tiền", "Nội dung")
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Payee:
    """To whom, how much, and the words by which the statement will tell that it was paid."""

    account: str
    holder: str
    bin: str
    bank: str
    amount: int
    words: str


def written(kind: str, payees: Sequence[Payee]) -> bytes:
    """The whole file. Account numbers stay texts: a spreadsheet would drop their leading zeros."""
    rows = [(number, *astuple(payee)) for number, payee in enumerate(payees, start=1)]
    return _csv(rows) if kind == "csv" else _xlsx(rows)


def _csv(rows: Sequence[tuple[object, ...]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([HEADINGS, *rows])
    return out.getvalue().encode("utf-8-sig")  # by its mark Excel knows the letters


def _xlsx(rows: Sequence[tuple[object, ...]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    page = book.active
    page.title = "Chi hoan tien"
    for row in (HEADINGS, *rows):
        page.append(row)
    for cells in page.iter_rows(min_row=2, min_col=2, max_col=4):
        for cell in cells:
            cell.data_type, cell.number_format = "s", "@"
    for column, width in zip("ABCDEFG", (6, 22, 32, 14, 22, 14, 36), strict=True):
        page.column_dimensions[column].width = width
    book.save(out)
    return out.getvalue()
