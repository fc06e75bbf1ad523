"""An order of several parcels: pieces taken off before, and given back after, each with its own parcel's part of the money."""

from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.stock import queries
from marketplace.stock.models import Hold, Transfer
from tests import make, people

from . import returns, split
from .returns import ask
from .split import NOW, Two, back, given_up, parcel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def goods() -> Two:
    return split.two()


def fewer(order: Order, goods: Two, sugar: int = 0, fish: int = 0, reason: str = "shopper") -> None:
    lines = dict(order.lines.values_list("product", "pk"))
    pieces = {lines[goods.sugar.pk]: sugar, lines[goods.fish.pk]: fish}
    actions.cancel_pieces(order=order, pieces=pieces, by=None, reason=reason, at=NOW)


def had(order: Order, *places: Any) -> None:
    """The buyer has the parcels of these places, or all."""
    for one in order.fulfilments.filter(location__in=places) if places else order.fulfilments.all():
        deliver(one)


def deliver(one: Fulfilment) -> None:
    about = split.shipped(one)
    split.fulfilments.delivered(**about)


def forgo(asked: Return) -> Return:
    actions.forgo_return(asked=asked, answer="", by=people.mai(), at=NOW)
    return asked


# --- before anybody picks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "said"), [("shopper", "shopper"), ("Hàng bị móp", "office")])
def test_a_parcel_without_pieces_takes_its_fee_along(goods: Two, reason: str, said: str) -> None:
    order = split.paid(goods)
    fewer(order, goods, fish=1, reason=reason)
    gone, stays = parcel(order, goods.far), parcel(order, goods.near)
    assert (gone.status, gone.off_because, stays.status) == ("cancelled", said, "open")
    assert back(order) == given_up(order) == 100_000 + gone.fee and gone.fee == 30_000
    assert Notice.objects.get(kind="order_pieces_cancelled").facts["amount"] == 130_000
    deliver(stays)
    assert Order.objects.get().status == "completed"


def test_a_parcel_with_a_piece_left_keeps_its_fee(goods: Two) -> None:
    order = split.paid(goods)
    fewer(order, goods, sugar=1)
    assert (back(order), parcel(order, goods.near).status) == (50_001, "open")


def test_what_would_have_been_brought_together_stays_where_it_is(goods: Two) -> None:
    """Sugar is here, fish was to be brought: without fish nothing is waited for."""
    order = split.paid(goods, (goods.sugar, 2), (goods.fish, 2), one_parcel=True)
    [sends] = Transfer.objects.all()
    fewer(order, goods, fish=1)
    assert [line.quantity for line in sends.lines.all()] == [1]
    fewer(order, goods, fish=1)
    assert not Transfer.objects.exists() and not Hold.objects.active().filter(balance__location=goods.far).exists()
    deliver(order.fulfilments.get())


def test_lists_for_two_parcels_of_one_order_are_kept_apart(goods: Two) -> None:
    """The far place sends fish for a pickup elsewhere; taking off sugar leaves that list as it is."""
    point = split.open_daily(make.location("Điểm Tân Châu"))
    order = split.paid(goods, **split.mixed(goods, location_id=point.pk))
    [sends] = Transfer.objects.all()
    before = [(line.order_line_id, line.quantity) for line in sends.lines.all()]
    fewer(order, goods, sugar=1)
    assert [(line.order_line_id, line.quantity) for line in sends.lines.all()] == before


def test_of_an_unpaid_transfer_less_is_asked_and_what_has_come_may_be_enough(goods: Two) -> None:
    order = make.transfer_order(*goods.wanted())
    came = order.due - 130_000
    actions.receive(line_id=make.bank_line(order.sources.get().reference, came).pk, at=NOW)
    assert Order.objects.get().status == "awaiting-payment"
    fewer(order, goods, fish=1)
    order.refresh_from_db()
    assert (order.status, order.due, back(order)) == ("confirmed", came, 0)


# --- after delivery -------------------------------------------------------------------------------------------------


def test_each_parcel_brings_its_own_fee_back_when_all_of_it_was_faulty(goods: Two) -> None:
    order = split.paid(goods)
    had(order)
    fish = forgo(ask(parcel(order, goods.far)))
    assert (fish.fee, fish.refunded) == (30_000, 130_000)
    first, second = (forgo(ask(parcel(order, goods.near))) for _piece in range(2))
    assert [(one.fee, one.refunded) for one in (first, second)] == [(0, 50_001), (30_000, 80_001)]
    assert back(order) == order.total_incl_tax and Order.objects.get().due == 0


def test_an_unwanted_piece_keeps_the_fee_of_its_own_parcel_alone(goods: Two) -> None:
    order = split.paid(goods)
    had(order)
    forgo(ask(parcel(order, goods.far), reason=Return.Reason.UNWANTED, photographs=[]))
    forgo(ask(parcel(order, goods.near), 2))
    assert Order.objects.get().due == 30_000


def test_one_parcel_is_given_back_while_the_other_is_on_its_way(goods: Two) -> None:
    """In cash: what was paid for the one pays for the other; only what is too much goes back by hand."""
    order = make.order(*goods.wanted(), payment="cod")
    had(order, goods.near)
    asked = forgo(ask(parcel(order, goods.near), 2))
    assert (asked.fee, asked.refunded, Refund.objects.count()) == (30_000, 2, 1)
    facts = Notice.objects.get(kind="return_settled").facts
    assert (facts["amount"], facts["less"]) == (2, 130_000)
    had(order, goods.far)
    order.refresh_from_db()
    assert (order.status, order.due) == ("completed", 130_000)
    assert sum(one.amount_debited for one in order.sources.all()) - back(order) == 130_000


def test_who_paid_by_transfer_is_asked_for_an_account(goods: Two) -> None:
    order = make.transfer_order(*goods.wanted())
    actions.receive(line_id=make.bank_line(order.sources.get().reference, order.due).pk, at=NOW)
    had(order)
    asked = returns.ask(parcel(order, goods.far))
    actions.await_return(asked=asked, way="counter", answer="", by=people.mai(), at=NOW)
    returns.judge(asked, restocked=1)
    assert (asked.refunded, back(order)) == (130_000, 130_000)
    letter = Notice.objects.get(kind="refund_account_wanted")
    assert (letter.facts["amount"], letter.facts["reason"]) == (130_000, "returned")


def test_who_gave_pieces_of_a_recalled_lot_back_is_not_told_of_them(goods: Two) -> None:
    order = split.paid(goods, (goods.sugar, 3))
    had(order)
    lot = queries.lots([goods.sugar.pk])[0]
    for keep, pieces in ((False, 1), (True, 1)):  # what need not come back is still at the buyer's
        asked = ask(parcel(order, goods.near), pieces)
        if keep:
            forgo(asked)
            continue
        actions.await_return(asked=asked, way="counter", answer="", by=people.mai(), at=NOW)
        returns.judge(asked, spoiled=1)
    assert queries.buyers(lot).orders == {order.pk: 2}
