"""What is taken away: it says what the pages say, and nothing in it is a formula."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from marketplace.payment.banking.payout_file import HEADINGS, written
from marketplace.settlement import actions
from marketplace.settlement.files import payees, statement_table, tax_table
from marketplace.settlement.queries.listing import withheld
from marketplace.settlement.sheet import sheet
from marketplace.tables import csv_file, plain, xlsx_file
from tests import make, people

from .owed import NEXT_MONTH, NOW, account, agree, agreed, closed, given_back, sold_at_till, sold_online, taken_in

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@given(st.text())
def test_no_text_is_a_formula(text: str) -> None:
    assert not plain(text).startswith(FORMULA)
    rows = list(csv.reader(StringIO(csv_file(["x"], [[text]]).decode("utf-8-sig"), newline="")))
    assert len(rows) == 2 and not "".join(rows[1]).startswith(FORMULA)


def cells(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.rows]


def test_a_spreadsheet_holds_texts_and_figures() -> None:
    content = xlsx_file("a", ["Tên", "Tiền"], [["=HYPERLINK(1)", 5], ["Mật", -7]])
    book = load_workbook(BytesIO(content)).active
    assert [[cell.value for cell in row] for row in book.rows] == [["Tên", "Tiền"], ["'=HYPERLINK(1)", 5], ["Mật", -7]]
    assert {cell.data_type for row in book.rows for cell in row} == {"s", "n"} and book.freeze_panes == "A2"


@pytest.fixture
def sale(db: None) -> Any:
    product = make.product("=Mật thốt nốt", price=100_001)
    product.place = make.stock(product, 40)
    agree(product.place, product.producer)
    product.order = sold_online((product, 2), location_id=product.place.pk)
    return product


def test_a_statement_as_a_spreadsheet(sale: Any) -> None:
    with translation.override("en"):
        one = closed(sale.producer)
        heads, first, sold, last = cells(xlsx_file(one.name, *statement_table(one)))
    assert heads[-1] == "Owed" and (first[-1], last[-1]) == (0, 167_002)
    assert sold[2:] == ["'=Mật thốt nốt", sale.order.number, 2, 200_002, 15, 30_000, 2_000, 1_000, 167_002]


def test_a_statement_on_paper(sale: Any) -> None:
    one = agreed(closed(sale.producer))
    with translation.override("en"):
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(sheet(one))).pages)
    for said in (one.name, "01/11/2026 – 30/11/2026", "Bảng quyết toán", "167.002", "Mật thốt nốt", sale.order.number,
                 "Trần Hùng xác nhận", sale.producer.name, sale.place.name):  # fmt: skip
        assert said in " ".join(text.split()), said


def test_the_banks_list(sale: Any) -> None:
    account(sale.producer)
    one = agreed(closed(sale.producer))
    payout = actions.make_payout(statement_ids=[one.pk], by=people.tam(), at=NEXT_MONTH)
    heads, row = csv.reader(StringIO(written("csv", payees(payout)).decode("utf-8-sig")))
    assert tuple(heads) == HEADINGS
    assert row == [
        "1",
        "650020512345",
        "TRAN VAN HUNG",
        "970405",
        "Agribank",
        "167002",
        f"OCOP {payout.name} {one.name}",
    ]


def test_the_months_tax_of_households_with_returns_taken_off(sale: Any) -> None:
    """Sold three, one of them came back; tills and enterprises stay out, the next month too."""
    company = make.product(price=50_000)
    company.producer.kind = "enterprise"
    company.producer.save(update_fields=["kind"])
    make.stock(company, 5)
    sold_online((company, 1))
    till, _ = make.till(sale.place)
    sold_at_till(till, {"code": sale.upc, "quantity": 5, "price": 100_000})
    again = sold_online((sale, 1), location_id=sale.place.pk)
    taken_in()
    given_back(again.fulfilments.get(), at=NOW)
    sold_online((sale, 3), location_id=sale.place.pk, at=NEXT_MONTH)
    taken_in(NEXT_MONTH)
    [row] = withheld(date(2026, 11, 1))
    assert (row.producer, row.turnover, row.vat, row.pit, row.together) == (sale.producer, 200_002, 2_000, 1_000, 3_000)
    _heads, (number, name, _kind, registration, *_rest) = cells(xlsx_file("11", *tax_table([row])))
    assert (number, name, registration) == (1, sale.producer.name, sale.producer.registration_number)
