"""Money of a transfer goes back: where to, in one file alone, and made when the bank says so."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from marketplace.checkout import actions
from marketplace.money import dong
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment.banking import queries
from marketplace.payment.banking.actions import lines, payouts
from marketplace.payment.banking.payout_file import HEADINGS, written
from marketplace.payment.models import Refund, StatementLine
from storefront.queries import account as personal
from storefront.queries.paying import account_wanted
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

pytestmark = pytest.mark.django_db
NOW = make.NOW
ACCOUNT = {"bin": "970405", "number": "0065042051", "holder": "NGUYEN THI LAN"}


@pytest.fixture
def refund() -> Refund:
    """Lan has paid by transfer and cancelled."""
    order = make.transfer_order()
    line = make.bank_line(order.sources.get().reference, order.due)
    actions.receive(line_id=line.pk, at=NOW)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    return Refund.objects.get()


def _give(refund: Refund, **fields: str) -> None:
    account = refund.source.refund_account
    payouts.give_account(account=account, **ACCOUNT | fields, by=None, at=NOW)


def _batch(refund: Refund) -> Any:
    _give(refund)
    return payouts.make_batch(account=make.bank_account(), by=people.tam(), at=NOW)


def _out(refund: Refund, amount: Any = None, text: str = "") -> StatementLine:
    line = make.bank_line(text or f"CK {refund.payout_reference.lower()} hoan tien", -(amount or refund.amount))
    actions.receive(line_id=line.pk, at=NOW)
    line.refresh_from_db(), refund.refresh_from_db()
    return line


def test_it_waits_for_the_account(refund: Refund) -> None:
    assert [one.pk for one in queries.payouts_due()] == [refund.pk] and not queries.payouts_ready()
    before = everything()
    with pytest.raises(payouts.NothingToPayOut):
        payouts.make_batch(account=make.bank_account(), by=people.tam(), at=NOW)
    assert changed(before) - {"people_user"} == set()
    _give(refund)
    assert [one.pk for one in queries.payouts_ready()] == [refund.pk]
    assert broken(NOW) == []


def test_it_stands_in_one_file_alone(refund: Refund) -> None:
    batch = _batch(refund)
    assert not queries.payouts_due()
    with pytest.raises(payouts.NothingToPayOut):
        payouts.make_batch(account=make.bank_account(), by=people.tam(), at=NOW)
    with pytest.raises(payouts.OnItsWay):
        _give(refund, number="999999")
    rows = list(csv.reader(io.StringIO(written("csv", queries.payees(batch)).decode("utf-8-sig"))))
    assert tuple(rows[0]) == HEADINGS
    assert rows[1][:6] == ["1", "0065042051", "NGUYEN THI LAN", "970405", "Agribank", str(int(refund.amount))]
    assert rows[1][6].startswith(refund.payout_reference) and rows[1][6].isascii() and len(rows) == 2
    page = load_workbook(io.BytesIO(written("xlsx", queries.payees(batch)))).active
    assert (page["B2"].value, page["B2"].number_format, page["F2"].value) == ("0065042051", "@", int(refund.amount))
    assert written("csv", queries.payees(batch)) == written("csv", queries.payees(batch))


def test_it_is_made_when_its_line_leaves_the_account(refund: Refund) -> None:
    _batch(refund)
    line = _out(refund)
    assert (refund.status, refund.line, line.state) == ("made", line, "taken")
    assert refund.source.amount_refunded == refund.amount
    assert Notice.objects.get(kind="order_refunded").facts["by_hand"] is True
    again = _out(refund)
    assert (again.state, Refund.objects.get().line) == ("left", line)
    assert broken(NOW) == []


def test_another_amount_is_for_people(refund: Refund) -> None:
    _batch(refund)
    assert (_out(refund, refund.amount - 1).state, refund.status) == ("left", "due")
    line = queries.lines_left().get()
    with pytest.raises(lines.NotLeft):
        actions.place_line(line=line, amounts={refund.source.order.number: None}, by=people.tam(), at=NOW)
    assert _out(refund, 11_000, "PHI QUAN LY TAI KHOAN").state == "out"


def test_a_person_may_say_that_it_is_paid(refund: Refund) -> None:
    actions.pay_back(refund=refund, by=people.tam(), at=NOW)
    refund.refresh_from_db()
    assert refund.status == "made" and not queries.payouts_due()
    with pytest.raises(payouts.OnItsWay):
        _give(refund)
    assert broken(NOW) == []


def test_what_the_bank_could_not_pay_waits_for_another_account(refund: Refund) -> None:
    _batch(refund)
    actions.payout_bounced(refund=refund, by=people.tam(), at=NOW)
    account = queries.payouts_due().get().source.refund_account
    assert (account.given_at, account.number) == (None, "") and not queries.payouts_ready()
    assert [one.facts["again"] for one in Notice.objects.filter(kind="refund_account_wanted").order_by("pk")] == [
        False, True,
    ]  # fmt: skip
    refund.refresh_from_db()
    with pytest.raises(payouts.NotInFile):
        actions.payout_bounced(refund=refund, by=people.tam(), at=NOW + timedelta(hours=1))
    refund = Refund.objects.get()
    _batch(refund)
    assert broken(NOW) == []


@pytest.fixture
def two() -> list[Refund]:
    """Lan has sent too much and cancelled: two sums go back of one transfer, both told to the bank."""
    order = make.transfer_order()
    line = make.bank_line(order.sources.get().reference, order.due + 5_000)
    actions.receive(line_id=line.pk, at=NOW)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    refunds = list(Refund.objects.order_by("amount"))
    assert [one.amount for one in refunds] == [5_000, order.due] and len({one.source_id for one in refunds}) == 1
    _batch(refunds[0])
    return list(Refund.objects.order_by("amount"))


def test_what_the_bank_was_told_of_one_sum_stays_though_the_other_came_back(two: list[Refund]) -> None:
    came_back, other = two
    actions.payout_bounced(refund=came_back, by=people.tam(), at=NOW)
    file = other.batch
    assert file and [(one.account, one.amount) for one in queries.payees(file)] == [("0065042051", other.amount)]
    _give(came_back, number="0912345678")
    second = payouts.make_batch(account=make.bank_account(), by=people.tam(), at=NOW)
    assert [(one.account, one.amount) for one in queries.payees(second)] == [("0912345678", 5_000)]
    assert [one.account for one in queries.payees(file)] == ["0065042051"]
    assert broken(NOW) == []


def test_who_has_named_another_account_is_not_asked_again(two: list[Refund]) -> None:
    first, second = two
    actions.payout_bounced(refund=first, by=people.tam(), at=NOW)
    _give(first, number="0912345678")
    asked = Notice.objects.filter(kind="refund_account_wanted").count()
    actions.payout_bounced(refund=second, by=people.tam(), at=NOW)
    assert Notice.objects.filter(kind="refund_account_wanted").count() == asked
    batch = payouts.make_batch(account=make.bank_account(), by=people.tam(), at=NOW)
    assert [one.account for one in queries.payees(batch)] == ["0912345678", "0912345678"]
    assert broken(NOW) == []


def _page(refund: Refund) -> str:
    return Client().get(f"/money-back/{refund.source.refund_account.token}/").content.decode()


def test_the_page_takes_an_account_for_one_sum_while_the_other_goes_to_another(two: list[Refund]) -> None:
    came_back, other = two
    assert '<form method="post" class="panel' not in _page(other)
    actions.payout_bounced(refund=came_back, by=people.tam(), at=NOW)
    assert "…2051" in _page(other) and '<form method="post" class="panel' in _page(other)
    typed = ACCOUNT | {"number": "0912345678"}
    Client().post(f"/money-back/{came_back.source.refund_account.token}/", typed)
    page = _page(other)
    assert f"…2051 · NGUYEN THI LAN: {dong(other.amount)}" in page and "…5678 · NGUYEN THI LAN. " in page


def test_the_order_asks_for_an_account_of_what_waits_alone(two: list[Refund]) -> None:
    came_back, other = two
    actions.payout_bounced(refund=came_back, by=people.tam(), at=NOW)
    refunds = Refund.objects.select_related("source__refund_account")
    assert account_wanted(list(refunds.all()))
    actions.pay_back(refund=Refund.objects.get(pk=came_back.pk), by=people.tam(), at=NOW)
    assert not account_wanted(list(refunds.all())) and refunds.get(pk=other.pk).status == Refund.Status.DUE


def test_another_holder_is_another_account(two: list[Refund]) -> None:
    first, second = two
    actions.payout_bounced(refund=first, by=people.tam(), at=NOW)
    _give(first, holder="NGUYEN THI LAN ANH")
    assert actions.payout_bounced(refund=second, by=people.tam(), at=NOW) is False
    assert [one.source.refund_account.holder for one in queries.payouts_ready()] == ["NGUYEN THI LAN ANH"] * 2


def test_a_person_reads_every_account_that_is_kept(two: list[Refund]) -> None:
    Order.objects.update(user=people.lan())
    actions.payout_bounced(refund=two[0], by=people.tam(), at=NOW)
    _give(two[0], number="0912345678")
    [order] = personal.everything(people.lan())["orders"]
    assert [number for _bank, number, _holder in order["money_back_to"]] == ["0912345678", "0065042051"]
