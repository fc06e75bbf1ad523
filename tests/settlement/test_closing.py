"""Statements: they chain, both sides say yes or no, and money goes out once."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from catalogue.models import Product
from marketplace.journal.models import Entry as Deed
from marketplace.notices.models import Notice
from marketplace.partner import actions as partners
from marketplace.partner.models import Agreement
from marketplace.payment import account_numbers
from marketplace.settlement import actions
from marketplace.settlement.models import BankAccount, Entry, Payout, Statement
from marketplace.settlement.queries.payable import payable
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

from .owed import NEXT_MONTH, NOW, account, agree, agreed, closed, sold_at_till, sold_online, taken_in

pytestmark = pytest.mark.django_db
Side = actions.Side


@pytest.fixture
def sale(db: None) -> Any:
    """Two pieces sold online at a point that gets 15 %; Hùng's household is owed 166.998."""
    product = make.product("Mật thốt nốt", price=100_001)
    place = make.stock(product, 40)
    product.place = place
    agree(place, product.producer)
    sold_online((product, 2), location_id=place.pk)
    return product


def test_a_period_that_is_over_stands_on_a_statement(sale: Any) -> None:
    assert actions.take_in(at=NOW) and actions.close(producer_id=sale.producer.pk, at=NOW) == []
    one = closed(sale.producer)
    assert (one.number, one.starts_on, one.ends_on) == (1, date(2026, 11, 1), date(2026, 11, 30))
    assert (one.opening, one.gross, one.commission, one.vat, one.pit, one.net, one.closing) == (
        0, 200_002, 30_000, 2_000, 1_000, 167_002, 167_002
    )  # fmt: skip
    told = Notice.objects.filter(kind="statement_ready").values_list("user_id", flat=True)
    assert set(told) == {people.mai().pk, people.hung().pk}
    before = everything()
    assert actions.close(producer_id=sale.producer.pk, at=NEXT_MONTH) == []
    assert not changed(before) and not broken(NEXT_MONTH)


def test_statements_chain_and_a_negative_balance_is_carried(sale: Any) -> None:
    till, _ = make.till(sale.place)
    first = closed(sale.producer)
    sold_at_till(till, {"code": sale.upc, "quantity": 9, "price": 100_000}, kind="return", at=NEXT_MONTH)
    second = closed(sale.producer, NEXT_MONTH + timedelta(days=31))
    assert (second.number, second.opening, second.closing) == (2, first.closing, first.closing - 765_000)
    sold_at_till(
        till, {"code": sale.upc, "quantity": 1, "price": 100_000}, sequence=2, at=NEXT_MONTH + timedelta(days=32)
    )
    third = closed(sale.producer, NEXT_MONTH + timedelta(days=62))
    assert third.opening == second.closing < 0 and payable() == [] and not broken(NEXT_MONTH)


def test_what_comes_too_late_for_its_period_stands_on_the_next(sale: Any) -> None:
    """A till without a connection tells in December what it sold in November."""
    till, _ = make.till(sale.place)
    first = closed(sale.producer)
    sold_at_till(till, {"code": sale.upc, "quantity": 1, "price": 100_000}, at=NOW)
    second = closed(sale.producer, NEXT_MONTH + timedelta(days=31))
    assert (second.starts_on, second.gross, second.opening) == (date(2026, 12, 1), 100_000, first.closing)


@pytest.mark.parametrize(("period", "days"), [
    ("week", (date(2026, 11, 16), date(2026, 11, 22))), ("half-month", (date(2026, 11, 16), date(2026, 11, 30))),
])  # fmt: skip
def test_the_agreement_says_how_often(period: str, days: tuple[date, date]) -> None:
    product = make.product()
    place = make.stock(product, 10)
    agree(place, product.producer, period=period)
    sold_online((product, 1), location_id=place.pk)
    one = closed(product.producer)
    assert (one.starts_on, one.ends_on) == days


