"""News of one dispute from several sides at once, and a parcel that leaves in that moment."""

from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.checkout.actions import disputing
from marketplace.fulfilment import actions as fulfilments
from marketplace.journal.models import Entry
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.actions import NotByHand
from marketplace.payment.disputes import actions as rows
from marketplace.payment.disputes.actions import Disputed
from marketplace.payment.models import Dispute, Refund, Transaction
from tests import disputes, make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import paid
from tests.concurrency import at_once, in_step, when_another_is_in_step

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.NOW


def only_look(order_id: int) -> Order:
    order = Order.objects.get(pk=order_id)
    in_step()
    return order


def _told_by_four(**changes: Any) -> list[Any]:
    told = disputes.told(paid(), NOW, **changes)
    return at_once(4, lambda _number: disputing.hear(told=told, at=NOW))


def test_the_same_news_from_four_sides() -> None:
    assert _told_by_four(status="lost") == [None] * 4
    assert Dispute.objects.count() == Refund.objects.count() == 1
    assert Transaction.objects.filter(txn_type="Disputed").count() == 1
    assert Order.objects.get().status == "cancelled"
    assert Entry.objects.filter(action="order.cancelled").count() == 1 and broken(NOW) == []


def test_without_the_orders_lock_the_database_alone_refuses_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the test above does notice when several hear of it side by side."""
    monkeypatch.setattr(orders, "lock", only_look)
    assert _told_by_four(status="lost") != [None] * 4


def _picked_while_it_opens() -> tuple[list[Any], str]:
    order = paid()
    parcel, by, told = order.fulfilments.get(), people.mai(), disputes.told(order, NOW)

    def pick() -> None:
        fulfilments.start_picking(fulfilment=parcel, by=by, at=NOW)

    answers = at_once(2, lambda number: pick() if number else disputing.hear(told=told, at=NOW))
    return answers, order.fulfilments.get().status


def test_a_parcel_is_picked_before_it_is_known_or_not_at_all() -> None:
    (heard, picked), status = _picked_while_it_opens()
    assert heard is None and Dispute.objects.count() == 1
    assert (picked, status) == (None, "picking") or (type(picked), status) == (fulfilments.PaymentDisputed, "open")


def _failed() -> Refund:
    """It is due back, and the gateway has said no."""
    order = paid()
    actions.cancel(order=order, by=None, reason=Order.Because.OFFICE, at=NOW)
    refund = Refund.objects.select_related("source").get()
    payments.refund_not_made(refund_id=refund.pk, round=1, error="x", final=True, at=NOW)
    return refund


def _tried_again_while_it_opens(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], Refund]:
    """The news is written, but not committed yet, when Tâm has it tried again."""
    refund, tam = _failed(), people.tam()
    told, tells = disputes.told(refund.source.order, NOW), disputing.notices.dispute_opened

    def slowly(*args: Any) -> None:
        tells(*args)
        in_step()

    def again() -> None:
        when_another_is_in_step()
        actions.try_refund_again(refund=refund, by=tam, at=NOW)

    monkeypatch.setattr(disputing.notices, "dispute_opened", slowly)
    answers = at_once(2, lambda number: again() if number else disputing.hear(told=told, at=NOW))
    return answers, Refund.objects.get()


def test_nobody_has_a_refund_tried_again_while_a_dispute_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    (heard, again), refund = _tried_again_while_it_opens(monkeypatch)
    assert (heard, type(again), refund.status) == (None, Disputed, "failed") and broken(NOW) == []


def test_without_the_orders_lock_it_is_tried_although_disputed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what waits for the bank would have its next try."""
    monkeypatch.setattr(orders, "lock", lambda order_id: Order.objects.get(pk=order_id))
    answers, refund = _tried_again_while_it_opens(monkeypatch)
    assert answers == [None, None] and (refund.status, refund.next_try_at) == ("due", NOW)


CASES = [("lost", "_cover", NotByHand), ("needs_response", "bars", Disputed)]


@pytest.mark.parametrize(("status", "slow", "refusal"), CASES)
def test_nobody_pays_back_by_hand_while_it_is_heard_of(
    status: str, slow: str, refusal: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = _failed()
    told, does = disputes.told(refund.source.order, NOW, status=status), getattr(rows, slow)

    def slowly(*args: Any) -> Any:
        in_step()
        return does(*args)

    def pay() -> None:
        when_another_is_in_step()
        actions.pay_back(refund=refund, by=None, at=NOW)

    monkeypatch.setattr(rows, slow, slowly)
    heard, paid_back = at_once(2, lambda number: pay() if number else disputing.hear(told=told, at=NOW))
    assert (heard, type(paid_back)) == (None, refusal) and broken(NOW) == []
