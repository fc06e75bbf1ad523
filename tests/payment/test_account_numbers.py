"""One account, whoever types it: the shop's own, a buyer's, a producer's, and a line of a pay-out."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from marketplace.desk.bank_forms import ChangeAccountForm, OwnAccountForm
from marketplace.payment.account_numbers import UnknownBank, WrongAccountNumber, WrongHolder, written
from marketplace.payment.banking.actions import accounts, payouts
from marketplace.payment.forms import AccountForm
from marketplace.payment.models import AccountNumber, BankAccount, RefundAccount
from marketplace.settlement import actions as settlement
from marketplace.settlement import models as owed
from tests import make, people

ALL = (BankAccount, RefundAccount, owed.BankAccount, owed.PayoutLine)
TYPED = {"bin": "970436", "number": " 0123.456-789 ", "holder": "  Trần Văn   Hùng "}
KEPT = {"bin": "970436", "number": "0123456789", "holder": "TRAN VAN HUNG"}


def test_it_is_kept_as_banks_write_it() -> None:
    assert written(**TYPED) == written(**KEPT) == KEPT
    form = AccountForm(TYPED)
    assert form.is_valid() and form.cleaned_data == KEPT


@pytest.mark.parametrize(("facts", "no"), [
    ({"bin": "000000"}, UnknownBank), ({"bin": ""}, UnknownBank), ({"number": "123"}, WrongAccountNumber),
    ({"number": "1" * 20}, WrongAccountNumber), ({"number": "=1+1234567"}, WrongAccountNumber),
    ({"number": "12345\n"}, None), ({"number": "１２３４５"}, WrongAccountNumber), ({"holder": "  "}, WrongHolder),
    ({"holder": "=HYPERLINK"}, WrongHolder), ({"holder": "X"}, WrongHolder),
])  # fmt: skip
def test_what_no_bank_has(facts: dict[str, str], no: Any) -> None:
    """The form and the actions ask the same."""
    typed = TYPED | facts
    if no is None:
        assert written(**typed)["number"] == "12345"
        return
    with pytest.raises(no):
        written(**typed)
    form = AccountForm(typed)
    assert not form.is_valid() and set(form.errors) == set(facts)


@pytest.mark.parametrize("form", [AccountForm, OwnAccountForm, ChangeAccountForm], ids=lambda form: str(form.__name__))
def test_the_form_takes_as_long_a_name_as_is_kept(form: Any) -> None:
    """An account with a long name can be changed; a name that no column holds is refused by the form."""
    longest = AccountNumber._meta.get_field("holder").max_length or 0
    taken = ["holder" not in form(TYPED | {"holder": "A" * signs}).errors for signs in (longest, longest + 1)]
    assert longest == 120 and taken == [True, False]


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_taken_is_taken_again_unchanged(number: str, holder: str) -> None:
    try:
        found = written(bin="970436", number=number, holder=holder)
    except (WrongAccountNumber, WrongHolder):
        return
    assert written(**found) == found and found["number"].isascii() and found["holder"].isascii()


@pytest.mark.django_db
def test_every_action_keeps_it_alike() -> None:
    own = accounts.add(**TYPED, demonstration=False, by=None)
    theirs = settlement.set_account(producer=make.producer(), **TYPED, by=people.hung(), at=make.NOW)
    assert all({name: getattr(one, name) for name in KEPT} == KEPT for one in (own, theirs))
    assert own.masked == theirs.masked == "••••6789" and own.bank == theirs.bank == "Vietcombank"
    with pytest.raises(WrongHolder):
        accounts.change(account=own, holder="=1", active=True, demonstration=False, by=None)
    with pytest.raises(UnknownBank):
        payouts.give_account(account=RefundAccount(pk=1), **TYPED | {"bin": "1"}, by=None, at=timezone.now())


@pytest.mark.parametrize("model", ALL, ids=lambda model: str(model._meta.label))
def test_all_of_them_are_of_one_make(model: type[AccountNumber]) -> None:
    assert issubclass(model, AccountNumber)
    names = {f"{model._meta.app_label}_{model._meta.model_name}_as_written"}
    assert names <= {one.name for one in model._meta.constraints}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"number": "12 34"}, {"number": "123"}, {"bin": "97043"}, {"bin": "VCB001"}, {"bin": ""}]
)
def test_no_row_says_otherwise(wrong: dict[str, str]) -> None:
    make.bank_account()
    settlement.set_account(producer=make.producer(), **TYPED, by=people.hung(), at=make.NOW)
    for model in (BankAccount, owed.BankAccount):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_the_migration_loses_nothing() -> None:
    """A producer's account of before, with a long holder in small letters, is there afterwards, letter by letter."""
    before = [("settlement", "0004_tills_are_told_by_number"), ("payment", "0017_files_of_disputes")]
    producer, holder = make.producer(), "Hợp tác xã " + "nông nghiệp " * 9
    old = MigrationExecutor(connection)
    old.migrate(before)
    try:
        rows = old.loader.project_state(before).apps.get_model("settlement", "BankAccount")
        facts = {"bank_bin": "970405", "number": "6500205123456", "holder": holder[:120], "entered_at": make.NOW}
        pk = rows.objects.create(producer_id=producer.pk, **facts).pk
    finally:
        again = MigrationExecutor(connection)
        again.migrate(again.loader.graph.leaf_nodes())
    found = owed.BankAccount.objects.get(pk=pk)
    assert (found.bin, found.number, found.holder) == ("970405", "6500205123456", holder[:120])