def test_a_place_that_changes_its_period_leaves_no_day_out(sale: Any) -> None:
    closed(sale.producer)
    old = Agreement.objects.get()
    partners.end_agreement(agreement=old, on=date(2026, 12, 9), by=people.tam(), at=NOW)
    agree(sale.place, sale.producer, period="week", at=NEXT_MONTH)
    till, _ = make.till(sale.place)
    for number, day in enumerate((1, 11, 20), 1):
        at = NOW + timedelta(days=10 + day)
        sold_at_till(till, {"code": sale.upc, "quantity": 1, "price": 100_000}, at=at, sequence=number)
    closed(sale.producer, NOW + timedelta(days=45))
    rows = Statement.objects.order_by("number").values_list("starts_on", "ends_on")
    assert all(later[0] > earlier[1] for earlier, later in pairwise(rows))
    assert not Entry.objects.open().exists() and not broken(NOW)


def test_what_was_sold_before_an_agreement_was_withdrawn_stays_as_it_was_sold(sale: Any) -> None:
    """100 % instead of 10, and two hours until somebody saw it; the sales of the hours after bear what was meant."""
    place, producer, two_hours = make.location(), sale.producer, NOW + timedelta(hours=2)
    make.stock(Product.objects.get(upc=sale.upc), 9, at_place=place)
    agree(place, producer, percent=100)
    partners.withdraw_agreement(agreement=Agreement.objects.get(location=place), by=people.tam(), at=two_hours)
    agree(place, producer, percent=10, at=two_hours)
    till, _ = make.till(place)
    for number, hours in enumerate((1, 3), 1):
        at = NOW + timedelta(hours=hours)
        sold_at_till(till, {"code": sale.upc, "quantity": 1, "price": 100_000}, at=at, sequence=number)
    actions.take_in(at=two_hours + timedelta(hours=2))
    sold = Entry.objects.filter(location=place).order_by("happened_at")
    assert [one.commission for one in sold] == [100_000, 10_000] and not broken(NOW)


def test_both_sides_confirm_for_themselves(sale: Any) -> None:
    one = closed(sale.producer)
    before = everything()
    for side, by in (
        (Side.PRODUCER, people.mai()),
        (Side.PRODUCER, people.tam()),
        (Side.PLACE, people.hung()),
        (Side.PLACE, people.khoa()),
    ):
        with pytest.raises(actions.NotYourSide):
            actions.confirm(statement=one, side=side, by=by, at=NEXT_MONTH)
    assert not changed(before) - {"people_user"}
    actions.confirm(statement=one, side=Side.PLACE, by=people.mai(), at=NEXT_MONTH)
    assert (one.state, one.place_confirmed_by) == ("ready", people.mai())
    with pytest.raises(actions.ConfirmedAlready):
        actions.confirm(statement=one, side=Side.PLACE, by=people.tam(), at=NEXT_MONTH)
    actions.confirm(statement=one, side=Side.PRODUCER, by=people.hung(), at=NEXT_MONTH)
    assert one.state == "confirmed" and Notice.objects.filter(kind="statement_confirmed").count() == 3


