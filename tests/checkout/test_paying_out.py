"""The money for goods that were paid in cash and came back: out of the drawer of their place, once, and counted there."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet

from marketplace.cash import actions as cash
from marketplace.cash import queries
from marketplace.cash.models import CashUp
from marketplace.cash.proofs import RULES
from marketplace.checkout import actions
from marketplace.checkout.payback import payback
from marketplace.checkout.queries.returned import paid_out, refund_of
from marketplace.errors import Refused
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.journal.models import Entry
from marketplace.locations.models import Location
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.actions import refunds
from marketplace.payment.models import Refund, SourceType, Transaction
from tests import make, people
from tests.concurrency import at_once, in_step
from tests.rows import changed, everything

from . import returns
from .rules import broken
from .shortages import settle_card

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def had(payment: str = "counter", pieces: int = 2) -> Fulfilment:
    """Lan has jars for 100,000 each."""
    jar = make.product("Mật thốt nốt", price=100_000, stars=None)
    place = make.stock(jar, 10)
    where = {} if payment == "cod" else {"location_id": place.pk}
    order = make.order((jar, pieces), payment=payment, **where)
    if payment == "card":
        settle_card(order)
    return returns.hand_over(order)


def settled(payment: str = "counter", pieces: int = 2, back: int = 1) -> Return:
    asked = returns.awaited(had(payment, pieces), back)
    returns.judge(asked, restocked=back)
    return asked


def pay_out(asked: Return) -> None:
    actions.pay_out_return(asked=asked, by=people.mai(), at=NOW)


def piles() -> list[tuple[int, int]]:
    return [(int(pile.amount), pile.payments) for pile in queries.point_piles(Location.objects.all())]


def proved() -> list[str]:
    return [*broken(NOW), *(row for rule in RULES for row in rule(NOW))]


def test_out_of_the_drawer_once_journalled_and_told() -> None:
    asked = settled()
    assert piles() == [(200_000, 1)]
    pay_out(asked)
    refund, row = refund_of(asked), paid_out(asked)
    assert refund and row and (refund.status, refund.amount, row.amount) == ("made", 100_000, 100_000)
    assert (row.location, row.into_drawer) == (asked.fulfilment.location, -100_000)
    assert piles() == [(100_000, 2)] and proved() == []
    entry = Entry.objects.get(action="return.paid_out")
    assert (entry.by, entry.facts["amount"]) == (people.mai(), 100_000)
    told = Notice.objects.get(kind="order_refunded")
    assert asked.fulfilment.location.name in letter(told).text and "tiền mặt" in letter(told).text


def counted(asked: Return, counted_sum: int, reason: str = "") -> CashUp:
    place = asked.fulfilment.location
    rows = [row.pk for row in queries.of_point(place, TODAY)]
    about = {"location": place, "carrier": "", "day": TODAY, "by": people.mai(), "at": NOW}
    return cash.close(transaction_ids=rows, counted=Decimal(counted_sum), reason=reason, **about)


def test_the_next_cash_up_expects_so_much_less() -> None:
    asked = settled()
    pay_out(asked)
    before = everything()
    with pytest.raises(cash.ReasonMissing):
        counted(asked, 200_000)
    assert changed(before) == set()
    made = counted(asked, 100_000)
    assert (made.expected, made.difference, made.entries.count()) == (100_000, 0, 2)
    assert piles() == [] and proved() == []


def test_more_paid_back_than_taken_is_counted_with_a_minus() -> None:
    """The takings were counted before; the next count is of what went out alone."""
    asked = settled()
    counted(asked, 200_000)
    pay_out(asked)
    made = counted(asked, -100_000)
    assert (made.part, made.expected, made.difference) == (2, -100_000, 0) and proved() == []


def test_who_paid_the_carrier_in_cash_may_have_it_at_the_counter() -> None:
    asked = settled("cod")
    pay_out(asked)
    assert paid_out(asked) and proved() == []


def refused(asked: Return) -> str:
    before = everything()
    with pytest.raises(Refused) as refusal:
        pay_out(asked)
    assert changed(before) == set()
    return refusal.value.code


def test_twice_is_refused_and_so_is_what_the_office_paid() -> None:
    first, second = settled(), settled()
    pay_out(first)
    refund = refund_of(second)
    assert refund
    actions.pay_back(refund=refund, by=people.tam(), at=NOW)
    assert refused(first) == refused(second) == "refund_not_by_hand"
    with pytest.raises(payments.NotByHand):
        actions.pay_back(refund=refund, by=people.tam(), at=NOW)


def test_what_is_not_decided_yet_and_what_came_by_card() -> None:
    assert refused(returns.awaited(had())) == "return_moved"
    asked = settled("card")
    assert refused(asked) == "return_not_in_cash"
    refund = refund_of(asked)
    assert refund and refund.next_try_at  # it goes back the way it came


def test_where_the_rest_was_still_to_be_paid_nothing_goes_out() -> None:
    """The return made the rest cheaper instead: no refund was asked for."""
    asked = settled()
    Refund.objects.all().delete()
    assert refused(asked) == "return_nothing_to_pay_out"


@pytest.mark.parametrize("spoil", [
    lambda asked: Transaction.objects.filter(txn_type="Refund").update(amount=5),
    lambda asked: Transaction.objects.filter(txn_type="Refund").update(location=make.location("Điểm khác")),
    lambda asked: Transaction.objects.filter(txn_type="Refund").update(reference="anything"),
    lambda asked: Refund.objects.update(status="due"),
    lambda asked: Order.objects.get(pk=asked.fulfilment.order_id).sources.update(source_type=_card()),
])  # fmt: skip
def test_prove_sees_a_drawer_that_paid_what_it_did_not_owe(spoil: Any) -> None:
    asked = settled()
    pay_out(asked)
    assert proved() == []
    spoil(asked)
    assert any("drawer" in row for row in proved())


def _card() -> Any:
    return SourceType.objects.get(code="card")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sheet_to_sign_is_a_page(language: str) -> None:
    asked = settled()
    Order.objects.update(language=language)
    asked.fulfilment.order.refresh_from_db()
    pay_out(asked)
    paid = paid_out(asked)
    assert paid and payback(asked, paid).startswith(b"%PDF")


# --- two at once ------------------------------------------------------------------------------------------------------


def _two(asked: Return, office: bool) -> Counter[str]:
    refund = refund_of(asked)
    assert refund
    people.mai(), people.tam()

    def press(number: int) -> str:
        if office and number:
            actions.pay_back(refund=refund, by=people.tam(), at=NOW)
        else:
            pay_out(Return.objects.select_related("fulfilment__location").get(pk=asked.pk))
        return "paid"

    return Counter(one if isinstance(one, str) else type(one).__name__ for one in at_once(2, press))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("office", [False, True])
def test_two_managers_or_one_and_the_office_pay_once(office: bool) -> None:
    asked = settled()
    assert _two(asked, office) == {"paid": 1, "NotByHand": 1}
    assert Transaction.objects.filter(txn_type="Refund").count() == 1
    assert asked.fulfilment.order.sources.get().amount_refunded == 100_000 and proved() == []


@pytest.mark.django_db(transaction=True)
def test_without_the_locks_both_pay_and_only_the_constraint_stands_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both see that it is due, and one breaks on the second row instead of being told."""

    def only_look(waiting: QuerySet[Refund]) -> Refund | None:
        found = waiting.select_related("source__source_type").first()
        in_step()
        return found

    monkeypatch.setattr(orders, "lock", lambda order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(refunds, "_first", only_look)
    assert _two(settled(), office=True) == {"paid": 1, "IntegrityError": 1}
