"""From the shelf to the buyer: each step once, in order, and the ledger follows."""

from datetime import date, timedelta
from typing import Any

import pytest

from marketplace.checkout import actions as checkout
from marketplace.errors import Refused
from marketplace.fulfilment import actions
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import cash_due
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock.models import Balance
from tests import make, people
from tests.checkout.rules import broken

pytestmark = pytest.mark.django_db
NOW = make.NOW


def _pickup(pieces: int = 2, **fields: Any) -> Fulfilment:
    product = make.product()
    place = make.stock(product, 10)
    order = make.order((product, pieces), location_id=place.pk, payment="counter", **fields)
    return order.fulfilments.get()


def _ready(**fields: Any) -> Fulfilment:
    parcel = _pickup(**fields)
    actions.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)
    actions.pack(fulfilment=parcel, by=people.mai(), at=NOW)
    actions.mark_ready(fulfilment=parcel, by=people.mai(), at=NOW)
    return parcel


def _packed_delivery(**fields: Any) -> Fulfilment:
    parcel = make.order(payment="cod", **fields).fulfilments.get()
    actions.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)
    actions.pack(fulfilment=parcel, by=people.mai(), at=NOW)
    return parcel


def _on_hand() -> list[tuple[int, int]]:
    return list(Balance.objects.values_list("on_hand", "held"))


def test_ready_tells_the_code_the_place_and_the_last_day() -> None:
    parcel = _ready(collect_on=date(2026, 11, 23))
    assert (parcel.status, parcel.collect_by) == ("ready", date(2026, 11, 28))
    facts = Notice.objects.get(kind="order_ready").facts
    assert (facts["code"], facts["place"], facts["collect_by"]) == (parcel.code, parcel.location.name, "2026-11-28")
    assert _on_hand() == [(10, 2)]


def test_whoever_pays_at_the_counter_is_not_promised_money_back() -> None:
    _ready()
    said = letter(Notice.objects.get(kind="order_ready")).text
    assert "240.000\u00a0₫ tiền mặt" in said and "bị hủy" in said and "hoàn lại" not in said


def test_handed_over_against_the_code_and_the_cash() -> None:
    parcel = _ready()
    assert cash_due(parcel) == 240_000
    actions.hand_over(fulfilment=parcel, by=people.mai(), code=f" {parcel.code} ", at=NOW)
    order = Order.objects.get()
    assert (order.status, order.paid_at, parcel.status) == ("completed", NOW, "collected")
    assert _on_hand() == [(8, 0)]
    source = order.sources.get()
    assert (source.state, source.amount_debited) == ("paid", 240_000)
    assert Notice.objects.filter(kind="order_handed_over").count() == 1
    assert broken(NOW) == []


def test_twice_is_refused_and_changes_nothing() -> None:
    parcel = _ready()
    actions.hand_over(fulfilment=parcel, by=people.mai(), code=parcel.code, at=NOW)
    with pytest.raises(Refused):
        actions.hand_over(fulfilment=parcel, by=people.mai(), code=parcel.code, at=NOW)
    assert _on_hand() == [(8, 0)]
    assert Order.objects.get().sources.get().amount_debited == 240_000


def test_a_wrong_code_is_counted_and_after_five_a_new_one_is_needed() -> None:
    parcel = _ready()
    wrong = "000000" if parcel.code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        with pytest.raises(actions.WrongCode, match=str(left)):
            actions.hand_over(fulfilment=parcel, by=people.mai(), code=wrong, at=NOW)
    with pytest.raises(actions.CodeBlocked):
        actions.hand_over(fulfilment=parcel, by=people.mai(), code=wrong, at=NOW)
    with pytest.raises(actions.CodeBlocked):  # now even the right one
        actions.hand_over(fulfilment=parcel, by=people.mai(), code=parcel.code, at=NOW)
    assert _on_hand() == [(10, 2)]
    old = parcel.code
    actions.send_new_code(fulfilment=parcel, by=people.mai())
    assert parcel.code != old
    actions.hand_over(fulfilment=parcel, by=people.mai(), code=parcel.code, at=NOW)
    assert Notice.objects.filter(kind="order_ready").count() == 2


STEPS = {
    "pick": lambda one: actions.start_picking(fulfilment=one, by=None, at=NOW),
    "pack": lambda one: actions.pack(fulfilment=one, by=None, at=NOW),
    "ready": lambda one: actions.mark_ready(fulfilment=one, by=None, at=NOW),
    "ship": lambda one: actions.ship(fulfilment=one, by=None, carrier="VNPost", tracking_number="EE1", at=NOW),
    "deliver": lambda one: actions.delivered(fulfilment=one, by=None, at=NOW),
    "fail": lambda one: actions.fail(fulfilment=one, by=None, reason="", at=NOW),
    "hand over": lambda one: actions.hand_over(fulfilment=one, by=None, code=one.code, at=NOW),
}


@pytest.mark.parametrize(
    ("status", "fits"),
    [
        ("open", {"pick"}), ("picking", {"pack"}), ("packed", {"ready"}), ("ready", {"hand over"}),
        ("collected", set()), ("cancelled", set()), ("failed", set()),
    ],
)  # fmt: skip
def test_a_pickup_knows_one_next_step(status: str, fits: set[str]) -> None:
    for name, step in STEPS.items():
        parcel = _pickup()
        Fulfilment.objects.filter(pk=parcel.pk).update(status=status)
        parcel.refresh_from_db()
        if name in fits:
            step(parcel)
        else:
            with pytest.raises(actions.WrongStep):
                step(parcel)
            parcel.refresh_from_db()
            assert parcel.status == status


