"""The file that a bank's list transfer takes: one row for each payment, in the columns of that bank. Touches no database."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from marketplace.errors import Refused
from marketplace.tables import plain

from ..banks import banks

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_COLUMNS, LONGEST_HEADING, WIDEST = 14, 60, 40


@dataclass(frozen=True)
class Payee:
    """To whom, how much, and the words by which the statement will tell that it was paid."""

    account: str
    holder: str
    bin: str
    bank: str
    amount: int
    words: str


@dataclass(frozen=True)
class Column:
    """What stands in it, and the bank's heading over it."""

    means: str
    heading: str


FIELDS = {
    "row": _("Number of the row"), "account": _("Account number"), "holder": _("Account holder"),
    "bin": _("Bank code (BIN)"), "code": _("The bank's short code"), "bank": _("Bank"), "amount": _("Amount"),
    "words": _("Words of the transfer"), "from": _("Our account that pays"), "currency": _("Currency (VND)"),
    "empty": _("Nothing (the bank wants the column)"),
}  # fmt: skip
NEEDED = ("account", "holder", "amount", "words")
STANDARD = (
    Column("row", "STT"), Column("account", "Số tài khoản"), Column("holder", "Tên người thụ hưởng"),
    Column("bin", "Mã ngân hàng (BIN)"), Column("bank", "Ngân hàng"), Column("amount", "Số tiền"), Column("words", "Nội dung"),
)  # fmt: skip
HEADINGS = tuple(one.heading for one in STANDARD)
SAMPLE = (Payee("0123456789", "NGUYEN THI LAN", "970436", "Vietcombank", 150_000, "OCOP HT00001 hoan tien AG7K3M9Q2X"),)


class ColumnMissing(Refused):
    """Nobody could be paid by such a file, or nobody would know what for."""

    sentence = _("The file needs a column for “%(means)s”.")
    code = "payout_column_missing"


class ColumnTwice(Refused):
    sentence = _("“%(means)s” stands in two columns.")
    code = "payout_column_twice"


class HeadingMissing(Refused):
    sentence = _("Column %(number)s needs its heading, as the bank writes it.")
    code = "payout_heading_missing"


def check(columns: Sequence[Column]) -> None:
    """Refuses what no bank could pay by."""
    said = [one.means for one in columns]
    for means in NEEDED:
        if means not in said:
            raise ColumnMissing(means=FIELDS[means])
    for means in said:
        if means != "empty" and said.count(means) > 1:
            raise ColumnTwice(means=FIELDS[means])
    for number, one in enumerate(columns, start=1):
        if not one.heading.strip():
            raise HeadingMissing(number=number)


CELLS: dict[str, Callable[[int, Payee, str], object]] = {
    "row": lambda number, _payee, _own: number,
    "account": lambda _number, payee, _own: payee.account,
    "holder": lambda _number, payee, _own: payee.holder,
    "bin": lambda _number, payee, _own: payee.bin,
    "code": lambda _number, payee, _own: banks()[payee.bin].code if payee.bin in banks() else "",
    "bank": lambda _number, payee, _own: payee.bank,
    "amount": lambda _number, payee, _own: payee.amount,
    "words": lambda _number, payee, _own: payee.words,
    "from": lambda _number, _payee, own: own,
    "currency": lambda _number, _payee, _own: "VND",
    "empty": lambda _number, _payee, _own: "",
}


def rows(payees: Sequence[Payee], columns: Sequence[Column] = STANDARD, own: str = "") -> list[list[object]]:
    """Below the headings; `own` is the account that pays. Nothing that somebody wrote becomes a formula."""
    numbered = enumerate(payees, start=1)
    return [[plain(CELLS[one.means](number, payee, own)) for one in columns] for number, payee in numbered]


def written(kind: str, payees: Sequence[Payee], columns: Sequence[Column] = STANDARD, own: str = "") -> bytes:
    """The whole file. Account numbers stay texts: a spreadsheet would drop their leading zeros."""
    table = [[plain(one.heading) for one in columns], *rows(payees, columns, own)]
    return _csv(table) if kind == "csv" else _xlsx(table)


def _csv(table: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode("utf-8-sig")  # by its mark Excel knows the letters


def _xlsx(table: Sequence[Sequence[object]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    page = book.active
    page.title = "Chi tien"
    for row in table:
        page.append([None if cell == "" else cell for cell in row])
    for column in page.columns:
        for cell in column[1:]:
            if isinstance(cell.value, str):
                cell.data_type, cell.number_format = "s", "@"
        longest = max(len(str(cell.value or "")) for cell in column)
        page.column_dimensions[column[0].column_letter].width = min(longest, WIDEST) + 2
    book.save(out)
    return out.getvalue()
