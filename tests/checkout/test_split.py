"""One basket becomes several parcels: from several places, or some delivered and some collected."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.checkout import actions
from marketplace.checkout.actions import placing
from marketplace.checkout.queries import aims
from marketplace.checkout.queries import drafting as no
from marketplace.checkout.queries.points import ReadyLater
from marketplace.checkout.queries.reviewing import review
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.queries import cash_due
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock.models import Hold, Transfer
from tests import make, people
from tests.rows import changed, everything

from . import split
from .split import NOW, TODAY, Two

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]


@pytest.fixture
def goods() -> Two:
    return split.two()


def _place(goods: Two, *wanted: Any, **fields: Any) -> Order:
    basket = make.basket(*(wanted or goods.wanted()))
    about = {name: fields.pop(name) for name in ("agreed", "agreed_total", "at") if name in fields}
    return actions.place_order(basket=basket, details=make.details(**fields), by=None, **{"at": NOW} | about)


def test_each_place_sends_its_parcel_for_its_own_fee(goods: Two) -> None:
    order = _place(goods, *goods.wanted(sugar=4), payment="cod")
    near, far = split.parcel(order, goods.near), split.parcel(order, goods.far)
    assert (near.fee, far.fee) == (40_000, 30_000)  # 4 kg, 1 kg
    assert order.shipping_incl_tax == 70_000 and order.shipping_code == "delivery"
    # packed today at noon, three days with the carrier
    assert {near.arrives_on, far.arrives_on} == {TODAY + timedelta(days=3)}
    assert not near.gathers and near.promised_at is None


def test_some_is_delivered_and_some_collected(goods: Two) -> None:
    order = _place(goods, **split.mixed(goods))
    sent, kept = split.parcel(order, goods.near), split.parcel(order, goods.far, "pickup")
    assert [part.line.product for part in sent.lines.all()] == [goods.sugar]
    assert [part.line.product for part in kept.lines.all()] == [goods.fish]
    assert (order.shipping_code, order.is_pickup, order.is_mixed, order.shipping_incl_tax) == (
        "both",
        False,
        True,
        30_000,
    )
    assert order.shipping_address and (sent.fee, kept.fee, sent.code) == (30_000, 0, "") and len(kept.code) == 6
    assert (sent.arrives_on, kept.promised_at) == (TODAY + timedelta(days=3), NOW + timedelta(hours=2))


def test_what_is_collected_is_brought_to_its_point_and_what_is_delivered_is_not(goods: Two) -> None:
    order = split.paid(goods, **split.mixed(goods, location_id=goods.near.pk))
    sent, kept = split.parcel(order, goods.near), split.parcel(order, goods.near, "pickup")
    transfer = Transfer.objects.get()
    assert (transfer.source, transfer.target) == (goods.far, goods.near)
    assert (kept.routing, kept.gathers, sent.gathers) == ("brought", True, False)
    about: dict[str, Any] = {"by": people.mai(), "at": NOW}
    with pytest.raises(fulfilments.StillComing):
        fulfilments.start_picking(fulfilment=kept, **about)
    split.shipped(sent)  # of the same place and the same order, and it waits for nothing
    assert Hold.objects.active().units() == 1
    stock.transfers.send(transfer=transfer, **about)
    stock.transfers.arrive(transfer=transfer, arrived={transfer.lines.get().pk: 1}, key="a", **about)
    fulfilments.hand_over(code=kept.code, **split.ready(kept))
    order.refresh_from_db()
    assert order.status == Order.Status.CONFIRMED
    fulfilments.delivered(fulfilment=sent, **about)
    order.refresh_from_db()
    assert order.status == Order.Status.COMPLETED


def test_each_parcel_is_told_by_what_is_in_it(goods: Two) -> None:
    order = split.paid(goods, **split.mixed(goods))
    sent, kept = split.parcel(order, goods.near), split.parcel(order, goods.far, "pickup")
    split.shipped(sent)
    about = split.ready(kept)
    fulfilments.hand_over(code=kept.code, **about)
    said = {notice.kind: letter(notice).text for notice in Notice.objects.filter(email="lan@example.vn")}
    assert "2 × Mật hoa thốt nốt" in said["order_shipped"] and "Khô cá" not in said["order_shipped"]
    assert "1 × Khô cá lóc Chợ Mới" in said["order_ready"] and "1 × Khô cá lóc Chợ Mới" in said["order_handed_over"]


def test_the_letter_says_when_each_comes(goods: Two) -> None:
    _place(goods, payment="cod")
    notice = Notice.objects.get(kind="order_placed")
    notice.language = "en"
    for text in (letter(notice).text, letter(notice).html):
        for part in (
            "2 × Mật hoa thốt nốt",
            "It comes from Điểm Châu Đốc",
            "It comes from Điểm Long Xuyên",
            "23/11/2026",
        ):
            assert part in text


def test_each_point_hears_of_its_own_parcels(goods: Two) -> None:
    order = _place(goods, payment="cod")
    told = Notice.objects.filter(kind="order_new")
    assert {(one.user, one.facts["place"]) for one in told} == {
        (people.mai(), goods.near.name), (people.khoa(), goods.far.name),
    }  # fmt: skip
    assert told.count() == order.fulfilments.count() == 2


@pytest.mark.parametrize(
    ("refusal", "fields"),
    [
        (no.NotDivided, {"collected": ()}),
        (no.PaidAhead, {"payment": "cod"}),
        (no.PaidAhead, {"payment": "counter"}),
        (aims.NoStreet, {"street": " "}),
        (ReadyLater, {"collect_on": TODAY, "location_id": "near"}),
    ],
)
def test_what_may_not_be_divided_so_is_refused_by_name(goods: Two, refusal: Any, fields: dict[str, Any]) -> None:
    if fields.get("location_id") == "near":
        fields = fields | {"location_id": goods.near.pk}
    before = everything()
    with pytest.raises(refusal):
        _place(goods, **split.mixed(goods, **fields))
    assert {table for table in changed(before) if "basket" not in table} == set()


def test_all_products_ticked_leave_nothing_to_deliver(goods: Two) -> None:
    with pytest.raises(no.NotDivided):
        _place(goods, **split.mixed(goods, collected=(goods.fish.pk, goods.sugar.pk)))


def test_alcohol_in_one_part_is_for_adults(goods: Two) -> None:
    type(goods.fish).objects.filter(pk=goods.fish.pk).update(ethanol_percent=Decimal(29))
    with pytest.raises(no.AdultsOnly):
        _place(goods, **split.mixed(goods))
    assert _place(goods, **split.mixed(goods, adult=True)).adult_confirmed


def test_cash_is_what_each_parcel_costs_with_its_own_fee(goods: Two) -> None:
    order = _place(goods, *goods.wanted(sugar=3), payment="cod")
    near, far = split.parcel(order, goods.near), split.parcel(order, goods.far)
    assert [cash_due(one) for one in (near, far)] == [150_003 + 35_000, 100_000 + 30_000]


# --- agreed, and then otherwise ---------------------------------------------------------------------------------------


def test_parcels_that_came_about_since_the_yes_are_asked_again(goods: Two) -> None:
    make.stock(goods.fish, 5, at_place=goods.near)
    proposal = split.proposed(goods)
    assert len(proposal.parcels) == 1
    stock.spoil(location=goods.near, product=goods.fish, quantity=5, by=None, at=NOW, key="x")
    before = everything()
    with pytest.raises(actions.PricesChanged):
        _place(goods, agreed_total=proposal.draft.total, agreed=proposal.mark)
    assert {table for table in changed(before) if "basket" not in table} == set()


def test_the_same_price_later_is_asked_again(goods: Two) -> None:
    proposal = split.proposed(goods)
    goods.far.hours.all().delete()
    goods.far.hours.create(weekday=6, opens="07:00", closes="17:00")  # on Sundays alone
    with pytest.raises(actions.PlanChanged):
        _place(goods, agreed_total=proposal.draft.total, agreed=proposal.mark)
    assert not Order.objects.exists()
    _place(goods, agreed_total=proposal.draft.total, agreed=split.proposed(goods).mark)


def test_the_same_price_and_day_from_elsewhere_is_no_news(goods: Two) -> None:
    proposal = split.proposed(goods)
    other = split.open_daily(make.location("Điểm Tri Tôn"))
    make.stock(goods.fish, 5, at_place=other)
    stock.spoil(location=goods.far, product=goods.fish, quantity=10, by=None, at=NOW, key="x")
    order = _place(goods, agreed_total=proposal.draft.total, agreed=proposal.mark)
    assert split.parcel(order, other).fee == 30_000


def _overtaken(goods: Two, monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Between plan and lock a till sells the fish of the near point; what is rolled back with the try has not been."""
    hold, tried = stock.hold_planned, []

    def late(**about: Any) -> Any:
        tried.append(1)
        if len(tried) <= times:
            lines = [stock.Sold(goods.fish.pk, None, 5)]
            stock.sell(location_id=goods.near.pk, lines=lines, key="late", at=NOW, device="till:1")
        return hold(**about)

    monkeypatch.setattr(placing.stock, "hold_planned", late)
    return tried