@pytest.mark.parametrize(
    ("status", "fits"),
    [("packed", {"ship"}), ("shipped", {"deliver", "fail"}), ("failed", {"deliver"}), ("open", {"pick"})],
)
def test_a_delivery_knows_its_next_steps(status: str, fits: set[str]) -> None:
    for name, step in STEPS.items():
        parcel = make.order(payment="cod").fulfilments.get()
        Fulfilment.objects.filter(pk=parcel.pk).update(status=status)
        parcel.refresh_from_db()
        if name in fits:
            step(parcel)
        else:
            with pytest.raises(actions.WrongStep):
                step(parcel)


def test_nothing_moves_for_an_order_that_is_not_paid() -> None:
    parcel = make.order().fulfilments.get()
    with pytest.raises(actions.OrderNotConfirmed):
        actions.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)


def test_shipped_with_a_number_delivered_against_cash() -> None:
    parcel = _packed_delivery()
    with pytest.raises(actions.NoTracking):
        actions.ship(fulfilment=parcel, by=people.mai(), carrier="VNPost", tracking_number=" ", at=NOW)
    actions.ship(fulfilment=parcel, by=people.mai(), carrier="VNPost", tracking_number="EE123456789VN", at=NOW)
    assert _on_hand() == [(8, 0)]
    assert Notice.objects.get(kind="order_shipped").facts["tracking_number"] == "EE123456789VN"
    order = Order.objects.get()
    assert (order.status, order.paid_at) == ("confirmed", None)
    actions.delivered(fulfilment=parcel, by=people.mai(), at=NOW)
    order.refresh_from_db()
    assert (order.status, order.paid_at) == ("completed", NOW)
    assert broken(NOW) == []


def test_a_parcel_that_comes_back_is_on_the_shelf_again() -> None:
    parcel = _packed_delivery()
    actions.ship(fulfilment=parcel, by=people.mai(), carrier="VNPost", tracking_number="EE1", at=NOW)
    actions.fail(fulfilment=parcel, by=people.mai(), reason="Không có ai ở nhà", at=NOW)
    order = Order.objects.get()
    assert (order.status, order.paid_at) == ("confirmed", None)
    assert _on_hand() == [(8, 0)]
    checkout.take_back(fulfilment=parcel, by=people.mai(), spoiled=False, at=NOW)
    assert _on_hand() == [(10, 0)]
    with pytest.raises(Refused):
        checkout.take_back(fulfilment=parcel, by=people.mai(), spoiled=False, at=NOW)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert broken(NOW) == []


def test_cash_is_divided_over_parcels_and_adds_up() -> None:
    first, second = make.product(price=33_333), make.product(price=100_000)
    for one in (first, second):
        make.stock(one, 5)
    order = make.order((first, 1), (second, 1), payment="cod")
    parcels = list(order.fulfilments.order_by("pk"))
    assert len(parcels) == 2
    shares = [cash_due(one) for one in parcels]
    assert sum(shares) == order.total_incl_tax and all(share > 0 for share in shares)
    for one in parcels:
        actions.start_picking(fulfilment=one, by=None, at=NOW)
        actions.pack(fulfilment=one, by=None, at=NOW)
        actions.ship(fulfilment=one, by=None, carrier="VNPost", tracking_number=str(one.pk), at=NOW)
    actions.delivered(fulfilment=parcels[0], by=None, at=NOW)
    order.refresh_from_db()
    assert (order.status, order.paid_at) == ("confirmed", None)
    assert broken(NOW) == []
    actions.delivered(fulfilment=parcels[1], by=None, at=NOW)
    order.refresh_from_db()
    assert (order.status, order.paid_at) == ("completed", NOW)
    assert broken(NOW) == []


def test_cancelled_before_picking_and_not_after() -> None:
    parcel = _pickup()
    checkout.cancel(order=parcel.order, by=people.lan(), reason=Order.Because.SHOPPER, at=NOW)
    parcel.refresh_from_db()
    order = Order.objects.get()
    assert (order.status, order.cancel_reason, parcel.status) == ("cancelled", "shopper", "cancelled")
    assert order.sources.get().state == "closed"
    assert _on_hand() == [(10, 0)]
    with pytest.raises(checkout.TooLate):
        checkout.cancel(order=order, by=people.lan(), reason="", at=NOW)
    other = _pickup()
    actions.start_picking(fulfilment=other, by=people.mai(), at=NOW)
    with pytest.raises(checkout.PickingBegun):
        checkout.cancel(order=other.order, by=people.lan(), reason="", at=NOW)


def test_goods_nobody_came_for_go_back_to_the_shelf() -> None:
    parcel = _ready()
    last = NOW + timedelta(days=5)
    assert checkout.cancel_uncollected(at=last) == 0
    assert checkout.cancel_uncollected(at=last + timedelta(days=1)) == 1
    assert checkout.cancel_uncollected(at=last + timedelta(days=1)) == 0
    order = Order.objects.get()
    assert (order.status, order.cancel_reason) == ("cancelled", "uncollected")
    assert _on_hand() == [(10, 0)]
    assert Notice.objects.filter(kind="order_cancelled").count() == 1
    parcel.refresh_from_db()
    assert parcel.status == "cancelled"


def test_staff_see_their_points_parcels_only() -> None:
    parcel = _pickup()
    assert list(Fulfilment.objects.for_staff(people.mai())) == [parcel]
    assert list(Fulfilment.objects.for_staff(people.tam())) == [parcel]
    assert list(Fulfilment.objects.for_staff(people.khoa())) == []
