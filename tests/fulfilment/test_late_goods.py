"""Goods that a pickup waits for come on another day: it is promised anew, and shopper and point know."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import tasks
from marketplace.fulfilment.actions import coming
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock.actions import expecting, transfers
from marketplace.stock.models import Transfer
from tests import make, people
from tests.checkout.rules import broken
from tests.checkout.shortages import mend, sold

pytestmark = pytest.mark.django_db
NOW = make.NOW  # Friday, 10 o'clock


def at(day: int, hour: int = 8, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


def on(day: int) -> date:
    return date(2026, 11, day)


@pytest.fixture
def goods() -> Any:
    """Two pieces in Châu Đốc, nine in Long Xuyên, three days away; both open from 7 to 17 on every day but Sunday."""
    product = make.product("Đường thốt nốt")
    product.near, product.far = make.location("Điểm Châu Đốc"), make.location("Điểm Long Xuyên", transfer_days=3)
    for place, pieces in ((product.near, 2), (product.far, 9)):
        for day in range(6):
            place.hours.create(weekday=day, opens="07:00", closes="17:00")
        make.stock(product, pieces, at_place=place)
    return product


@pytest.fixture
def order(goods: Any) -> Order:
    """Three of its five pieces leave Long Xuyên today and are in Châu Đốc on Monday; so it is promised."""
    made: Order = make.order((goods, 5), location_id=goods.near.pk, payment="counter", language="en")
    assert (promised(made), Transfer.objects.get().expected_on) == (at(23, 9), on(23))
    return made


def promised(order: Order) -> datetime | None:
    return order.fulfilments.get().promised_at


def told() -> list[str]:
    return [one.facts["parcels"][0]["when"] for one in Notice.objects.filter(kind="order_promised_anew").order_by("pk")]


def look(moment: datetime) -> None:
    """As the clock does, twice."""
    for _twice in range(2):
        coming.keep_promises(at=moment)


def by_mai(moment: datetime) -> dict[str, Any]:
    return {"transfer": Transfer.objects.get(), "by": people.mai(), "at": moment}


def arrived(moment: datetime, pieces: int) -> None:
    about = by_mai(moment)
    transfers.arrive(**about, arrived={about["transfer"].lines.get().pk: pieces}, key=str(moment))


def test_what_did_not_leave_in_time_is_promised_anew_once_a_day(order: Order) -> None:
    look(at(20, 16, 50))
    assert promised(order) == at(23, 9) and not told()
    look(at(20, 17, 30))  # closed: it leaves tomorrow at the earliest
    assert (promised(order), Transfer.objects.get().expected_on) == (at(24, 9), on(24))
    look(at(21, 16))
    assert told() == [at(24, 9).isoformat()]
    look(at(22, 8))  # Sunday: on Monday at the earliest
    parcel = order.fulfilments.get()
    assert (parcel.promised_at, parcel.first_promised_at) == (at(26, 9), at(23, 9))
    assert told() == [at(24, 9).isoformat(), at(26, 9).isoformat()]
    assert broken(at(22, 8)) == []


def test_what_leaves_late_is_told_at_once(order: Order) -> None:
    coming.send(**by_mai(at(21)))
    assert (promised(order), Transfer.objects.get().expected_on) == (at(24, 9), on(24))
    assert Notice.objects.filter(kind="transfer_sent").first().facts["expected_on"] == "2026-11-24"
    look(at(23, 16))
    assert told() == [at(24, 9).isoformat()]


def test_what_leaves_in_time_keeps_its_day(order: Order) -> None:
    coming.send(**by_mai(at(20, 15)))
    look(at(23, 9, 30))
    assert (promised(order), Transfer.objects.get().expected_on, told()) == (at(23, 9), on(23), [])


def test_the_rest_of_what_arrived_in_part_is_waited_for(order: Order) -> None:
    """By three on Monday it could still be packed that day; then, and on Tuesday, it is put off."""
    coming.send(**by_mai(NOW))
    arrived(at(23, 8), 1)
    look(at(23, 14, 50))
    assert not told()
    look(at(23, 15, 10))
    assert told() == [at(24, 9).isoformat()]
    look(at(24, 8))
    assert (promised(order), Transfer.objects.get().expected_on, len(told())) == (at(24, 9), on(24), 1)
    arrived(at(24, 10), 2)
    look(at(26, 8))
    assert len(told()) == 1 and broken(at(26, 8)) == []


def test_people_know_the_day_better(order: Order) -> None:
    coming.send(**by_mai(NOW))
    coming.expect(**by_mai(at(21)), on=on(27))
    assert promised(order) == at(27, 9)
    coming.expect(**by_mai(at(21)), on=on(27))
    look(at(25))
    assert told() == [at(27, 9).isoformat()]
    coming.expect(**by_mai(at(25)), on=on(26))
    assert promised(order) == at(26, 9) and told()[1:] == [at(26, 9).isoformat()]
    with pytest.raises(expecting.DayPast, match="24/11/2026"):
        coming.expect(**by_mai(at(25)), on=on(24))
    arrived(at(26), 3)
    with pytest.raises(transfers.WrongStep):
        coming.expect(**by_mai(at(26)), on=on(28))
    assert len(told()) == 2


def test_nobody_hears_of_an_order_that_ended_or_of_goods_for_the_shelf(order: Order, goods: Any) -> None:
    about = {"source": goods.far, "target": goods.near, "by": people.mai(), "at": NOW, "expected_on": on(21)}
    shelf = transfers.draft(**about)
    checkout.cancel(order=order, by=people.lan(), reason="shopper", at=NOW)
    look(at(28))
    coming.expect(transfer=shelf, on=on(29), by=people.mai(), at=at(28))
    shelf.refresh_from_db()
    assert shelf.expected_on == on(29) and not told()


def test_the_clock_rings(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(25))
    tasks.keep_promises()
    tasks.keep_promises()
    assert told() == [at(28, 9).isoformat()]


def test_many_that_are_in_time_cost_a_handful_of_queries(goods: Any, django_assert_max_num_queries: Any) -> None:
    for _each in range(4):
        make.order((goods, 2), location_id=goods.near.pk, payment="counter")
    with django_assert_max_num_queries(6):
        coming.keep_promises(at=at(20, 16))


def test_the_letter_says_what_was_and_what_is(order: Order, goods: Any) -> None:
    order.fulfilments.update(collect_on=on(23))
    look(at(21, 18))
    notice = Notice.objects.get(kind="order_promised_anew")
    said = letter(notice)
    for text in (said.text, said.html):
        for part in ("09:00, 23/11/2026", "09:00, 26/11/2026", "Điểm Châu Đốc", "You wanted to come on 23/11/2026"):
            assert part in text
    assert "Goods for it are brought from Điểm Long Xuyên." in said.text and order.number in said.subject
    notice.language = "vi"
    assert "09:00, 26/11/2026" in letter(notice).text and "You" not in letter(notice).text


def test_the_point_and_the_shopper_see_it_on_their_pages(
    order: Order, goods: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(21, 9))
    mai, transfer = Client(), Transfer.objects.get()
    mai.force_login(people.mai())
    mai.post(reverse("desk:transfer-send", args=[transfer.pk]))
    assert promised(order) == at(24, 9)
    answer = mai.post(reverse("desk:transfer-expect", args=[transfer.pk]), {"on": "2026-11-25"}, follow=True)
    assert "25/11/2026" in answer.content.decode() and promised(order) == at(25, 9)
    page = mai.get(reverse("desk:parcel", args=[order.fulfilments.get().pk])).content.decode()
    for part in ("09:00, 25/11/2026", "09:00, 23/11/2026", "Điểm Long Xuyên", "25/11/2026."):
        assert part in page, part
    assert reverse("desk:pick", args=[order.fulfilments.get().pk]) not in page
    assert mai.post(reverse("desk:transfer-expect", args=[transfer.pk]), {"on": ""}).context["expect_form"].errors
    page = Client().get(f"/en/orders/{order.token}/").content.decode()
    assert "Ready on Wednesday, 25/11 from 09:00, comes from Điểm Long Xuyên" in page


def test_a_card_paid_late_is_promised_by_what_can_leave_then(goods: Any) -> None:
    """The list was made for a day that is over: the promise is right from the first."""
    order = make.order((goods, 5), location_id=goods.near.pk)
    Order.objects.filter(pk=order.pk).update(status="confirmed")
    order.refresh_from_db()
    coming.promise(order=order, at=at(21, 8))
    look(at(21, 9))
    assert (promised(order), told(), Transfer.objects.get().expected_on) == (at(24, 9), [], on(24))


def test_other_pieces_from_farther_away_are_told_as_well(goods: Any) -> None:
    """A till sells what lay at the point; it comes from Long Xuyên, three days later."""
    order = make.order((goods, 2), location_id=goods.near.pk, payment="counter")
    assert promised(order) == at(20, 12)
    sold(goods, goods.near, 1)
    mend(NOW + timedelta(minutes=1))
    assert promised(order) == at(23, 9) and told() == [at(23, 9).isoformat()]