def test_a_dispute_stops_the_money_until_it_is_answered(sale: Any) -> None:
    account(sale.producer)
    one = agreed(closed(sale.producer))
    about: dict[str, Any] = {"statement": one, "by": people.hung(), "at": NEXT_MONTH}
    with pytest.raises(actions.WordsMissing):
        actions.dispute(**about, side=Side.PRODUCER, reason=" ")
    actions.dispute(**about, side=Side.PRODUCER, reason="Thiếu 1 hũ")
    assert one.state == "disputed" and payable() == []
    for no, deed in (
        (actions.InDispute, lambda: actions.confirm(**about, side=Side.PRODUCER)),
        (actions.InDispute, lambda: actions.dispute(**about, side=Side.PRODUCER, reason="Lại")),
        (actions.NotPayableNow, lambda: actions.make_payout(statement_ids=[one.pk], by=None, at=NEXT_MONTH)),
    ):
        with pytest.raises(no):
            deed()
    actions.answer(statement=one, words="Đúng, bù 20.000", amount=Decimal(20_000), by=people.tam(), at=NEXT_MONTH)
    assert (one.state, one.place_confirmed_at) == ("ready", None)
    with pytest.raises(actions.NotInDispute):
        actions.answer(statement=one, words="Nữa", amount=Decimal(0), by=people.tam(), at=NEXT_MONTH)
    entry = Entry.objects.open().get()
    assert (entry.kind, entry.net, entry.title) == ("corrected", 20_000, "Đúng, bù 20.000")
    assert (
        [row.amount for row in payable()] == [] and agreed(one) and [row.amount for row in payable()] == [one.closing]
    )
    assert not broken(NEXT_MONTH)


def test_a_correction_is_entered_once_with_its_reason(sale: Any) -> None:
    about: dict[str, Any] = {
        "producer": sale.producer,
        "location": sale.place,
        "by": people.tam(),
        "at": NOW,
        "key": "k",
    }
    for no, facts in (
        (actions.WordsMissing, {"amount": Decimal(1), "reason": ""}),
        (actions.NothingToCorrect, {"amount": Decimal(0), "reason": "x"}),
    ):
        with pytest.raises(no):
            actions.correct(**about, **facts)
    for _twice in range(2):
        actions.correct(**about, amount=Decimal(-5_000), reason="Hàng vỡ")
    assert Entry.objects.get(kind="corrected").net == -5_000
    assert Deed.objects.filter(action="settlement.corrected").count() == 1


def test_paid_once_and_the_balance_is_nought(sale: Any) -> None:
    account(sale.producer)
    one = agreed(closed(sale.producer))
    assert [(row.statement, row.amount, row.may_be_paid) for row in payable()] == [(one, one.closing, True)]
    about: dict[str, Any] = {"by": people.tam(), "at": NEXT_MONTH}
    payout = actions.make_payout(statement_ids=[one.pk], **about)
    assert payable() == []
    with pytest.raises(actions.NotPayableNow):
        actions.make_payout(statement_ids=[one.pk], **about)
    with pytest.raises(actions.DisputedTooLate):
        actions.dispute(statement=one, side=Side.PLACE, reason="x", **about)
    actions.mark_paid(payout=payout, **about)
    one.refresh_from_db()
    assert one.state == "paid" and Notice.objects.filter(kind="statement_paid").count() == 1
    for deed in (actions.mark_paid, actions.cancel_payout):
        with pytest.raises(actions.PayoutOver):
            deed(payout=payout, **about)
    last = closed(sale.producer, NEXT_MONTH + timedelta(days=40))
    assert (last.opening, last.closing) == (one.closing, 0) and not broken(NEXT_MONTH)


def test_what_the_bank_was_told_is_not_told_again_by_the_next_statement(sale: Any) -> None:
    """A batch is on its way when the next period closes with its amount still in the balance."""
    account(sale.producer)
    first = agreed(closed(sale.producer))
    about: dict[str, Any] = {"by": people.tam(), "at": NEXT_MONTH}
    payout = actions.make_payout(statement_ids=[first.pk], **about)
    later = NEXT_MONTH + timedelta(days=31)
    till, _ = make.till(sale.place)
    sold_at_till(till, {"code": sale.upc, "quantity": 1, "price": 100_000}, at=NEXT_MONTH)
    second = agreed(closed(sale.producer, later), later)
    assert second.closing == first.closing + 85_000
    assert [row.amount for row in payable()] == [85_000]
    actions.mark_paid(payout=payout, **about)
    assert [row.amount for row in payable()] == [85_000]
    again = actions.make_payout(statement_ids=[second.pk], by=people.tam(), at=later)
    actions.mark_paid(payout=again, by=people.tam(), at=later)
    assert closed(sale.producer, later + timedelta(days=31)).closing == 0 and not broken(later)


