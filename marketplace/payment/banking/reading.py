"""A bank's statement, read: which column holds what, and what each row says. Touches no database.

Each bank heads its columns in its own words. What is guessed here a person confirms once for each bank.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_lazy as _

from marketplace import cells, sheets
from marketplace.cells import text
from marketplace.errors import Refused
from marketplace.folding import fold

from .told import LONGEST_ID, LONGEST_PAYER, LONGEST_TEXT, Told

FIELDS = {
    "day": _("Date"), "clock": _("Time, where it stands alone"), "came": _("Money in (credit)"),
    "went": _("Money out (debit)"), "amount": _("Amount with its sign, where one column holds both"),
    "text": _("Text of the transfer"), "id": _("The bank's number of the transaction"),
    "balance": _("Balance after it"), "payer": _("Name or account of the other side"),
}  # fmt: skip
GUESSES = {
    "day": "ngay giao dich, ngay gd, ngay hach toan, ngay hieu luc, ngay, thoi gian, transaction date, posting date, date",
    "clock": "gio giao dich, gio, time",
    "came": "so tien ghi co, phat sinh co, ghi co, tien vao, co, credit, credit amount, money in",
    "went": "so tien ghi no, phat sinh no, ghi no, tien ra, no, debit, debit amount, money out",
    "amount": "so tien giao dich, so tien, amount",
    "text": "noi dung giao dich, noi dung chi tiet, noi dung, dien giai, mo ta, chi tiet giao dich, description, details, remark",
    "id": "so tham chieu, ma giao dich, so giao dich, so but toan, so chung tu, reference, transaction id, ref no, trace",
    "balance": "so du cuoi, so du, balance, running balance",
    "payer": "ten doi ung, tai khoan doi ung, doi tac, nguoi chuyen, counterparty, sender",
}  # fmt: skip


class NoSuchColumns(Refused):
    sentence = _("Say at least which columns hold the date, the text and the amount (or money in).")
    code = "statement_columns_missing"


class ColumnUnknown(Refused):
    sentence = _("The file has no column “%(heading)s”.")
    code = "statement_column_unknown"


class NoAmount(Refused):
    sentence = _("This row says no amount.")
    code = "statement_no_amount"


class NoDay(Refused):
    sentence = _("This row says no date.")
    code = "statement_no_day"


class BothWays(Refused):
    sentence = _("This row says that money came and went.")
    code = "statement_both_ways"


REFUSALS: dict[str, type[Refused]] = {
    no.code: no for no in (cells.WrongNumber, cells.WrongMoment, NoAmount, NoDay, BothWays)
}


@dataclass(frozen=True)
class Table:
    """The headings, and below them the cells as text with the number of their row."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]

    @property
    def plain(self) -> dict[str, Any]:
        return {"headings": self.headings, "rows": self.rows}


@dataclass(frozen=True)
class Row:
    """What one row says, or why it cannot be read."""

    number: int
    told: Told | None
    refusal: Refused | None = None


def table_of(*, name: str, data: bytes) -> Table:
    """The first page's cells from its heading on: the row that names most of what we look for."""
    for page in sheets.pages(name, data):
        head = max(range(min(len(page), sheets.TITLE_ROWS)), key=lambda at: len(guess(_texts(page[at][1]))))
        headings, body = _texts(page[head][1]), page[head + 1 :]
        if body and len(guess(headings)) >= 2:
            return Table(headings, [(number, _texts(row)) for number, row in body])
    raise sheets.NoRows


def guess(headings: list[str]) -> dict[str, str]:
    """Our words, each with the heading that most likely means it."""
    found: dict[str, str] = {}
    for name, said in GUESSES.items():
        fitting = [(words, heading) for words in said.split(", ") for heading in headings if _means(heading, words)]
        taken = set(found.values())
        free = [heading for _words, heading in fitting if heading not in taken]
        if free:
            found[name] = free[0]
    return found


def fits(columns: Mapping[str, str], headings: list[str]) -> bool:
    """The file is headed as that bank's were before."""
    return bool(columns) and set(columns.values()) <= set(headings)


def check(columns: Mapping[str, str], headings: list[str]) -> None:
    """Refuses what no statement can be read by."""
    if not {"day", "text"} <= columns.keys() or not {"amount", "came"} & columns.keys():
        raise NoSuchColumns
    for heading in columns.values():
        if heading not in headings:
            raise ColumnUnknown(heading=heading)


def rows(table: Table, columns: Mapping[str, str]) -> Iterator[Row]:
    """Each row that tells of a transaction."""
    at = {name: table.headings.index(heading) for name, heading in columns.items()}
    for number, row in table.rows:
        told = {name: row[index] for name, index in at.items() if index < len(row)}
        if not _closing(row, told):
            yield _row(number, told)


def _row(number: int, told: dict[str, str]) -> Row:
    try:
        return Row(number, Told(
            happened_at=_moment(told), amount=_amount(told), text=told.get("text", "")[:LONGEST_TEXT],
            bank_id=told.get("id", "")[:LONGEST_ID], payer=told.get("payer", "")[:LONGEST_PAYER],
            balance=cells.number(told.get("balance")),
        ))  # fmt: skip
    except Refused as no:
        return Row(number, None, no)


def _moment(told: dict[str, str]) -> datetime:
    """Noon of a day without a time."""
    day, clock = cells.moment(told.get("day"), told.get("clock"))
    if day is None:
        raise NoDay
    return datetime.combine(day, clock or time(12), get_current_timezone())


def _amount(told: dict[str, str]) -> int:
    came, went, both = (cells.number(_signed(told.get(name, ""))) or 0 for name in ("came", "went", "amount"))
    if came and went:
        raise BothWays
    amount = both or abs(came) - abs(went)
    if not amount:
        raise NoAmount
    return amount


def _signed(written: str) -> str:
    """ "+ 500,000" and "(500,000)" are ways to write a sign."""
    bare = re.sub(r"^([+-])\s+", r"\1", written)
    return f"-{bare[1:-1]}" if bare.startswith("(") and bare.endswith(")") else bare


def _closing(row: list[str], told: dict[str, str]) -> bool:
    """Nothing in our columns, or a line with totals or balances, which names no day."""
    money = any(told.get(name) for name in ("came", "went", "amount"))
    first = fold(next((cell for cell in row if cell), ""))
    return not (money or told.get("day")) or bool(
        not _days(told) and re.match(r"(tong|cong|so du|total|balance)", first)
    )


def _days(told: dict[str, str]) -> bool:
    return bool(re.search(r"\d", told.get("day", "")))


def _texts(row: list[Any]) -> list[str]:
    return [text(cell).replace("\0", "") for cell in row[: sheets.MOST_COLUMNS]]


def _means(heading: str, words: str) -> bool:
    written = " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\(.*?\)", " ", fold(heading))))
    return written == words or written.startswith(f"{words} ")
