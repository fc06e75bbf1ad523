"""Rows of a former release get the accounts that their files said, and what nobody knows stops the change."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from marketplace.checkout import actions
from marketplace.order.models import Order
from marketplace.payment.banking.actions import payouts
from marketplace.payment.models import Refund, RefundAccount
from tests import make, people

pytestmark = pytest.mark.django_db
naming = import_module("marketplace.payment.migrations.0021_refunds_name_their_account")
NOW = make.NOW
ACCOUNT = {"bin": "970405", "number": "0065042051", "holder": "LAN"}


@pytest.fixture
def two() -> list[Refund]:
    """Two sums of one transfer in a file, as a former release kept them."""
    order = make.transfer_order()
    actions.receive(line_id=make.bank_line(order.sources.get().reference, order.due + 5_000).pk, at=NOW)
    actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    payouts.give_account(account=RefundAccount.objects.get(), **ACCOUNT, by=None, at=NOW)
    payouts.make_batch(account=make.bank_account(), by=people.tam(), at=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE payment_refund DROP CONSTRAINT refund_in_file_knows_where_to"
        )
    Refund.objects.update(bin="", number="", holder="")
    return list(Refund.objects.order_by("amount"))


def _name() -> list[tuple[Any, str]]:
    naming.as_their_files_said(apps, SimpleNamespace())
    return list(Refund.objects.order_by("amount").values_list("batch", "number"))


def test_the_account_of_before_the_file(two: list[Refund]) -> None:
    assert _name() == [(one.batch_id, "0065042051") for one in two]


def test_nobody_knows_where_to(two: list[Refund]) -> None:
    Refund.objects.filter(pk=two[0].pk).update(batch=None)
    RefundAccount.objects.update(bin="", number="", holder="", given_at=None)
    with pytest.raises(RuntimeError, match=f"{two[1].pk}.*file {two[1].batch_id}"):
        _name()


def test_what_is_paid_may_have_gone_elsewhere(two: list[Refund]) -> None:
    Refund.objects.update(status=Refund.Status.MADE)
    RefundAccount.objects.update(number="999999", given_at=NOW + timedelta(days=1))
    assert _name() == [(one.batch_id, "") for one in two]
