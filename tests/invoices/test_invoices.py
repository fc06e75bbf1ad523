"""Lan's firm wants invoices: one of each seller, issued when the order is complete, lowered when goods come back."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilments
from marketplace.invoices import actions, gateways, queries, tasks
from marketplace.invoices.models import Invoice, InvoiceRequest
from marketplace.invoices.proofs import RULES
from marketplace.journal.models import Entry
from marketplace.notices.models import Notice
from marketplace.partner.models import Partner
from tests import make, people
from tests.checkout import returns
from tests.rows import changed, everything
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
NOW = make.NOW
FIRM = {
    "company": "Công ty TNHH Lan",
    "tax_code": "0100109106",
    "address": "1 Lê Lợi, Hà Nội",
    "email": "ke-toan@example.vn",
}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.INVOICE_URL = f"file://{tmp_path}"
    return tmp_path


@pytest.fixture
def order() -> Any:
    """Two pieces of Hùng's household, one of a cooperative that owes VAT; brought home for cash."""
    sugar = make.product("Đường thốt nốt", price=45_501)
    rice = make.product("Gạo Nàng Nhen", price=108_000, producer=make.producer("HTX Nàng Nhen"))
    Partner.objects.filter(name="HTX Nàng Nhen").update(kind="cooperative")
    rice.stockrecords.update(vat_percent=8)
    point = make.stock(sugar)
    make.stock(rice, at_place=point)
    return make.order((sugar, 2), (rice, 1), payment="cod")


def asked(order: Any, **more: Any) -> InvoiceRequest:
    return actions.ask(order=order, **FIRM | more, by=None, at=NOW)


def delivered(order: Any) -> None:
    for parcel in order.fulfilments.all():
        about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
        fulfilments.start_picking(**about)
        fulfilments.pack(**about)
        fulfilments.ship(**about, own=True)
        fulfilments.delivered(**about)
    order.refresh_from_db()


def issued(order: Any) -> list[Invoice]:
    asked(order)
    delivered(order)
    for one in actions.prepare(order_id=order.pk, at=NOW):
        actions.issue(invoice_id=one.pk, at=NOW)
    return list(queries.of_order(order.pk))


def given_back(order: Any, *pieces: int, reason: str = "unwanted") -> None:
    """Of each line so many pieces; the goods need not come back."""
    parcel = order.fulfilments.get()
    wanted = dict(zip(order.lines.order_by("pk").values_list("pk", flat=True), pieces, strict=True))
    photographs = [] if reason == "unwanted" else [returns.photograph()]
    asked = returns.ask(parcel, wanted=wanted, reason=reason, photographs=photographs)
    checkout.forgo_return(asked=asked, answer="", by=people.mai(), at=NOW)
    order.refresh_from_db()


def lowered(order: Any) -> list[Invoice]:
    """By an adjustment of each seller whose goods came back, issued."""
    made = actions.adjust(order_id=order.pk, at=NOW)
    for one in made:
        actions.issue(invoice_id=one.pk, at=NOW)
        one.refresh_from_db()
    return made


def broken() -> list[str]:
    return [row for rule in RULES for row in rule(NOW)]


def test_one_for_each_seller_and_together_what_it_cost(order: Any, folder: Path) -> None:
    household, cooperative = issued(order)
    assert (household.kind, cooperative.kind) == ("sales", "vat")
    assert household.amount + cooperative.amount == order.due == 229_002
    assert (household.vat, cooperative.vat) == (0, 8_000)
    assert {one.status for one in (household, cooperative)} == {"issued"} and broken() == []
    [file] = folder.glob(f"{household.seller.registration_number}/2C26TAG/00000001_*.json")
    kept = json.loads(file.read_text())
    assert kept["issued"] == {"symbol": "2C26TAG", "number": "00000001", "lookup_code": household.lookup_code}
    assert kept["invoice"]["buyer"]["tax_code"] == "0100109106" and "70/2025" in kept["invoice"]["law"]
    assert [line["amount"] for line in kept["invoice"]["lines"]] == [91_002, int(household.amount) - 91_002]
    told = Notice.objects.filter(kind="invoice_issued")
    assert Counter(one.email for one in told) == {FIRM["email"]: 2, order.email: 2}


