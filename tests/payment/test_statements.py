"""A bank's file: its columns named once, each transaction once, each row with its report."""

import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook

from marketplace import sheets
from marketplace.payment.banking import reading
from marketplace.payment.banking.actions import accounts, statements
from marketplace.payment.models import Statement, StatementFormat, StatementLine
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db
NOW = make.NOW
HEAD = "Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Số dư,Nội dung"
FILE = f"""NGÂN HÀNG MẪU,,,,,
Sao kê tài khoản 1017595600,,,,,
{HEAD}
20/11/2026 09:15:00,FT001,,"150,000.00","1,150,000",NGUYEN THI LAN CHUYEN TIEN
20/11/2026 10:30:00,FT002,"11,000",,"1,139,000",PHI DICH VU
21/11/2026,FT003,,250.000 VND,1.389.000,"TRA TIEN, CAM ON"
hôm qua,FT004,,5000,,x
21/11/2026,FT005,,,,khong co tien
Tổng cộng,,11000,405000,,
"""


def _take(data: str | bytes = FILE, name: str = "sao-ke.csv", **fields: Any) -> Statement:
    account = fields.pop("account", None) or make.bank_account()
    raw = data.encode() if isinstance(data, str) else data
    return statements.take(account=account, name=name, data=raw, by=people.tam(), at=NOW)


def _named(statement: Statement, **columns: str) -> None:
    found = reading.guess(statements.table_of(statement=statement).headings)
    statements.name_columns(statement=statement, columns=found | columns, by=people.tam(), at=NOW)
    statement.refresh_from_db()


def test_the_columns_are_named_once_and_kept() -> None:
    first = _take()
    assert first.read_at is None and not StatementLine.objects.exists()
    _named(first)
    assert first.table is None and StatementFormat.objects.get().columns == {
        "day": "Ngày giao dịch", "id": "Số tham chiếu", "went": "Ghi nợ", "came": "Ghi có", "balance": "Số dư",
        "text": "Nội dung",
    }  # fmt: skip
    again = _take(f"{HEAD}\n22/11/2026,FT009,,7000,,x\n")
    assert again.read_at == NOW and again.lines.count() == 1


def test_each_row_says_what_became_of_it() -> None:
    statement = _take()
    _named(statement)
    rows = [(one[0], one[1] is not None, *one[2:3]) for one in statement.report]
    assert rows == [
        (4, True), (5, True), (6, True), (7, False, "wrong_moment"), (8, False, "statement_no_amount"),
    ]  # fmt: skip
    lines = [(line.bank_id, int(line.amount), line.text) for line in statement.lines.order_by("pk")]
    assert lines == [
        ("FT001", 150_000, "NGUYEN THI LAN CHUYEN TIEN"), ("FT002", -11_000, "PHI DICH VU"),
        ("FT003", 250_000, "TRA TIEN, CAM ON"),
    ]  # fmt: skip
    assert statement.lines.get(bank_id="FT001").balance == 1_150_000


def test_the_same_file_twice_changes_nothing() -> None:
    _named(_take())
    before = everything()
    again = _take()
    assert again.lines.count() == 0 and [one[1] for one in again.report][:3] != [None] * 3
    assert changed(before) == {"payment_statement", "journal_entry"}
    assert broken(NOW) == []


def test_a_bank_without_numbers_is_told_apart_by_what_it_says() -> None:
    head, row = "Ngày,Số tiền,Diễn giải,Số dư", "20/11/2026,50000,CHUYEN TIEN,"
    first = _take(f"{head}\n{row}\n{row}\n")
    _named(first)
    again = _take(f"{head}\n{row}\n{row}\n{row}\n")
    assert (first.lines.count(), again.lines.count()) == (2, 1)
    assert StatementLine.objects.count() == 3


def test_an_excel_workbook_is_the_same_statement() -> None:
    _named(_take())
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Sao kê"])
    book.active.append(HEAD.split(","))
    moment = datetime(2026, 11, 20, 9, 15)
    book.active.append([moment, "FT001", None, 150000, 1150000, "NGUYEN THI LAN CHUYEN TIEN"])
    book.active.append([moment, "FT100", None, 20000, 1170000, "MOI"])
    book.save(out)
    again = _take(out.getvalue(), "sao-ke.xlsx")
    assert [line.bank_id for line in again.lines.all()] == ["FT100"]


@pytest.mark.parametrize(("columns", "refusal"), [
    ({"day": "Ngày giao dịch"}, reading.NoSuchColumns),
    ({"day": "Ngày giao dịch", "text": "Nội dung", "went": "Ghi nợ"}, reading.NoSuchColumns),
    ({"day": "Ngày giao dịch", "text": "Nội dung", "came": "Không có"}, reading.ColumnUnknown),
])  # fmt: skip
def test_columns_that_say_too_little_are_refused(columns: dict[str, str], refusal: type[Exception]) -> None:
    statement = _take()
    before = everything()
    with pytest.raises(refusal):
        statements.name_columns(statement=statement, columns=columns, by=people.tam(), at=NOW)
    assert changed(before) == set()


@pytest.mark.parametrize(("data", "refusal"), [
    (b"\0\1", sheets.UnreadableFile), (b"PK\x03\x04x", sheets.UnreadableFile), (b"", sheets.NoRows),
    (b"\xd0\xcf\x11\xe0", sheets.UnreadableFile), (b"x" * (sheets.MOST_BYTES + 1), sheets.FileTooLarge),
    ("Tên,Tuổi\nLan,30\n".encode(), sheets.NoRows), (f"{HEAD}\n".encode(), sheets.NoRows),
])  # fmt: skip
def test_what_is_no_statement_is_refused(data: bytes, refusal: type[Exception]) -> None:
    make.bank_account(), people.tam()
    before = everything()
    with pytest.raises(refusal):
        _take(data)
    assert changed(before) == set()


def test_a_read_statement_stays() -> None:
    statement = _take()
    _named(statement)
    before = everything()
    with pytest.raises(statements.ReadAlready):
        statements.drop(statement=statement, by=people.tam())
    with pytest.raises(statements.ReadAlready):
        _named(statement)
    assert changed(before) == set()
    unread = _take("Ngày,Số tiền,Diễn giải\n20/11/2026,5,x\n")
    statements.drop(statement=unread, by=people.tam())
    assert not Statement.objects.filter(pk=unread.pk).exists()


def test_a_file_and_a_program_tell_of_the_same_transaction_once() -> None:
    make.bank_line("NGUYEN THI LAN CHUYEN TIEN", 150_000, bank_id="FT001")
    statement = _take()
    _named(statement)
    assert [line.bank_id for line in statement.lines.order_by("pk")] == ["FT002", "FT003"]


def test_accounts() -> None:
    shown = make.bank_account()
    other = accounts.add(bin="970418", number="V3CCT1", holder="OCOP", demonstration=False, by=None)
    with pytest.raises(accounts.AccountKnown):
        accounts.add(bin="970418", number="V3CCT1", holder="XYZ", demonstration=False, by=None)
    accounts.show(account=other, by=people.tam())
    shown.refresh_from_db(), other.refresh_from_db()
    assert (shown.shown, other.shown) == (False, True)
    accounts.change(account=shown, holder="OCOP", active=False, demonstration=False, by=people.tam())
    with pytest.raises(accounts.AccountNotInUse):
        accounts.show(account=shown, by=people.tam())
    accounts.change(account=other, holder="OCOP", active=False, demonstration=False, by=people.tam())
    other.refresh_from_db()
    assert not other.shown