def test_a_cancelled_batch_gives_its_statements_back(sale: Any) -> None:
    account(sale.producer)
    one = agreed(closed(sale.producer))
    about: dict[str, Any] = {"by": people.tam(), "at": NEXT_MONTH}
    actions.cancel_payout(payout=actions.make_payout(statement_ids=[one.pk], **about), **about)
    assert [row.amount for row in payable()] == [one.closing]
    actions.make_payout(statement_ids=[one.pk], **about)
    assert Payout.objects.count() == 2 and not broken(NEXT_MONTH)


def test_an_older_statement_is_paid_with_the_newest(sale: Any) -> None:
    account(sale.producer)
    first = agreed(closed(sale.producer))
    till, _ = make.till(sale.place)
    sold_at_till(till, {"code": sale.upc, "quantity": 1, "price": 100_000}, at=NEXT_MONTH)
    second = closed(sale.producer, NEXT_MONTH + timedelta(days=31))
    assert payable() == []
    with pytest.raises(actions.NotPayableNow):
        actions.make_payout(statement_ids=[first.pk], by=people.tam(), at=NEXT_MONTH)
    with pytest.raises(actions.DisputedTooLate):
        actions.dispute(statement=first, side=Side.PRODUCER, reason="x", by=people.hung(), at=NEXT_MONTH)
    agreed(second)
    assert [row.statement for row in payable()] == [second]


def test_nothing_is_paid_without_a_verified_account(sale: Any) -> None:
    one = agreed(closed(sale.producer))
    assert not payable()[0].may_be_paid
    made = account(sale.producer, verified=False)
    for chosen, no in (([one.pk], actions.NotPayableNow), ([], actions.NothingToPay)):
        with pytest.raises(no):
            actions.make_payout(statement_ids=chosen, by=people.tam(), at=NEXT_MONTH)
    actions.verify_account(account=made, by=people.tam(), at=NEXT_MONTH)
    assert payable()[0].may_be_paid


def test_another_account_is_verified_anew_and_the_old_one_not_any_more(sale: Any) -> None:
    old = account(sale.producer)
    about: dict[str, Any] = {"producer": sale.producer, "by": people.hung(), "at": NOW}
    new = actions.set_account(**about, holder="TRAN VAN HUNG", bin="970436", number="0123.456.789")
    assert (new.number, new.masked, new.verified_at) == ("0123456789", "••••6789", None)
    assert actions.set_account(**about, holder=" TRAN VAN  HUNG ", bin="970436", number="0123456789") == new
    with pytest.raises(actions.AccountChanged):
        actions.verify_account(account=old, by=people.tam(), at=NOW)
    assert BankAccount.objects.current().get() == new
    assert "0123456789" not in str(list(Deed.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize(("facts", "no"), [
    ({"bin": "000000"}, account_numbers.UnknownBank), ({"number": "12"}, account_numbers.WrongAccountNumber),
    ({"number": "=1+1234567"}, account_numbers.WrongAccountNumber), ({"holder": "  "}, account_numbers.WrongHolder),
])  # fmt: skip
def test_an_account_that_cannot_be(sale: Any, facts: dict[str, str], no: Any) -> None:
    right = {"holder": "TRAN VAN HUNG", "bin": "970436", "number": "0123456789"}
    before = everything()
    with pytest.raises(no):
        actions.set_account(producer=sale.producer, by=None, at=NOW, **right | facts)
    assert not changed(before)


def test_the_sum_of_all_statements_is_what_was_owed(sale: Any) -> None:
    taken_in()
    assert timezone.localdate(NEXT_MONTH) > date(2026, 11, 30)
    one = closed(sale.producer)
    assert one.closing == sum(entry.net for entry in one.entries.all())
