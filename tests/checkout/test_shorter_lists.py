"""Whoever was told to send goods for an order hears when there is less to send, or nothing any more: once for each change."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock.queries import transfers
from tests import make, people
from tests.checkout.shortages import mend, sold
from tests.checkout.test_recalls import recall

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]
NOW = make.NOW
LATER = make.TODAY + timedelta(days=6)


@pytest.fixture
def goods() -> Any:
    """Three pieces at a point of Mai's; four of lot B, and later three of lot B2, at one of Hùng's."""
    product = make.product("Mật thốt nốt", price=50_000)
    product.here = make.stock(product, 3, at_place=make.location("Điểm A"), lot_code="A")
    product.there = make.stock(product, 4, at_place=make.location("Điểm B", staff=people.hung()), lot_code="B")
    return product


def ordered(goods: Any, pieces: int = 6, **fields: Any) -> Order:
    about = {"payment": "counter", "location_id": goods.here.pk, "collect_on": LATER} | fields
    made: Order = make.order((goods, pieces), **about)
    return made


def told(kind: str = "transfer_fewer") -> list[tuple[str, list[int]]]:
    """To whom, and the pieces of each line that are left."""
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return [(one.user.first_name, [units for units, _name in one.facts["lines"]]) for one in rows]


def cancelled(order: Order, pieces: int) -> None:
    line = order.lines.get().pk
    actions.cancel_pieces(order=order, pieces={line: pieces}, by=None, reason=Order.Because.SOLD_OUT, at=NOW)


def test_pieces_that_nobody_wants_are_sent_by_nobody(goods: Any) -> None:
    order, hung = ordered(goods), people.hung().first_name
    cancelled(order, 1)
    cancelled(order, 1)
    assert told() == [(hung, [2]), (hung, [1])]
    said = letter(Notice.objects.filter(kind="transfer_fewer").order_by("pk")[0])
    assert "2 × Mật thốt nốt" in said.text and "2 × Mật thốt nốt" in said.html and "Điểm A" in said.subject
    cancelled(order, 1)
    assert told()[2:] == [(hung, [])] and not transfers()
    gone = letter(Notice.objects.filter(kind="transfer_fewer").latest("pk"))
    assert "/transfers/" in gone.text and "Điểm B" in gone.text
    cancelled(order, 1)
    assert len(told()) == 3


def test_an_order_that_ends_needs_nothing(goods: Any) -> None:
    order = ordered(goods)
    actions.cancel(order=order, by=people.lan(), reason="shopper", at=NOW)
    assert told() == [(people.hung().first_name, [])]


def test_what_was_found_elsewhere_is_not_sent_twice(goods: Any) -> None:
    """Hùng's counter sells two of the three: Điểm C sends them, and Hùng's list is shorter."""
    ordered(goods)
    make.stock(goods, 5, at_place=make.location("Điểm C"), lot_code="C")
    sold(goods, goods.there, 3)
    for _twice in range(2):
        mend()
    assert told() == [(people.hung().first_name, [1])]
    assert told("transfer_wanted")[1:] == [(people.mai().first_name, [2])]


def test_another_lot_of_the_same_number_is_not_less(goods: Any) -> None:
    ordered(goods)
    make.stock(goods, 3, at_place=goods.there, lot_code="B2")
    recall("B")
    mend()
    assert told() == []


def test_who_was_told_nothing_yet_is_told_nothing(goods: Any) -> None:
    """The card may never be paid: nobody has been asked to send anything."""
    order = ordered(goods, payment="card")
    cancelled(order, 1)
    actions.cancel(order=order, by=people.lan(), reason="shopper", at=NOW)
    assert told() == [] and told("transfer_wanted") == []


def test_who_has_left_the_work_hears_nothing(goods: Any) -> None:
    """Of neither lists nor what is low, short, uncounted or recalled."""
    mai, hung, _office = people.mai(), people.hung(), people.tam()
    for person in (mai, hung):
        person.is_active = False
        person.save(update_fields=["is_active"])
    goods.stockrecords.update(low_stock_threshold=4)
    order = ordered(goods)
    sold(goods, goods.here, 3)
    sold(goods, goods.there, 9, "y")
    mend()
    recall("B")
    actions.cancel(order=order, by=people.lan(), reason="shopper", at=NOW)
    kinds = set(Notice.objects.exclude(user=None).values_list("kind", flat=True))
    assert "stock_short" in kinds and "lot_frozen" in kinds  # the office
    assert not Notice.objects.filter(user__in=[mai, hung]).exists()


def test_they_would_have_heard(goods: Any) -> None:
    """The twin: the same with people who work there."""
    goods.stockrecords.update(low_stock_threshold=4)
    ordered(goods)
    sold(goods, goods.here, 3)
    sold(goods, goods.there, 9, "y")
    heard = set(Notice.objects.filter(user__in=[people.mai(), people.hung()]).values_list("kind", flat=True))
    assert heard >= {"stock_low", "stock_short", "stock_uncounted", "transfer_wanted"}