def test_nothing_is_prepared_before_the_order_is_complete_or_unasked(order: Any) -> None:
    asked(order)
    assert queries.to_prepare() == [] and actions.prepare(order_id=order.pk, at=NOW) == []
    delivered(order)
    assert queries.to_prepare() == [order.pk]
    assert len(actions.prepare(order_id=order.pk, at=NOW)) == 2
    assert queries.to_prepare() == [] and actions.prepare(order_id=order.pk, at=NOW) == []


def test_the_bell_does_all_of_it(order: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(order)
    delivered(order)
    monkeypatch.setattr(tasks, "ring", lambda task, pk: task(pk))
    tasks.issue_due()
    assert [one.status for one in queries.of_order(order.pk)] == ["issued", "issued"]


def test_the_last_words_count_until_it_is_prepared(order: Any) -> None:
    asked(order)
    assert asked(order, company="Công ty khác").pk == InvoiceRequest.objects.get().pk
    delivered(order)
    actions.prepare(order_id=order.pk, at=NOW)
    before = everything()
    with pytest.raises(actions.AlreadyInvoiced):
        asked(order)
    assert changed(before) == set()
    assert Invoice.objects.first().document["buyer"]["company"] == "Công ty khác"


def test_a_wrong_tax_code_is_refused(order: Any) -> None:
    before = everything()
    with pytest.raises(actions.WrongTaxCode):
        asked(order, tax_code="0100109107")
    assert changed(before) == set()


def test_asked_twice_with_a_key_it_is_issued_once(order: Any, folder: Path) -> None:
    first, _second = issued(order)
    again = gateways.issue(first.document, key=first.key)
    assert vars(again) == {"symbol": first.symbol, "number": first.number, "lookup_code": first.lookup_code}
    assert len(list(folder.glob(f"{first.seller.registration_number}/*/*.json"))) == 1
    other = gateways.issue(first.document, key="other")
    assert other.number == "00000002"


def test_what_cannot_be_written_is_tried_again_and_then_left_for_people(
    order: Any, settings: Any, folder: Path
) -> None:
    (folder / "file").write_text("")
    settings.INVOICE_URL = f"file://{folder}/file/below"
    asked(order)
    delivered(order)
    one = actions.prepare(order_id=order.pk, at=NOW)[0]
    for number, wait in enumerate(actions.WAITS, 1):
        actions.issue(invoice_id=one.pk, at=NOW)
        one.refresh_from_db()
        assert (one.status, one.attempts, one.next_try_at) == ("waiting", number, NOW + wait) and one.error
    actions.issue(invoice_id=one.pk, at=NOW)
    one.refresh_from_db()
    assert (one.status, one.next_try_at) == ("failed", None) and broken() == []
    settings.INVOICE_URL = f"file://{folder}"
    actions.try_again(invoice=one, by=people.tam(), at=NOW)
    assert Entry.objects.get(action="invoice.again").by == people.tam()
    actions.issue(invoice_id=one.pk, at=NOW)
    one.refresh_from_db()
    assert one.status == "issued"
    with pytest.raises(actions.NotFailed):
        actions.try_again(invoice=one, by=people.tam(), at=NOW)


def test_a_seller_without_a_number_is_left_for_people_at_once(order: Any) -> None:
    Partner.objects.update(registration_number="")
    first, _second = issued(order)
    assert (first.status, first.attempts) == ("failed", 1) and "tax number" in first.error
    Partner.objects.update(registration_number="1602000001")
    actions.try_again(invoice=first, by=people.tam(), at=NOW)
    actions.issue(invoice_id=first.pk, at=NOW)
    first.refresh_from_db()
    assert first.number == "00000001"


def test_goods_that_came_back_lower_their_sellers_invoice_once(order: Any) -> None:
    household, cooperative = issued(order)
    assert queries.to_adjust() == [] and actions.adjust(order_id=order.pk, at=NOW) == []
    given_back(order, 1, 0)
    assert queries.to_adjust() == [order.pk]
    [one] = lowered(order)
    assert (one.adjusts, one.amount, one.number) == (household, -45_501, "00000002")
    assert one.document["adjusts"]["number"] == household.number
    assert [(line["title"], line["quantity"], line["amount"]) for line in one.document["lines"]] == [
        ("Đường thốt nốt", -1, -45_501)
    ]
    assert queries.to_adjust() == [] and actions.adjust(order_id=order.pk, at=NOW) == [] and broken() == []
    given_back(order, 0, 1)
    [other] = lowered(order)
    assert (other.adjusts, other.amount, other.vat) == (cooperative, -108_000, -8_000)
    assert sum(one.amount for one in queries.of_order(order.pk)) == order.due and broken() == []


def test_when_all_comes_back_for_a_fault_nothing_is_left_of_the_invoices(
    order: Any, settings: Any, tmp_path: Path
) -> None:
    """The last piece brings the delivery fee along."""
    settings.MEDIA_ROOT = tmp_path
    issued(order)
    for pieces in ((1, 1), (1, 0)):
        given_back(order, *pieces, reason="damaged")
        lowered(order)
    rows = queries.of_order(order.pk)
    assert order.due == sum(one.amount for one in rows) == sum(one.vat for one in rows) == 0 and broken() == []


def test_what_came_back_before_it_was_prepared_is_on_no_invoice(order: Any) -> None:
    asked(order)
    delivered(order)
    given_back(order, 1, 1)
    [one] = actions.prepare(order_id=order.pk, at=NOW)
    assert (one.kind, one.amount) == ("sales", order.due) and one.document["lines"][0]["quantity"] == 1
    assert queries.to_adjust() == [] and broken() == []


def test_what_was_taken_off_is_on_no_invoice(order: Any) -> None:
    asked(order)
    pieces = {order.lines.order_by("pk")[0].pk: 1}
    checkout.cancel_pieces(order=order, pieces=pieces, by=None, reason="shopper", at=NOW)
    delivered(order)
    household, _cooperative = actions.prepare(order_id=order.pk, at=NOW)
    assert household.document["lines"][0]["quantity"] == 1
    assert sum(one.amount for one in queries.of_order(order.pk)) == order.due and broken() == []


@pytest.mark.parametrize("spoil", [
    {"amount": 1}, {"next_try_at": NOW}, {"vat": 5}, {"amount": 10**9},
])  # fmt: skip
def test_prove_sees_what_is_wrong(order: Any, spoil: dict[str, Any]) -> None:
    first, *_others = issued(order)
    Invoice.objects.filter(pk=first.pk).update(**spoil)
    assert broken()


def test_prove_sees_more_taken_back_than_invoiced(order: Any) -> None:
    first, *_others = issued(order)
    given_back(order, 2, 1)
    one, *_others = actions.adjust(order_id=order.pk, at=NOW)
    Invoice.objects.filter(pk=one.pk).update(amount=-first.amount - 1)
    assert any("add up to" in row for row in broken())


def test_on_the_orders_page(order: Any, django_assert_num_queries: Any) -> None:
    """Asked for by whoever holds the link; afterwards number and code stand there."""
    lan, url = Visitor(), f"/orders/{order.token}/invoice/"
    assert url in lan.get(f"/orders/{order.token}/").content.decode()
    typed = {
        "company": "Công ty TNHH Lan",
        "tax_code": "0100 109 106",
        "company_address": "Hà Nội",
        "invoice_email": "a@b.vn",
    }
    wrong = lan.post(url, typed | {"tax_code": "0100109107"})
    assert wrong.status_code == 400 and "Mã số thuế không đúng" in wrong.content.decode()
    assert not InvoiceRequest.objects.exists()
    assert lan.post(url, typed).status_code == 302
    assert InvoiceRequest.objects.get().tax_code == "0100109106"
    delivered(order)
    for one in actions.prepare(order_id=order.pk, at=NOW):
        actions.issue(invoice_id=one.pk, at=NOW + timedelta(minutes=1))
    page = lan.get(f"/orders/{order.token}/").content.decode()
    first = Invoice.objects.first()
    assert first.lookup_code in page and "2C26TAG 00000001" in page and url not in page
    answer = lan.post(url, typed, follow=True)
    assert "đã được lập" in answer.content.decode()
