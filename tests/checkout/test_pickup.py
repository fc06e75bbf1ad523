"""Collected at a point: what it has and what is brought there, promised where the point is chosen and kept with the order."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.checkout import actions as checkout
from marketplace.checkout.actions import settling
from marketplace.checkout.queries.points import ReadyLater, points_for
from marketplace.fulfilment import actions as fulfilments
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import OutOfStock, transfers
from marketplace.stock.models import Reserve, Transfer
from tests import make, people

from .rules import broken

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY  # Friday, 10 o'clock


def _point(name: str, **fields: Any) -> Any:
    """Open from 7 to 17 on every day but Sunday."""
    place = make.location(name, **fields)
    for day in range(6):
        place.hours.create(weekday=day, opens="07:00", closes="17:00")
    return place


@pytest.fixture
def goods() -> Any:
    """Sugar: two pieces in Châu Đốc, nine in Long Xuyên, from where they take three days."""
    product = make.product("Đường thốt nốt")
    product.near, product.far = _point("Điểm Châu Đốc"), _point("Điểm Long Xuyên", transfer_days=3)
    make.stock(product, 2, at_place=product.near)
    make.stock(product, 9, at_place=product.far)
    return product


def _order(goods: Any, quantity: int, **fields: Any) -> Any:
    fields.setdefault("payment", "counter")
    return make.order((goods, quantity), location_id=goods.near.pk, **fields)


def _local(day: int, hour: int) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour))


def test_what_the_point_has_is_ready_in_its_hours(goods: Any) -> None:
    parcel = _order(goods, 2).fulfilments.get()
    assert (parcel.location, parcel.routing, parcel.promised_at) == (goods.near, "pickup", _local(20, 12))
    assert not Transfer.objects.exists()


def test_what_it_lacks_is_brought_and_packed_when_all_is_there(goods: Any) -> None:
    order = _order(goods, 5)
    parcel = order.fulfilments.get()
    assert (parcel.location, parcel.routing, parcel.promised_at) == (goods.near, "brought", _local(23, 9))
    assert parcel.lines.get().quantity == 5
    work: dict[str, Any] = {"by": people.mai(), "at": NOW}
    with pytest.raises(fulfilments.StillComing, match="Điểm Long Xuyên"):
        fulfilments.start_picking(fulfilment=parcel, **work)
    transfer = Transfer.objects.get()
    transfers.send(transfer=transfer, **work)
    with pytest.raises(fulfilments.StillComing):
        fulfilments.start_picking(fulfilment=parcel, **work)
    transfers.arrive(transfer=transfer, arrived={transfer.lines.get().pk: 3}, key="1", **work)
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(fulfilment=parcel, **work)
    fulfilments.hand_over(fulfilment=parcel, code=parcel.code, **work)
    assert sum(row.on_hand for row in queries.balances(product_ids=[goods.pk])) == 6
    assert broken(NOW) == []


def test_a_cancelled_order_sends_nothing(goods: Any) -> None:
    order = _order(goods, 5)
    checkout.cancel(order=order, by=people.lan(), reason="shopper", at=NOW)
    assert not Transfer.objects.exists()
    assert queries.available([goods.pk], at=NOW) == {goods.pk: 11}
    assert broken(NOW) == []


def test_all_places_together_have_too_little(goods: Any) -> None:
    Reserve.objects.create(location=goods.far, safety_stock=7)
    with pytest.raises(OutOfStock) as refused:
        _order(goods, 5)
    assert refused.value.facts["available"] == 4 and not Transfer.objects.exists()


def test_nobody_comes_before_it_is_ready(goods: Any) -> None:
    with pytest.raises(ReadyLater, match="23/11"):
        _order(goods, 5, collect_on=TODAY)
    assert not Transfer.objects.exists() and queries.available([goods.pk], at=NOW) == {goods.pk: 11}
    assert _order(goods, 5, collect_on=TODAY + timedelta(days=3)).fulfilments.get().promised_at == _local(23, 9)


def test_a_card_pickup_is_promised_from_the_moment_it_is_paid(goods: Any) -> None:
    order = _order(goods, 2, payment="card")
    assert Notice.objects.get(kind="order_placed").facts["parcels"] == []
    source = order.sources.create(source_type_id=1, attempt=1, currency="VND", amount_allocated=order.total_incl_tax)
    answer = type(
        "Answer", (), {"payment_intent": "pi_1", "id": "cs_1", "amount_received": int(order.total_incl_tax)}
    )()
    later = NOW + timedelta(minutes=25)
    settling._take(settling.orders.lock(order.pk), source, answer, later)
    assert order.fulfilments.get().promised_at == _local(20, 12) + timedelta(minutes=30)
    notice = Notice.objects.get(kind="order_paid")
    assert "12:30, 20/11/2026" in letter(notice).text and "Điểm Châu Đốc" in letter(notice).text


def test_the_letter_says_when_and_from_where(goods: Any) -> None:
    _order(goods, 5)
    notice = Notice.objects.get(kind="order_placed")
    for language in ("vi", "en"):
        notice.language = language
        said = letter(notice)
        for text in (said.text, said.html):
            assert "09:00, 23/11/2026" in text and "Điểm Châu Đốc" in text and "Điểm Long Xuyên" in text
    assert "Goods for it are brought from Điểm Long Xuyên." in letter(notice).text


def test_every_point_says_when_or_what_is_missing(goods: Any, django_assert_max_num_queries: Any) -> None:
    other = make.product("Mắm cá linh")
    make.stock(other, 1, at_place=make.location("Quầy", ships=False))
    for number in range(5):
        _point(f"Điểm số {number}")
    basket = make.basket((goods, 3))
    with django_assert_max_num_queries(7):
        said = {point.name: point for point in points_for(basket.all_lines(), "", at=NOW)}
    assert said["Điểm Long Xuyên"].promise.count("12:00") == 1
    assert "23/11" in said["Điểm Châu Đốc"].promise and "Điểm Long Xuyên" in said["Điểm Châu Đốc"].promise
    assert "Điểm Long Xuyên" in said["Điểm số 1"].promise
    basket = make.basket((goods, 3), (other, 1))
    said = {point.name: point for point in points_for(basket.all_lines(), "", at=NOW)}
    assert (said["Điểm Châu Đốc"].missing, said["Điểm Châu Đốc"].promise) == (["Mắm cá linh"], "")
    assert (said["Quầy"].missing, said["Quầy"].promise) != ([], "")


def test_the_promise_where_the_point_is_chosen_and_on_the_orders_page(
    goods: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    visitor = Client()
    visitor.post(f"/en/basket/add/{goods.pk}/", {"quantity": 3, "next": "/"})
    page = visitor.get("/en/checkout/").content.decode()
    assert "Ready on Monday, 23/11 from 09:00, comes from Điểm Long Xuyên" in page
    assert "Ready today from 12:00" in page
    order = _order(goods, 5)
    page = visitor.get(f"/en/orders/{order.token}/").content.decode()
    assert "Ready on Monday, 23/11 from 09:00, comes from Điểm Long Xuyên" in page
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=4))
    assert "Ready on" not in visitor.get(f"/en/orders/{order.token}/").content.decode()


def test_delivery_goods_keep_till_they_arrive(goods: Any) -> None:
    """The tariff's three days count."""
    fish = make.product("Khô cá lóc", arrival_days=7)
    make.stock(fish, 5, at_place=goods.near, best_before=TODAY + timedelta(days=9))
    with pytest.raises(OutOfStock):
        make.order((fish, 1), payment="cod")
    make.order((fish, 1), location_id=goods.near.pk, payment="counter")


def test_a_hold_for_the_last_pieces_is_refused_whole(goods: Any) -> None:
    _order(goods, 9)
    with pytest.raises(OutOfStock):
        _order(goods, 3)
    stock.release_expired(at=NOW)
    assert broken(NOW) == []


def test_after_closing_time_nobody_is_promised_what_is_good_only_today() -> None:
    """At six in the evening the order is ready tomorrow at nine."""
    bread, point = make.product("Bánh mì"), _point("Điểm Châu Đốc")
    make.stock(bread, 2, at_place=point, best_before=TODAY)
    evening: dict[str, Any] = {"location_id": point.pk, "payment": "counter", "at": _local(20, 18)}
    with pytest.raises(OutOfStock):
        make.order((bread, 1), **evening)
    assert make.order((bread, 1), **evening | {"at": NOW}).fulfilments.get().promised_at == _local(20, 12)
