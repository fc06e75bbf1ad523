"""Money by bank transfer, from the order to its last line: too little, too much, twice, late, for nobody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.checkout.queries import drafting as no
from marketplace.journal.models import Entry
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment.banking import actions as banking
from marketplace.payment.banking import queries
from marketplace.payment.models import BankAccount, LinePart, Refund, StatementLine
from marketplace.payment.vietqr import read
from marketplace.stock import queries as stock
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db
NOW = make.NOW
SOON, LATE = NOW + timedelta(hours=2), NOW + timedelta(hours=25)


@pytest.fixture(autouse=True)
def _whole_afterwards(db: None) -> Iterator[None]:
    yield
    assert broken(NOW + timedelta(hours=2)) == []


def _reference(order: Order) -> str:
    return str(order.sources.get().reference)


def _pays(order: Order, amount: Any = None, *, at: Any = SOON, text: str = "") -> StatementLine:
    """A line comes for the order, and is looked at."""
    line = make.bank_line(text or f"NGUYEN THI LAN chuyen tien {_reference(order)}", amount or order.due, at=at)
    actions.receive(line_id=line.pk, at=at)
    order.refresh_from_db()
    line.refresh_from_db()
    return line


def _told(kind: str) -> list[dict[str, Any]]:
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("facts", flat=True))


# --- the order waits -------------------------------------------------------------------------------------------------


def test_the_order_waits_with_its_goods_and_knows_what_to_type() -> None:
    order = make.transfer_order()
    source = order.sources.get()
    assert (order.status, order.pay_by) == ("awaiting-payment", NOW + timedelta(hours=24))
    assert (source.source_type.code, source.expires_at, source.amount_allocated) == (
        "transfer", order.pay_by, order.due,
    )  # fmt: skip
    assert source.reference.startswith(order.number.replace("-", "")) and len(source.reference) == 11
    wanted = queries.transfer_of(order)
    assert wanted is not None
    told = read(wanted.payload)
    assert (told.bin, told.account, told.amount, told.purpose) == (
        "970436", "1017595600", int(order.due), source.reference,
    )  # fmt: skip
    assert _told("order_placed")[0]["transfer"] == {
        "bank": "Vietcombank", "number": "1017595600", "holder": "VAN PHONG OCOP AN GIANG", "demonstration": False,
        "amount": int(order.due), "reference": source.reference,
    }  # fmt: skip
    assert not Notice.objects.filter(kind="order_new").exists()


def test_only_where_an_account_is_shown() -> None:
    with pytest.raises(no.NoTransfer):
        make.order(payment="transfer")
    account = make.bank_account()
    banking.accounts.hide(account=account, by=people.tam())
    before = everything()
    product = make.product()
    make.stock(product)
    with pytest.raises(no.NoTransfer):
        make.order((product, 1), payment="transfer")
    assert "order_order" not in changed(before)


def test_alcohol_and_large_sums_may_be_paid_by_transfer(settings: Any) -> None:
    settings.CASH_LIMIT = 100_000
    wine = make.product(ethanol_percent=30, price=500_000)
    make.stock(wine)
    assert make.transfer_order((wine, 1), adult=True).status == "awaiting-payment"
    settings.TRANSFER_LIMIT = 400_000
    with pytest.raises(no.TooMuchForTransfer):
        make.transfer_order((wine, 1), adult=True)


def test_cards_cannot_pay_it() -> None:
    order = make.transfer_order()
    with pytest.raises(actions.NotPayable):
        actions.start_payment(order=order, at=NOW)


def test_unpaid_in_time_it_ends_and_its_goods_are_free() -> None:
    order = make.transfer_order()
    product = order.lines.get().product_id
    actions.settle(order_id=order.pk, at=NOW + timedelta(hours=23))
    assert Order.objects.get(pk=order.pk).status == "awaiting-payment"
    for _ in range(2):
        actions.settle(order_id=order.pk, at=LATE)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason, order.sources.get().state) == ("cancelled", "unpaid", "closed")
    assert stock.available([product], at=LATE) == {product: 10}
    assert not Refund.objects.exists() and queries.transfer_of(order) is not None


# --- money comes -----------------------------------------------------------------------------------------------------


def test_exact_the_order_goes_on_once() -> None:
    order = make.transfer_order()
    line = _pays(order)
    for _ in range(2):
        actions.receive(line_id=line.pk, at=SOON)
        actions.settle(order_id=order.pk, at=SOON)
    source = order.sources.get()
    assert (order.status, order.paid_at, order.pay_by) == ("confirmed", SOON, None)
    assert (source.state, source.amount_debited, line.state) == ("paid", order.due, "taken")
    assert len(_told("order_paid")) == len(_told("order_new")) == 1
    assert queries.transfer_of(order) is None


@pytest.mark.parametrize("mangled", ["{0}", "ck{0}xx 12", "MBVCB.123.{1} {2}.CT tu 0011", "thanh toan\n{1}-{2}"])
def test_banks_mangle_the_words(mangled: str) -> None:
    order = make.transfer_order()
    name = _reference(order).lower()
    _pays(order, text=mangled.format(name, name[:5], name[5:]))
    assert order.status == "confirmed"


def test_too_little_waits_for_the_rest() -> None:
    order = make.transfer_order()
    _pays(order, order.due - 20_000)
    assert (order.status, _told("order_underpaid")[0]["missing"]) == ("awaiting-payment", 20_000)
    wanted = queries.transfer_of(order)
    assert wanted is not None and wanted.amount == 20_000
    _pays(order, 20_000)
    assert (order.status, order.sources.get().amount_debited) == ("confirmed", order.due)
    assert len(_told("order_underpaid")) == 1 and not Refund.objects.exists()


def test_the_rest_never_comes_what_came_goes_back() -> None:
    order = make.transfer_order()
    _pays(order, 50_000)
    actions.settle(order_id=order.pk, at=LATE)
    order.refresh_from_db()
    refund = Refund.objects.get()
    assert (order.status, order.cancel_reason) == ("cancelled", "unpaid")
    assert (refund.amount, refund.reason, refund.status) == (50_000, "cancelled", "due")
    assert _told("refund_account_wanted")[0]["amount"] == 50_000


def test_too_much_is_paid_and_the_rest_is_due_back() -> None:
    order = make.transfer_order()
    _pays(order, order.due + 5_000)
    refund = Refund.objects.get()
    assert (order.status, refund.amount, refund.reason) == ("confirmed", 5_000, "overpaid")
    [asked] = _told("refund_account_wanted")
    assert refund.source.refund_account.token in asked["url"]


def test_twice_the_second_goes_back() -> None:
    order = make.transfer_order()
    _pays(order)
    _pays(order)
    refund = Refund.objects.get()
    assert (order.status, refund.amount, refund.reason) == ("confirmed", order.due, "paid-twice")


def test_both_in_one_statement_are_taken_one_after_the_other() -> None:
    order = make.transfer_order()
    for _ in range(2):
        make.bank_line(_reference(order), order.due, at=SOON)
    actions.receive_all(at=SOON)
    order.refresh_from_db()
    assert (order.status, Refund.objects.get().reason) == ("confirmed", "paid-twice")


def test_a_person_who_pays_too_little_twice_and_then_too_much() -> None:
    order = make.transfer_order()
    _pays(order, order.due - 10_000)
    _pays(order, 30_000)
    assert (order.status, Refund.objects.get().amount) == ("confirmed", 20_000)


def test_late_while_the_goods_are_there_the_order_goes_on() -> None:
    order = make.transfer_order()
    _pays(order, at=LATE)
    assert (order.status, order.paid_at) == ("confirmed", LATE)


def test_late_when_the_goods_are_gone_the_money_goes_back() -> None:
    product = make.product()
    make.stock(product, 2)
    order = make.transfer_order((product, 2))
    make.order((product, 2), at=LATE, payment="cod")
    _pays(order, at=LATE)
    refund = Refund.objects.get()
    assert (order.status, order.cancel_reason, refund.amount) == ("cancelled", "sold-out", order.due)


def test_for_a_cancelled_order_the_money_goes_back() -> None:
    order = make.transfer_order()
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    _pays(order)
    assert (order.status, Refund.objects.get().reason) == ("cancelled", "paid-late")


def test_cancelled_after_it_was_paid() -> None:
    order = make.transfer_order()
    _pays(order)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=SOON)
    assert Refund.objects.get().amount == order.due and len(_told("refund_account_wanted")) == 1


# --- one line, several orders; and none ------------------------------------------------------------------------------


def test_two_orders_in_one_transfer() -> None:
    first, second = make.transfer_order(), make.transfer_order()
    text = f"{_reference(first)} {_reference(second)}"
    line = _pays(first, first.due + second.due, text=text)
    second.refresh_from_db()
    assert (first.status, second.status, line.parts.count()) == ("confirmed", "confirmed", 2)


def test_two_orders_that_do_not_add_up_are_for_people() -> None:
    first, second = make.transfer_order(), make.transfer_order()
    line = _pays(first, first.due + second.due - 1, text=f"{_reference(first)} {_reference(second)}")
    assert (line.state, first.status, LinePart.objects.count()) == ("left", "awaiting-payment", 0)
    about: dict[str, Any] = {"line": line, "by": people.tam(), "at": SOON}
    with pytest.raises(banking.lines.DoesNotAddUp):
        actions.place_line(amounts={first.number: first.due, second.number: second.due}, **about)
    with pytest.raises(banking.lines.NoTransferOrder):
        actions.place_line(amounts={"AG-KHONGCO2": None}, **about)
    actions.place_line(amounts={first.number: first.due, second.number: None}, **about)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.status, second.status) == ("confirmed", "awaiting-payment")
    assert _told("order_underpaid")[0]["missing"] == 1
    assert Entry.objects.get(action="line.placed").by == people.tam()
    before = everything()
    with pytest.raises(banking.lines.NotLeft):
        actions.place_line(amounts={first.number: None}, **about)
    assert changed(before) == set()


def test_a_paid_order_in_the_words_does_not_keep_the_other_from_its_money() -> None:
    first, second = make.transfer_order(), make.transfer_order()
    _pays(first)
    _pays(second, text=f"{_reference(first)} va {_reference(second)}")
    assert second.status == "confirmed" and not Refund.objects.exists()


@pytest.mark.parametrize("text", ["CHUYEN TIEN", "AG23456789A tien hang", ""])
def test_money_of_nobody_is_left_for_people(text: str) -> None:
    line = make.bank_line(text, 70_000, at=SOON)
    actions.receive(line_id=line.pk, at=SOON)
    assert [one.pk for one in queries.lines_left()] == [line.pk]
    banking.lines.set_aside(line=line, reason="Tiền thuê gian hàng", by=people.tam())
    line.refresh_from_db()
    assert (line.state, line.reason) == ("aside", "Tiền thuê gian hàng")
    with pytest.raises(banking.lines.NotLeft):
        banking.lines.set_aside(line=line, reason="x", by=people.tam())
    banking.lines.bring_back(line=line, by=people.tam())
    assert queries.lines_left().count() == 1


def test_a_wrong_check_character_pays_nobody() -> None:
    order = make.transfer_order()
    name = _reference(order)
    line = _pays(order, text=name[:-1] + ("2" if name[-1] != "2" else "3"))
    assert (line.state, order.status) == ("left", "awaiting-payment")


def test_a_line_whose_order_was_not_settled_is_taken_up_by_the_sweeper() -> None:
    order = make.transfer_order()
    line = make.bank_line(_reference(order), order.due, at=SOON)
    banking.lines.match(line_id=line.pk, at=SOON)
    assert queries.orders_to_settle() == [order.pk] and broken(SOON) == []
    actions.receive_all(at=SOON)
    order.refresh_from_db()
    assert order.status == "confirmed" and queries.orders_to_settle() == []


def test_an_account_that_is_shown_no_more_still_brings_money() -> None:
    order = make.transfer_order()
    line = make.bank_line(_reference(order), order.due, at=SOON)
    BankAccount.objects.update(shown=False)
    actions.receive(line_id=line.pk, at=SOON)
    assert Order.objects.get(pk=order.pk).status == "confirmed"
