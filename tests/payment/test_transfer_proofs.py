"""The proofs of bank transfers and disputes notice what no action would do."""

from collections.abc import Callable

import pytest
from django.db import connection

from marketplace.checkout import actions
from marketplace.order.models import Order
from marketplace.payment import proofs
from marketplace.payment.banking.actions import payouts
from marketplace.payment.models import Refund
from tests import disputes, make
from tests.checkout.rules import broken
from tests.checkout.shortages import paid

pytestmark = pytest.mark.django_db
NOW = make.NOW
# What is done to two orders paid by transfer, of which one was cancelled and its money told to the bank and sent, and to one
# whose card payment a bank has taken back.
BREAKAGES = {
    "lines_pay_all_or_nothing": (
        "UPDATE payment_linepart SET amount = amount + 1",
        "UPDATE payment_statementline SET state = 'left'",
        "UPDATE payment_statementline SET state = 'aside', reason = 'x'",
        "DELETE FROM payment_linepart",
    ),
    "transfers_have_what_their_lines_brought": (
        "UPDATE payment_source SET amount_debited = amount_debited - 1",
        "UPDATE payment_linepart SET taken_at = NULL",
        "DELETE FROM payment_linepart",
    ),
    "lines_out_are_the_refunds_they_paid": (
        "UPDATE payment_refund SET line_id = NULL",
        "UPDATE payment_statementline SET amount = amount - 1 WHERE amount < 0",
        "UPDATE payment_refund SET status = 'failed'",
        "UPDATE payment_statementline SET state = 'out' WHERE amount < 0",
    ),
    "lost_disputes_are_booked_once": (
        "DELETE FROM payment_transaction WHERE txn_type = 'Disputed'",
        "UPDATE payment_transaction SET amount = amount + 1 WHERE txn_type = 'Disputed'",
        "UPDATE payment_dispute SET state = 'won', withdrawn = false",
    ),
    "banks_pay_no_refund_that_they_did_not_take": (
        "UPDATE payment_dispute SET amount = amount - 1",
        "UPDATE payment_dispute SET state = 'won'",
    ),
    "undecided_disputes_are_followed": ("UPDATE payment_dispute SET state = 'under_review', decided_at = NULL",),
    "what_banks_were_sent_is_here": (
        "DELETE FROM payment_disputefile",
        "UPDATE payment_disputefile SET reference = 'file_other'",
    ),
}
CASES = [(rule, breakage) for rule, some in BREAKAGES.items() for breakage in some]


def test_every_rule_has_its_breakage() -> None:
    assert [rule.__name__ for rule in proofs.RULES] == list(BREAKAGES)


@pytest.fixture
def told() -> None:
    order_by_card = paid()
    for cancelled in (False, True):
        order = make.transfer_order()
        actions.receive(line_id=make.bank_line(order.sources.get().reference, order.due).pk, at=NOW)
        if cancelled:
            actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    for status in ("needs_response", "lost"):
        dispute = disputes.hear(order_by_card, NOW, status=status)
        if status == "needs_response":
            disputes.answered(dispute, NOW)
    refund = Refund.objects.get(source__source_type__code="transfer")
    account = refund.source.refund_account
    payouts.give_account(account=account, bin="970405", number="123456", holder="LAN", by=None, at=NOW)
    payouts.make_batch(account=make.bank_account(), by=None, at=NOW)
    actions.receive(line_id=make.bank_line(refund.payout_reference, -refund.amount).pk, at=NOW)


@pytest.mark.parametrize(("rule", "breakage"), CASES, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(CASES)])
def test_each_rule_notices(told: Callable[[], None], rule: str, breakage: str) -> None:
    assert broken(NOW) == []
    with connection.cursor() as cursor:
        cursor.execute(breakage)
    assert list(getattr(proofs, rule)(NOW))
