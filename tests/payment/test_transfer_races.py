"""The same statement from several windows, two lines for one order, one line looked at by all: each counts once."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError

from marketplace.checkout import actions
from marketplace.journal.models import Entry
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment.banking import queries
from marketplace.payment.banking.actions import lines, payouts, statements
from marketplace.payment.models import (
    LinePart,
    PayoutBatch,
    Refund,
    RefundAccount,
    StatementFormat,
    StatementLine,
    Transaction,
)
from tests import make
from tests.checkout.rules import broken
from tests.concurrency import at_once, in_step, when_another_is_in_step

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW
ROWS = "".join(f"20/11/2026,FT{number:04},{1000 + number},CHUYEN TIEN\n" for number in range(40))
FILE = f"Ngày,Mã giao dịch,Số tiền,Nội dung\n{ROWS}"
COLUMNS = {"day": "Ngày", "id": "Mã giao dịch", "amount": "Số tiền", "text": "Nội dung"}


def _five_windows() -> list[Any]:
    account = make.bank_account()
    StatementFormat.objects.create(bin=account.bin, columns=COLUMNS, changed_at=NOW)

    def send(_number: int) -> Any:
        return statements.take(account=account, name="a.csv", data=FILE.encode(), by=None, at=NOW)

    return at_once(5, send)


def test_the_same_statement_sent_five_times_at_once() -> None:
    made = _five_windows()
    assert all(statement.read_at for statement in made)
    assert StatementLine.objects.count() == 40
    assert sum(statement.lines.count() for statement in made) == 40
    assert broken(NOW) == []


def test_without_the_key_the_same_five_count_five_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when nothing tells transactions apart."""
    names: dict[int, list[str]] = {}
    monkeypatch.setattr(statements, "keys", lambda told: names.setdefault(id(told), [uuid4().hex for _one in told]))
    _five_windows()
    assert StatementLine.objects.count() > 40


def _two_lines() -> tuple[Order, list[Any]]:
    """Two people pay the same order; both lines are looked at side by side, and the order is settled by others meanwhile."""
    order = make.transfer_order()
    found = [make.bank_line(order.sources.get().reference, order.due) for _each in range(2)]
    for line in found:
        lines.match(line_id=line.pk, at=NOW)
    answers = at_once(4, lambda _number: actions.settle(order_id=order.pk, at=NOW))
    order.refresh_from_db()
    return order, answers


def test_two_lines_for_one_order_at_once() -> None:
    order, answers = _two_lines()
    assert answers == [None] * 4
    assert (order.status, order.sources.get().amount_debited) == ("confirmed", order.due * 2)
    assert Refund.objects.get().amount == order.due and Transaction.objects.count() == 2
    assert Entry.objects.filter(action="order.paid").count() == 1
    assert broken(NOW) == []


def test_without_the_orders_lock_the_order_is_paid_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: whoever waited for a part decides on what the order was before."""

    def only_look(order_id: int) -> Order:
        order = Order.objects.get(pk=order_id)
        in_step()
        return order

    monkeypatch.setattr(orders, "lock", only_look)
    _order, answers = _two_lines()
    assert answers != [None] * 4 or Entry.objects.filter(action="order.paid").count() > 1


def _looked_at_by_all() -> list[Any]:
    order = make.transfer_order()
    line = make.bank_line(order.sources.get().reference, order.due)
    return at_once(6, lambda _number: actions.receive(line_id=line.pk, at=NOW))


def test_one_line_looked_at_by_all() -> None:
    assert _looked_at_by_all() == [None] * 6
    assert LinePart.objects.count() == 1
    assert (Order.objects.get().status, Refund.objects.count()) == ("confirmed", 0)
    assert broken(NOW) == []


def test_without_the_lines_lock_the_database_alone_refuses_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when several place the same line."""

    def only_look(line_id: int) -> StatementLine:
        line = StatementLine.objects.get(pk=line_id)
        in_step()
        return line

    monkeypatch.setattr(lines, "lock", only_look)
    assert {type(answer) for answer in _looked_at_by_all()} == {type(None), IntegrityError}


def test_two_files_for_the_bank_at_once() -> None:
    for _each in range(3):
        order = make.transfer_order()
        line = make.bank_line(order.sources.get().reference, order.due)
        actions.receive(line_id=line.pk, at=NOW)
        actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
        account = order.sources.get().refund_account
        payouts.give_account(account=account, bin="970405", number="123456", holder="LAN", by=None, at=NOW)
    own = make.bank_account()
    answers = at_once(4, lambda _number: payouts.make_batch(account=own, by=None, at=NOW))
    assert [type(one).__name__ for one in answers].count("PayoutBatch") == 1
    assert PayoutBatch.objects.get().refunds.count() == 3
    assert broken(NOW) == []


