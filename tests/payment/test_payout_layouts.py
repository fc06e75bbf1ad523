"""The file for the bank, in that bank's own columns: whatever they are, everybody gets their money and no cell calculates."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from marketplace.errors import Refused
from marketplace.journal.models import Entry
from marketplace.payment.banking import payout_file, queries
from marketplace.payment.banking.actions import layouts
from marketplace.payment.banking.payout_file import FIELDS, NEEDED, SAMPLE, STANDARD, Column, Payee, written
from marketplace.payment.models import PayoutFormat
from tests import make, people
from tests.rows import changed, everything

BANK = "970436"
THEIRS = (
    Column("empty", "Loại giao dịch"), Column("from", "Tài khoản nguồn"), Column("account", "Tài khoản thụ hưởng"),
    Column("holder", "Tên người thụ hưởng"), Column("code", "Mã ngân hàng"), Column("amount", "Số tiền"),
    Column("currency", "Loại tiền"), Column("words", "Diễn giải"),
)  # fmt: skip


def as_csv(*payees: Payee, columns: Any = STANDARD, own: str = "") -> list[list[str]]:
    text = written("csv", payees, columns, own).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def as_xlsx(*payees: Payee, columns: Any = STANDARD, own: str = "") -> list[list[Any]]:
    page = load_workbook(io.BytesIO(written("xlsx", payees, columns, own))).active
    assert all(cell.data_type in ("s", "n") for row in page.rows for cell in row)
    return [["" if cell.value is None else cell.value for cell in row] for row in page.rows]


def test_in_the_banks_columns() -> None:
    expected = ["", "1017595600", "0123456789", "NGUYEN THI LAN", "VCB", "150000", "VND", SAMPLE[0].words]
    for table in (
        as_csv(*SAMPLE, columns=THEIRS, own="1017595600"),
        as_xlsx(*SAMPLE, columns=THEIRS, own="1017595600"),
    ):
        assert table[0] == [one.heading for one in THEIRS] and [str(cell) for cell in table[1]] == expected


digits = st.text("0123456789", min_size=4, max_size=19)
plain_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)
PAYEES = st.lists(
    st.builds(Payee, digits, plain_words, st.just(BANK), plain_words, st.integers(1, 10**12), plain_words), max_size=5
)
LAYOUTS = st.lists(st.sampled_from(sorted(set(FIELDS) - set(NEEDED))), unique=True).flatmap(
    lambda more: st.permutations([*NEEDED, *more])
)


@given(PAYEES, LAYOUTS)
def test_any_layout_holds_every_payment_and_no_formula(payees: list[Payee], means: list[str]) -> None:
    columns = [Column(one, f"Cột {number}") for number, one in enumerate(means)]
    payout_file.check(columns)
    text, book = as_csv(*payees, columns=columns), as_xlsx(*payees, columns=columns)
    assert len(text) == len(book) == len(payees) + 1
    account, amount = means.index("account"), means.index("amount")
    for payee, row, cells in zip(payees, text[1:], book[1:], strict=True):
        assert row[account] == cells[account] == payee.account
        assert int(row[amount]) == cells[amount] == payee.amount
        assert not any(str(cell).startswith(("=", "+", "-", "@")) for cell in (*row, *cells))


WRONG = {
    "payout_column_missing": [one for one in THEIRS if one.means != "words"],
    "payout_column_twice": [*THEIRS, Column("amount", "Số tiền 2")],
    "payout_heading_missing": [*THEIRS[:-1], Column("words", " ")],
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", WRONG)
def test_columns_by_which_nobody_could_be_paid(code: str) -> None:
    by, before = people.tam(), everything()
    with pytest.raises(Refused) as refusal:
        layouts.keep(bin=BANK, columns=WRONG[code], by=by, at=make.NOW)
    assert refusal.value.code == code and changed(before) == set() and str(refusal.value)


@pytest.mark.django_db
def test_kept_once_for_each_bank_changed_and_forgotten() -> None:
    assert queries.layout_of(BANK) == list(STANDARD)
    for columns in (STANDARD, THEIRS):
        layouts.keep(bin=BANK, columns=columns, by=people.tam(), at=make.NOW)
    assert queries.layout_of(BANK) == list(THEIRS) and queries.layout_of("970405") == list(STANDARD)
    kept = PayoutFormat.objects.get()
    assert (kept.by, str(kept)) == (people.tam(), "Vietcombank")
    layouts.forget(bin=BANK, by=people.tam())
    assert queries.layout_of(BANK) == list(STANDARD) and not PayoutFormat.objects.exists()
    assert Entry.objects.filter(action="payout_format.kept").count() == 2
    assert Entry.objects.filter(action="payout_format.forgotten").count() == 1
