"""Goods collected at a point: its own first, and what it lacks comes from other places."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.notices.models import Notice
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import OutOfStock, Parcel, Sold, Want
from marketplace.stock.models import Hold, Shortage, Transfer
from marketplace.stock.proofs import RULES
from marketplace.stock.queries import planning
from tests import make, people

pytestmark = pytest.mark.django_db
NOW, SOON = make.NOW, make.NOW + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def proved() -> Any:
    yield
    assert [row for rule in RULES for row in rule(NOW)] == []


def _hold(product: Product, quantity: int, *, pickup: Location, order: int = 1, until: Any = SOON) -> list[Parcel]:
    wants, destination = [Want(order * 10, product.pk, quantity)], queries.to_point(pickup, make.TODAY)
    return stock.hold(order_id=order, wants=wants, at=NOW, expires_at=until, destination=destination)


def test_a_pickup_takes_from_its_point_even_when_others_have_more() -> None:
    product = make.product()
    here, there = make.stock(product, 2), make.stock(product, 50)
    [parcel] = _hold(product, 2, pickup=here)
    assert (parcel.location_id, parcel.reason, parcel.sources) == (here.pk, "pickup", ())
    assert queries.available_at(there.pk, [product.pk], at=NOW) == {product.pk: 50}
    assert not Transfer.objects.exists()


def test_what_the_point_lacks_is_held_elsewhere_and_comes_by_transfer() -> None:
    product = make.product()
    here, there = make.stock(product, 2), make.stock(product, 50, lot_code="B", at_place=make.location(transfer_days=3))
    [parcel] = _hold(product, 5, pickup=here)
    assert (parcel.location_id, parcel.reason, parcel.lines) == (here.pk, "brought", ((10, 5),))
    assert (parcel.sources, parcel.there_on) == ((there.pk,), make.TODAY + timedelta(days=3))
    transfer = Transfer.objects.get()
    assert (transfer.source, transfer.target, transfer.order_id, transfer.status) == (there, here, 1, "draft")
    assert transfer.expected_on == make.TODAY + timedelta(days=3)
    line = transfer.lines.get()
    assert (line.lot.code, line.quantity, line.order_line_id) == ("B", 3, 10)
    assert {h.balance.location_id: h.quantity for h in Hold.objects.active()} == {here.pk: 2, there.pk: 3}
    [coming] = queries.on_the_way(1)
    assert (coming.source, coming.quantity, coming.expected_on) == (there.name, 3, transfer.expected_on)
    stock.release(order_id=1, at=NOW)
    assert not Transfer.objects.exists() and queries.on_the_way(1) == []


def test_what_arrived_is_not_on_its_way_any_more() -> None:
    product = make.product()
    here, there = make.stock(product, 2), make.stock(product, 50)
    _hold(product, 5, pickup=here, until=None)
    transfer = Transfer.objects.get(source=there)
    about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
    stock.transfers.send(**about)
    stock.transfers.arrive(**about, arrived={transfer.lines.get().pk: 1}, key="a")
    assert [one.quantity for one in queries.on_the_way(1)] == [2]
    stock.transfers.arrive(**about, arrived={transfer.lines.get().pk: 2}, key="b")
    assert queries.on_the_way(1) == []
    assert {h.balance.location_id: h.quantity for h in Hold.objects.active()} and Hold.objects.active().units() == 5


def test_what_arrives_where_a_till_sold_more_than_there_was_is_a_case() -> None:
    """The books of the point owe two; three come for an order, and cover only one of its pieces."""
    product = make.product()
    here, there = make.stock(product, 1), make.stock(product, 50)
    _hold(product, 4, pickup=here, until=None)
    stock.sell(location_id=here.pk, lines=[Sold(product.pk, None, 3)], key="x", at=NOW, device="till:1")
    Shortage.objects.update(closed_at=NOW)
    stock.release(order_id=1, at=NOW, location_id=here.pk)
    transfer = Transfer.objects.get(source=there)
    about: dict[str, Any] = {"transfer": transfer, "by": people.mai(), "at": NOW}
    stock.transfers.send(**about)
    stock.transfers.arrive(**about, arrived={transfer.lines.get().pk: 3}, key="a")
    assert Shortage.objects.get(closed_at=None).quantity == 2


def test_what_was_recalled_on_its_way_is_a_case_when_it_arrives() -> None:
    product = make.product()
    here = make.stock(product, 1)
    make.stock(product, 50, lot_code="B")
    _hold(product, 4, pickup=here, until=None)
    transfer = Transfer.objects.get()
    about: dict[str, Any] = {"by": people.mai(), "at": NOW}
    stock.transfers.send(transfer=transfer, **about)
    stock.recall.freeze(lot_id=transfer.lines.get().lot_id, reason="Nhãn sai", **about)
    stock.transfers.arrive(transfer=transfer, **about, arrived={transfer.lines.get().pk: 3}, key="a")
    assert Shortage.objects.get().quantity == 3


def test_nothing_is_brought_from_a_place_that_sends_nothing_or_too_late_to_keep() -> None:
    product = make.product(arrival_days=5)
    here = make.stock(product, 1)
    make.stock(product, 9, at_place=make.location(ships=False))
    slow = make.location(transfer_days=6)
    make.stock(product, 9, at_place=slow, best_before=make.TODAY + timedelta(days=10))
    with pytest.raises(OutOfStock) as refused:
        _hold(product, 2, pickup=here)
    assert refused.value.facts["available"] == 1
    make.stock(product, 9, at_place=slow, best_before=make.TODAY + timedelta(days=11))
    [parcel] = _hold(product, 2, pickup=here)
    assert parcel.sources == (slow.pk,)


def test_what_is_brought_still_keeps_on_the_day_the_shopper_comes() -> None:
    """It would be there in two days, and the shopper comes in five: goods that last four are no use."""
    product, comes = make.product(), make.TODAY + timedelta(days=5)
    here = make.stock(product, 1)
    make.stock(product, 9, best_before=make.TODAY + timedelta(days=4))
    wants, about = [Want(10, product.pk, 3)], {"order_id": 1, "at": NOW, "expires_at": None}
    with pytest.raises(OutOfStock):
        stock.hold(wants=wants, destination=queries.to_point(here, comes), **about)
    far = make.stock(product, 9, best_before=comes)
    [parcel] = stock.hold(wants=wants, destination=queries.to_point(here, comes), **about)
    assert parcel.sources == (far.pk,)


def test_what_waits_at_the_point_for_the_rest_must_keep_until_that_is_there() -> None:
    """All is collected together. How fast the point itself sends goods elsewhere has nothing to do with it."""
    bread, honey = make.product(), make.product()
    here = make.stock(bread, 5, at_place=make.location(transfer_days=9), best_before=make.TODAY + timedelta(days=2))
    make.stock(honey, 5, at_place=make.location(transfer_days=3), best_before=make.TODAY + timedelta(days=9))
    wants, point = [Want(10, bread.pk, 1), Want(11, honey.pk, 1)], queries.to_point(here, make.TODAY)
    about: dict[str, Any] = {"order_id": 1, "at": NOW, "expires_at": None, "wants": wants, "destination": point}
    assert queries.outlooks(wants, [here], at=NOW)[here.pk].missing
    with pytest.raises(OutOfStock):
        stock.hold(**about)
    quick = make.stock(honey, 5, at_place=make.location(transfer_days=2))
    assert queries.outlooks(wants, [here], at=NOW)[here.pk].sources == (quick.name,)
    [parcel] = stock.hold(**about)
    assert parcel.sources == (quick.pk,)


def test_a_point_overtaken_at_the_lock_has_the_rest_brought(monkeypatch: pytest.MonkeyPatch) -> None:
    product = make.product()
    here, there = make.stock(product, 3), make.stock(product, 9)
    look = planning.route

    def overtaken(*args: Any) -> Any:
        found = look(*args)
        monkeypatch.setattr(planning, "route", look)
        _hold(product, 2, order=8, pickup=here)
        return found

    monkeypatch.setattr(planning, "route", overtaken)
    [parcel] = _hold(product, 3, pickup=here)
    assert (parcel.reason, parcel.sources, parcel.there_on) == (
        "brought",
        (there.pk,),
        make.TODAY + timedelta(days=2),
    )


def test_who_has_the_goods_hears_of_it_once_nothing_holds_the_order_up() -> None:
    product = make.product()
    here, there = make.stock(product, 1), make.location(staff=people.hung())
    make.stock(product, 9, at_place=there)
    _hold(product, 3, pickup=here)
    assert not Notice.objects.filter(kind="transfer_wanted").exists()  # it may never be paid
    for _ in range(2):
        stock.confirm(order_id=1, at=NOW)
    notice = Notice.objects.get(kind="transfer_wanted")
    assert (notice.user, notice.facts["target"], notice.facts["lines"][0][0]) == (people.hung(), here.name, 2)
    _hold(product, 2, pickup=here, order=2, until=None)
    assert Notice.objects.filter(kind="transfer_wanted").count() == 2