def test_parcels_that_changed_under_the_lock_are_planned_anew(goods: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    make.stock(goods.fish, 5, at_place=goods.near)
    tried = _overtaken(goods, monkeypatch, times=1)
    order = _place(goods)
    assert len(tried) == 2 and order.fulfilments.count() == 1 and order.shipping_incl_tax == 35_000


def test_parcels_that_change_under_each_lock_are_a_refusal(goods: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    make.stock(goods.fish, 5, at_place=goods.near)
    tried = _overtaken(goods, monkeypatch, times=9)
    before = everything()
    with pytest.raises(actions.PlanChanged):
        _place(goods)
    assert len(tried) == 3 and {table for table in changed(before) if "basket" not in table} == set()


# --- the database -----------------------------------------------------------------------------------------------------


def _queries(lines: int, goods: Two, **fields: Any) -> tuple[int, int]:
    products = [make.product(weight_grams=1) for _ in range(lines)]
    for number, product in enumerate(products):
        make.stock(product, at_place=goods.far if number % 2 else goods.near)
    basket = make.basket(*((product, 2) for product in products), (goods.fish, 1), (goods.sugar, 1))
    details = make.details(**fields)
    with CaptureQueriesContext(connection) as seen:
        actions.place_order(basket=basket, details=details, by=None, at=NOW)
    said = [query["sql"] for query in seen]
    locked = next(number for number, sql in enumerate(said, 1) if "FOR NO KEY UPDATE" in sql and "stock_balance" in sql)
    return len(said), len(said) - locked


@pytest.mark.parametrize("way", ["two parcels", "one parcel", "mixed"])
def test_a_mixed_order_asks_the_database_no_more_the_more_lines_it_has(goods: Two, way: str) -> None:
    fields: dict[str, Any] = {
        "two parcels": {"payment": "cod"}, "one parcel": {"one_parcel": True}, "mixed": split.mixed(goods),
    }[way]  # fmt: skip
    _queries(1, goods, **fields)
    one = _queries(2, goods, **fields)
    assert one[0] <= 45 and one[1] <= 12
    assert _queries(16, goods, **fields) == one


def test_the_summary_asks_no_more_the_more_lines_it_has(goods: Two) -> None:
    def asked(lines: int) -> int:
        products = [make.product(weight_grams=1, producer=goods.sugar.producer) for _ in range(lines)]
        for product in products:
            make.stock(product, at_place=goods.near)
        basket = make.basket(*goods.wanted(), *((product, 1) for product in products))
        with CaptureQueriesContext(connection) as seen:
            found = review(basket, user=AnonymousUser(), details=make.details(), at=NOW)
        assert len(found.choices) == 2
        return len(seen)

    asked(1)
    assert asked(1) == asked(12) <= 40
