"""What a lost dispute pays, and what it leaves: of one payment of several, and of part of one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.checkout.actions import disputing
from marketplace.checkout.actions.refunding import give_back
from marketplace.fulfilment import actions as fulfilments
from marketplace.journal.models import Entry
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment import actions as payments
from marketplace.payment.disputes.queries import moves_of
from marketplace.payment.models import Dispute, Refund
from marketplace.people.models import User
from tests import disputes, make, people
from tests.checkout import returns
from tests.checkout.rules import broken
from tests.checkout.shortages import paid

pytestmark = pytest.mark.django_db
NOW = make.NOW


def paid_twice() -> tuple[Order, Any]:
    """The second payment is due back; and the news that it was disputed, and lost."""
    order = paid()
    told = disputes.told(order, NOW, status="lost", payment_intent="pi_again")
    again = payments.open_source(order=order, method=payments.CARD, at=NOW, attempt=2)
    payments.money_came(source=again, amount=order.due, reference="pi_again", at=NOW)
    give_back(source=again, amount=order.due, reason="paid-twice", key=f"{order.number}-2-paid-twice", at=NOW)
    return order, told


def test_of_an_order_paid_twice_the_second_payment_is_lost_and_the_order_goes_on() -> None:
    people.tam()
    order, told = paid_twice()
    disputing.hear(told=told, at=NOW)
    order.refresh_from_db()
    assert (order.status, Refund.objects.get().status) == ("confirmed", "covered")
    fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=NOW)
    assert order.fulfilments.get().status == "picking" and broken(NOW) == []
    [told_of] = Notice.objects.filter(kind="dispute_decided")
    assert told_of.user == people.tam() and told_of.facts["goes_on"]
    assert Entry.objects.get(action="dispute.released").by is None


GOES_ON = {"vi": "Đơn hàng đi tiếp.", "en": "The order goes on."}


@pytest.mark.parametrize("language", GOES_ON)
@pytest.mark.parametrize("status", ["warning_closed", "won"])
@pytest.mark.parametrize("ended", [False, True])
def test_the_letter_says_that_the_order_goes_on_only_where_it_does(status: str, language: str, ended: bool) -> None:
    User.objects.filter(pk=people.tam().pk).update(language=language)
    order = paid()
    asked = {"withdrawn": False, "refundable": True} if status == "warning_closed" else {}
    disputes.hear(order, NOW, status="warning_needs_response" if asked else "needs_response", **asked)
    if ended:
        actions.cancel(order=order, by=None, reason=Order.Because.SHOPPER, at=NOW)
    disputes.hear(order, NOW, status=status, **asked | {"withdrawn": False})
    said = letter(Notice.objects.get(kind="dispute_decided"))
    assert [GOES_ON[language] in words for words in (said.text, said.html)] == [not ended] * 2


def test_where_somebody_else_paid_the_office_looks_first() -> None:
    """The first payment may have been made with a stolen card as well."""
    order, told = paid_twice()
    disputing.hear(told=replace(told, reason="fraudulent"), at=NOW)
    with pytest.raises(fulfilments.PaymentDisputed):
        fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=NOW)
    actions.release_order(dispute=Dispute.objects.get(), by=people.tam(), at=NOW)
    fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=NOW)
    assert broken(NOW) == []


@pytest.mark.parametrize(("taken", "waits"), [(120_000, False), (120_001, True)])
def test_lost_for_pieces_that_were_taken_off_it_goes_on_and_for_one_dong_more_it_waits(taken: int, waits: bool) -> None:
    order = paid()
    line = order.lines.get()
    actions.cancel_pieces(order=order, pieces={line.pk: 1}, by=None, reason=Order.Because.SHOPPER, at=NOW)
    dispute = disputes.hear(order, NOW, status="lost", amount=taken)
    assert dispute.holds is waits and Refund.objects.get().status == "covered" and broken(NOW) == []


def test_undecided_it_waits_though_it_is_the_second_payment() -> None:
    order, told = paid_twice()
    disputing.hear(told=replace(told, status="needs_response"), at=NOW)
    with pytest.raises(fulfilments.PaymentDisputed):
        fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=NOW)


def test_of_an_order_paid_twice_both_are_lost_and_it_ends() -> None:
    order, told = paid_twice()
    disputing.hear(told=told, at=NOW)
    disputing.hear(told=replace(told, id="du_first", payment_intent=f"pi_{order.pk}"), at=NOW)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "disputed") and broken(NOW) == []


def given_back(order: Order) -> Refund:
    """One more piece; it need not come back."""
    asked = returns.ask(order.fulfilments.get())
    actions.forgo_return(asked=asked, answer="", by=people.mai(), at=NOW)
    return Refund.objects.order_by("pk").last()


def delivered() -> Order:
    """Three pieces for 120,000 each, and 30,000 for the way."""
    goods = make.product(price=120_000)
    make.stock(goods)
    order = paid((goods, 3))
    returns.hand_over(order)
    return order


def refunds() -> list[tuple[str, int]]:
    return [(one.status, int(one.amount)) for one in Refund.objects.order_by("pk")]


def test_part_of_what_was_due_for_a_return_the_bank_has_paid_and_the_rest_goes_back() -> None:
    order = delivered()
    given_back(order)
    disputes.hear(order, NOW, status="lost", amount=20_000)
    assert refunds() == [("covered", 20_000), ("due", 100_000)] and broken(NOW) == []


def test_what_is_given_back_later_goes_back_whole() -> None:
    order = delivered()
    disputes.hear(order, NOW, status="lost", amount=20_000)
    given_back(order)
    disputes.hear(order, NOW, status="lost", amount=20_000)  # the same news again
    assert refunds() == [("due", 120_000)] and broken(NOW) == []


def test_no_more_goes_back_to_the_card_than_the_bank_has_left_there() -> None:
    order = delivered()
    disputes.hear(order, NOW, status="lost", amount=order.due - 200_000)
    given_back(order), given_back(order)
    came = order.sources.get().amount_debited
    due = sum(amount for status, amount in refunds() if status == "due")
    assert due == 200_000 and sum(amount for _status, amount in refunds()) == 240_000 < came
    assert broken(NOW) == []


def test_the_bank_thinks_again_of_one_of_two() -> None:
    """What the other has paid stays paid."""
    order = delivered()
    given_back(order)
    disputes.hear(order, NOW, status="lost", amount=20_000)
    second = disputes.told(order, NOW, id="du_second", status="lost", amount=30_000)
    disputing.hear(told=second, at=NOW)
    disputing.hear(told=replace(second, status="won", withdrawn=False), at=NOW)
    covered = sum(amount for status, amount in refunds() if status == "covered")
    assert (covered, sum(amount for _status, amount in refunds())) == (20_000, 120_000)
    assert Dispute.objects.lost().count() == 1 and broken(NOW) == []


def test_what_leaves_while_the_gateway_is_asked_left_before_anybody_knew() -> None:
    """The clock of the news was read before; the parcel was sent meanwhile."""
    order = paid()
    hour = NOW + timedelta(hours=1)
    returns.hand_over(order, at=hour)
    dispute = disputes.hear(order, NOW)
    assert dispute.heard_at == hour and broken(hour) == []


def test_the_bank_thinks_again_and_takes_it_once_more() -> None:
    """Each time it is booked, and set off, by a transaction of its own, and the office hears of it."""
    people.tam()
    order = delivered()
    for status in ("lost", "won", "lost", "won", "lost"):
        dispute = disputes.hear(order, NOW, status=status, amount=20_000, withdrawn=status == "lost")
        assert broken(NOW) == []
    moves = [int(one.amount) for one in moves_of(dispute).order_by("pk")]
    assert moves == [20_000, -20_000, 20_000, -20_000, 20_000]
    assert Notice.objects.filter(kind="dispute_decided").count() == 5


def test_what_left_after_it_was_won_left_before_it_was_lost() -> None:
    """And what is still here waits again, though the office once let it go on."""
    goods = make.product()
    make.stock(goods)
    order, hour = paid((goods, 1)), timedelta(hours=1)
    actions.release_order(dispute=disputes.hear(order, NOW), by=people.tam(), at=NOW)
    disputes.hear(order, NOW + hour, status="won", withdrawn=False)
    returns.hand_over(order, at=NOW + 2 * hour)
    dispute = disputes.hear(order, NOW + 3 * hour, status="lost")
    assert (dispute.heard_at, dispute.released_at) == (NOW + 3 * hour, None) and dispute.holds
    assert broken(NOW + 3 * hour) == []


def test_each_time_a_bank_pays_a_part_the_rest_goes_back() -> None:
    """Of the second loss it pays less than of the first."""
    order = delivered()
    given_back(order)
    for status, amount in (("lost", 50_000), ("won", 50_000), ("lost", 20_000)):
        disputes.hear(order, NOW, status=status, amount=amount, withdrawn=status == "lost")
        assert sum(back for _status, back in refunds()) == 120_000 and broken(NOW) == []
    assert refunds() == [("covered", 20_000), ("due", 70_000), ("due", 30_000)]
