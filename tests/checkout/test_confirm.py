"""Much cash: the order waits for its shopper's yes, by the link in the letter; some phones get no cash any more."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.checkout.confirmation import confirm_link, is_mark_of
from marketplace.checkout.queries.drafting import NoMoreCash
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.journal.models import Entry
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock import queries as stock
from tests import make, people
from tests.rows import changed, everything
from tests.visitor import Visitor

from .rules import broken

pytestmark = pytest.mark.django_db
NOW, LATER = make.NOW, make.NOW + timedelta(hours=24)


@pytest.fixture
def goods() -> Any:
    product = make.product("Mật ong rừng tràm", price=900_000)
    product.place = make.stock(product, 10)
    return product


def much(goods: Any, **fields: Any) -> Any:
    return make.order((goods, 3), **{"payment": "cod"} | fields)


def free(goods: Any) -> int:
    return stock.available([goods.pk], at=NOW).get(goods.pk, 0)


def kinds(order: Any) -> list[str]:
    return list(Notice.objects.filter(facts__number=order.number).order_by("pk").values_list("kind", flat=True))


def test_it_waits_and_nobody_works_on_it(goods: Any) -> None:
    order = much(goods)
    assert (order.status, order.pay_by, order.status_label) == ("awaiting-payment", LATER, "Chờ xác nhận")
    assert kinds(order) == ["order_confirmation_asked"]
    assert Notice.objects.get().facts["url"] == confirm_link(order)
    with pytest.raises(fulfilments.OrderNotConfirmed):
        fulfilments.start_picking(fulfilment=order.fulfilments.get(), by=people.mai(), at=NOW)
    assert broken(NOW) == []


def test_up_to_the_limit_it_is_confirmed_at_once(goods: Any, settings: Any) -> None:
    settings.CASH_CONFIRM = 2_730_000
    assert much(goods).status == "confirmed"
    settings.CASH_CONFIRM = 2_729_999
    assert much(goods).status == "awaiting-payment"


def test_confirmed_it_goes_on_once_however_often(goods: Any) -> None:
    order = much(goods)
    actions.confirm_cash(order=order, by=None, at=LATER - timedelta(seconds=1))
    order.refresh_from_db()
    assert (order.status, order.pay_by, order.paid_at) == ("confirmed", None, None)
    assert kinds(order) == ["order_confirmation_asked", "order_confirmed", "order_new"]
    before = everything()
    actions.confirm_cash(order=order, by=None, at=LATER + timedelta(days=1))
    assert changed(before) == set()
    assert broken(LATER + timedelta(days=9)) == []  # the holds last


def test_not_confirmed_it_ends_and_its_shopper_is_told(goods: Any) -> None:
    order = much(goods)
    actions.settle(order_id=order.pk, at=LATER)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "unconfirmed")
    assert kinds(order)[-1] == "order_cancelled" and order.sources.get().state == "closed"
    before = everything()
    with pytest.raises(actions.NothingToConfirm):
        actions.confirm_cash(order=order, by=None, at=LATER)
    assert changed(before) == set() and broken(LATER) == []


def test_too_late_although_nobody_has_swept_yet(goods: Any) -> None:
    order = much(goods)
    before = everything()
    with pytest.raises(actions.TimeOver):
        actions.confirm_cash(order=order, by=None, at=LATER)
    assert changed(before) == set()


def test_only_cash_is_confirmed(goods: Any) -> None:
    card = make.order((goods, 1), payment="card")
    with pytest.raises(actions.NothingToConfirm):
        actions.confirm_cash(order=card, by=None, at=NOW)
    with pytest.raises(actions.NotPayable):
        actions.start_payment(order=much(goods), at=NOW)


def test_the_link_is_a_secret_of_the_letter(goods: Any, settings: Any) -> None:
    order, lan = much(goods), Visitor()
    link = confirm_link(order).removeprefix(settings.SITE_URL)
    mark = link.rstrip("/").split("/")[-1]
    assert is_mark_of(order.token, mark) and not is_mark_of(order.token, mark[:-1] + "_") and not is_mark_of("x", mark)
    assert mark not in lan.get(f"/orders/{order.token}/").content.decode()
    assert lan.get(f"/orders/{order.token}/confirm/khong-phai/").status_code == 404
    before = everything()
    assert "Tôi xác nhận" in lan.get(link).content.decode()
    assert changed(before) == set()  # reading confirms nothing
    Order.objects.filter(pk=order.pk).update(pay_by=NOW + timedelta(days=9999))
    stock_lasts(order)
    assert lan.post(link).status_code == 302
    order.refresh_from_db()
    assert order.status == "confirmed" and Entry.objects.filter(action="order.cash_confirmed").count() == 1
    assert lan.post(link).status_code == 302 and Entry.objects.filter(action="order.cash_confirmed").count() == 1
    assert "không cần làm gì thêm" in lan.get(link).content.decode()


def stock_lasts(order: Any) -> None:
    """The clock of the page is today's, that of the order may be another day's."""
    from django.apps import apps

    apps.get_model("stock", "Hold").objects.filter(order_id=order.pk).update(expires_at=NOW + timedelta(days=9999))


# --- parcels that were not taken -----------------------------------------------------------------------------------------


def not_taken(goods: Any, why: str, at: Any = NOW, **fields: Any) -> Fulfilment:
    order = make.order((goods, 1), **{"payment": "cod", "at": at} | fields)
    about: dict[str, Any] = {"fulfilment": order.fulfilments.get(), "by": people.mai(), "at": at}
    fulfilments.start_picking(**about)
    fulfilments.pack(**about)
    fulfilments.ship(**about, carrier="VNPost", tracking_number="EE1")
    fulfilments.fail(**about, why=why, reason="Gọi ba lần")
    actions.take_back(**about, spoiled=False)
    return about["fulfilment"]


def test_why_it_was_not_taken_is_kept(goods: Any) -> None:
    parcel = not_taken(goods, "refused")
    parcel.refresh_from_db()
    assert (parcel.failure, parcel.failure_note) == ("refused", "Gọi ba lần")
    assert Entry.objects.get(action="fulfilment.failed").facts == {"why": "refused", "reason": "Gọi ba lần"}


def test_after_some_cash_is_offered_no_more_to_that_phone(goods: Any) -> None:
    not_taken(goods, "refused")
    not_taken(goods, "absent")
    before = everything()
    for payment, more in (("cod", {}), ("counter", {"location_id": goods.place.pk})):
        with pytest.raises(NoMoreCash):
            make.order((goods, 1), payment=payment, **more)
    assert changed(before) <= {"basket_basket", "basket_line"}
    assert make.order((goods, 1), payment="card").status == "awaiting-payment"
    assert make.order((goods, 1), payment="cod", phone="+84912000009").status == "confirmed"
    assert make.order((goods, 1), payment="cod", at=NOW + timedelta(days=366)).status == "confirmed"


def test_what_is_not_the_buyers_fault_is_not_counted(goods: Any) -> None:
    not_taken(goods, "damaged")
    not_taken(goods, "other")
    not_taken(goods, "refused")
    assert make.order((goods, 1), payment="cod").status == "confirmed"