def _named_while_the_file_is_made(monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The account that the file says, and the one that the buyer has named last."""
    order = make.transfer_order()
    actions.receive(line_id=make.bank_line(order.sources.get().reference, order.due).pk, at=NOW)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    account, own, noted = order.sources.get().refund_account, make.bank_account(), payouts.note
    payouts.give_account(account=account, bin="970405", number="111111", holder="LAN", by=None, at=NOW)

    def slowly(subject: Any, *about: Any, **facts: Any) -> None:
        if subject == account:
            in_step()  # the refund is locked, and the account not yet to be seen
        noted(subject, *about, **facts)

    monkeypatch.setattr(payouts, "note", slowly)

    def either(number: int) -> None:
        if number:
            when_another_is_in_step()
            payouts.make_batch(account=own, by=None, at=NOW)
        else:
            payouts.give_account(account=account, bin="970405", number="222222", holder="LAN", by=None, at=NOW)

    assert at_once(2, either) == [None, None]
    account.refresh_from_db()
    return Refund.objects.get().number, account.number


def test_a_file_says_the_account_that_was_named_last(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _named_while_the_file_is_made(monkeypatch) == ("222222", "222222")


def test_read_with_the_lock_it_would_say_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the rows that the lock waited for come with the account of before."""
    kept: list[Refund] = []

    class Stale:
        def select_for_update(self, **how: Any) -> Any:
            kept.extend(ready().select_for_update(**how).order_by("pk"))
            return ready().filter(pk__in=[one.pk for one in kept])

        def filter(self, **which: Any) -> list[Refund]:
            return kept

    ready = queries.payouts_ready
    monkeypatch.setattr(queries, "payouts_ready", Stale)
    assert _named_while_the_file_is_made(monkeypatch) == ("111111", "222222")


def _two_sums() -> tuple[Refund, Refund]:
    """Lan has sent too much and cancelled: two sums go back of one transfer."""
    order = make.transfer_order()
    actions.receive(line_id=make.bank_line(order.sources.get().reference, order.due + 5_000).pk, at=NOW)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    first, second = Refund.objects.order_by("amount")
    return first, second


def _named_while_one_comes_back(first: Refund, second: Refund, number: str) -> list[Any]:
    """The smaller sum waits, the other stands in a file with the account that the buyer has named; now it comes back,
    and the buyer names another account.
    """
    own, account, about = make.bank_account(), first.source.refund_account, {"by": None, "at": NOW}
    payouts.give_account(account=account, bin="970405", number="111111", holder="LAN", **about)
    payouts.make_batch(account=own, **about)
    actions.payout_bounced(refund=first, **about)
    payouts.give_account(account=account, bin="970405", number="111111", holder="LAN", **about)

    def either(which: int) -> None:
        if which:
            payouts.give_account(account=account, bin="970405", number=number, holder="LAN", **about)
        else:
            actions.payout_bounced(refund=second, **about)

    return at_once(2, either)


def test_an_account_is_named_in_the_moment_in_which_the_other_sum_comes_back() -> None:
    """Again and again: whoever is first, both are done, and the next file says the new account for both sums."""
    first, second = _two_sums()
    for each in range(25):
        assert _named_while_one_comes_back(first, second, f"222{each:03}") == [None, None]
        batch = payouts.make_batch(account=make.bank_account(), by=None, at=NOW)
        assert [one.account for one in queries.payees(batch)] == [f"222{each:03}"] * 2
        for refund in (first, second):
            actions.payout_bounced(refund=refund, by=None, at=NOW)
    assert broken(NOW) == []


def test_with_the_account_locked_first_one_of_them_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: who names an account holds it and waits for the sums, of which the other holds one and waits for it."""
    first, second = _two_sums()
    checked, bounced = payouts.written, payouts.bounced

    def then(**about: Any) -> Any:
        when_another_is_in_step()
        return bounced(**about)

    def account_first(**typed: str) -> dict[str, str]:
        if typed["number"] == "222222":
            RefundAccount.objects.select_for_update().get(source=first.source_id)
            in_step()
        return checked(**typed)

    monkeypatch.setattr(payouts, "written", account_first)
    monkeypatch.setattr(payouts, "bounced", then)
    answers = _named_while_one_comes_back(first, second, "222222")
    assert {type(answer) for answer in answers} == {type(None), OperationalError}
