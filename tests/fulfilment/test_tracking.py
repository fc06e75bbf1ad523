"""What carriers say is heard once, in whatever order, and never leads backwards."""

import io
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone
from openpyxl import Workbook

from marketplace import sheets
from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions
from marketplace.fulfilment.actions import tracking
from marketplace.fulfilment.actions.status_files import take_file
from marketplace.fulfilment.gateways import NothingExchanged, files
from marketplace.fulfilment.models import Fulfilment, ParcelEvent
from marketplace.fulfilment.queries import refusals
from marketplace.notices.models import Notice
from tests import make, people
from tests.checkout.rules import broken
from tests.rows import changed, everything

from .carried import NOW, carrier, hear, packed, sent, told

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


def test_from_the_counter_to_the_door() -> None:
    parcel = sent()
    assert (parcel.carrier, parcel.cash_told, parcel.grams) == ("Giao hàng Bảy Núi", 270_000, 1000)
    assert parcel.tracking_url == "https://bay-nui.example.vn/?so=BN1"
    for status, hours in (("taken", 1), ("moving", 2), ("out", 20)):
        assert hear(status, hours).event.outcome == "noted"
    assert hear("delivered", 21).event.outcome == "moved"
    parcel.refresh_from_db()
    order = parcel.order
    order.refresh_from_db()
    assert (parcel.status, parcel.finished_at, order.status) == ("delivered", NOW + timedelta(hours=21), "completed")
    assert order.paid_at == NOW + timedelta(hours=21)
    kinds = list(Notice.objects.filter(facts__number=order.number).values_list("kind", flat=True))
    assert sorted(kinds) == ["order_handed_over", "order_new", "order_out", "order_placed", "order_shipped"]
    assert broken(LATER) == []


def test_the_same_again_changes_nothing_and_the_same_number_of_something_else_is_refused() -> None:
    sent()
    hear("out", 3, key="e-1")
    before = everything()
    assert hear("out", 3, key="e-1").repeated
    with pytest.raises(tracking.ParcelEventDiffers):
        hear("delivered", 4, key="e-1")
    with pytest.raises(tracking.NotYet):
        hear("delivered", 1, at=NOW)
    assert changed(before) == set()


def test_out_for_delivery_is_told_once() -> None:
    sent()
    hear("out", 3), hear("moving", 5), hear("out", 20)
    [notice] = Notice.objects.filter(kind="order_out")
    assert (notice.facts["cash"], notice.facts["tracking_number"]) == (270_000, "BN1")


@pytest.mark.parametrize("order", list(permutations(["taken", "moving", "out", "delivered"]))[::5])
def test_whatever_the_order_it_is_delivered_and_the_way_reads_in_its_own(order: Any) -> None:
    parcel = sent()
    hours = {"taken": 1, "moving": 2, "out": 3, "delivered": 4}
    for status in order:
        hear(status, hours[status])
    parcel.refresh_from_db()
    assert parcel.status == "delivered" and ParcelEvent.objects.filter(outcome="moved").count() == 1
    assert [one.status for one in parcel.events.on_the_way()] == list(hours)
    assert broken(LATER) == []


def test_failed_leaves_the_decision_to_the_point() -> None:
    parcel = sent()
    hear("failed", 30, reason="Khách không nghe máy")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.order.status) == ("failed", "confirmed")
    facts = Notice.objects.get(kind="order_undelivered").facts
    assert (facts["reason"], facts["place"]) == ("Khách không nghe máy", parcel.location.name)
    assert hear("delivered", 29).event.outcome == "contrary"  # for a person to look at
    parcel.refresh_from_db()
    assert parcel.status == "failed" and not parcel.order.paid_at
    checkout.take_back(fulfilment=parcel, by=people.mai(), spoiled=False, at=LATER)
    assert hear("failed", 40).event.outcome == "agreed" and broken(LATER) == []
    assert hear("delivered", 41).event.outcome == "contrary"  # it is on the shelf


def test_a_parcel_that_was_not_taken_is_delivered_after_all() -> None:
    parcel = sent()
    assert [hear("failed", 5, reason="Không ai ở nhà").event.outcome, hear("delivered", 30).event.outcome] == [
        "moved"
    ] * 2
    parcel.refresh_from_db()
    assert (parcel.status, parcel.failure, parcel.failure_note) == ("delivered", "", "")
    assert parcel.finished_at == NOW + timedelta(hours=30)
    assert parcel.order.sources.get().amount_debited == 270_000 and parcel.order.status == "completed"
    assert hear("failed", 4).event.outcome == "late" and hear("failed", 31).event.outcome == "contrary"
    assert broken(LATER) == []


def test_who_knows_better_says_that_it_was_delivered_after_all() -> None:
    parcel = sent()
    hear("failed", 5)
    actions.delivered(fulfilment=parcel, by=people.mai(), at=LATER)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.failure, parcel.finished_at) == ("delivered", "", LATER)
    assert hear("delivered", 30).event.outcome == "agreed" and broken(LATER) == []


@pytest.mark.parametrize("word", ["Giao không thành công", "Không giao được"])
def test_a_try_is_not_the_end_unless_the_carrier_means_it(word: str) -> None:
    parcel = sent()
    row = f"Mã vận đơn;Trạng thái;Thời gian\nBN1;{word};21/11/2026 08:00\n"
    assert _take(row) == [(2, "unread", "status_row_word")]
    assert _take(row, mapping={"failed": word}) == [(2, "moved", "")]
    parcel.refresh_from_db()
    assert parcel.status == "failed"


def test_what_the_point_marked_by_hand_is_known_already() -> None:
    parcel = sent()
    actions.delivered(fulfilment=parcel, by=people.mai(), at=NOW)
    assert [hear(status, 3).event.outcome for status in ("out", "delivered", "failed")] == [
        "late",
        "agreed",
        "contrary",
    ]
    [event] = ParcelEvent.objects.to_look_at()
    tracking.set_aside(event=event, by=people.tam(), at=NOW)
    assert not ParcelEvent.objects.to_look_at().exists()
    with pytest.raises(tracking.LookedAt):
        tracking.set_aside(event=event, by=people.tam(), at=NOW)


def test_a_number_that_nobody_knows_waits_for_its_parcel() -> None:
    parcel = packed()
    assert [hear(status, hours).event.outcome for status, hours in (("taken", -2), ("out", 3))] == [
        "unknown",
        "unknown",
    ]
    actions.ship(fulfilment=parcel, by=people.mai(), carrier="giao hàng bảy núi", tracking_number=" BN1 ", at=NOW)
    assert [one.outcome for one in parcel.events.order_by("pk")] == ["noted", "noted"]
    assert Notice.objects.filter(kind="order_out").count() == 1 and broken(LATER) == []


def test_one_number_belongs_to_one_parcel_of_a_carrier() -> None:
    sent()
    parcel = packed()
    before = everything()
    with pytest.raises(actions.TrackingTaken):
        actions.ship(fulfilment=parcel, by=people.mai(), carrier=carrier().name, tracking_number="BN1", at=NOW)
    assert changed(before) == set()
    actions.ship(fulfilment=parcel, by=people.mai(), carrier="Người quen chạy xe", tracking_number="BN1", at=NOW)
    parcel.refresh_from_db()
    assert parcel.by_carrier is None and parcel.tracking_url == ""
    with pytest.raises(IntegrityError, match="tracking_number_once"):
        Fulfilment.objects.filter(pk=parcel.pk).update(by_carrier=carrier())


def test_all_of_a_place_or_none() -> None:
    first, second = packed(), packed()
    sent("BN9")
    with pytest.raises(actions.TrackingTaken):
        actions.ship_all(numbers={first: "BN7", second: "BN9"}, by=people.mai(), carrier=carrier().name, at=NOW)
    for one in (first, second):
        one.refresh_from_db()
        assert one.status == "packed"
    assert actions.ship_all(numbers={first: "BN7", second: "BN8"}, by=people.mai(), carrier=carrier().name, at=NOW) == 2


@pytest.mark.parametrize(("said", "found", "counts"), [("absent", "", 1), ("", "refused", 1), ("", "", 0)])
def test_what_lies_with_the_buyer_counts_whoever_says_it(said: str, found: str, counts: int) -> None:
    """The carrier, or whoever takes the parcel in; what the carrier said stands."""
    parcel = sent()
    hear("failed", 5, reason="Giao 3 lần", why=said)
    checkout.take_back(fulfilment=parcel, by=people.mai(), spoiled=False, why=found or "damaged", at=LATER)
    parcel.refresh_from_db()
    assert parcel.failure == (said or found or "damaged") and refusals(parcel.order.phone, LATER) == counts


# --- files ----------------------------------------------------------------------------------------------------------------

FILE = """Mã vận đơn;Trạng thái;Thời gian;Lý do
BN1;Đã lấy hàng;20/11/2026 11:00;
BN1;Đang giao hàng;21/11/2026 08:00;
BN1;Giao thành công;21/11/2026 09:30;
BN404;Giao thành công;21/11/2026 09:30;
BN1;Bay lên trời;21/11/2026 09:30;
;Đang giao hàng;21/11/2026 09:30;
BN1;Đang giao hàng;hôm qua;
BN1;Giao thành công;31/12/2027;
"""


def _take(text: str = FILE, **fields: Any) -> list[tuple[int, str, str]]:
    return _took(text.encode(), **fields)


def _took(data: bytes, **fields: Any) -> list[tuple[int, str, str]]:
    kept = take_file(carrier=carrier(**fields), name="tt", data=data, by=people.tam(), at=LATER)
    return [(row["row"], row["outcome"], row["code"]) for row in kept.rows]


def test_a_file_is_heard_row_by_row_and_twice_changes_nothing() -> None:
    parcel = sent()
    expected = [
        (2, "noted", ""), (3, "noted", ""), (4, "moved", ""), (5, "unknown", ""), (6, "unread", "status_row_word"),
        (7, "unread", "status_row_number"), (8, "unread", "wrong_moment"), (9, "unread", "parcel_event_ahead"),
    ]  # fmt: skip
    assert _take() == expected
    before = everything()
    again = [
        (row, "repeated" if outcome in ("noted", "moved", "unknown") else outcome, code)
        for row, outcome, code in expected
    ]
    assert _take() == again
    assert changed(before) <= {"fulfilment_statusfile", "journal_entry"}
    parcel.refresh_from_db()
    assert parcel.status == "delivered" and broken(LATER) == []


@pytest.mark.parametrize(
    ("word", "why"), [("Khách vắng nhà", "absent"), ("no-money", "no-money"), ("Sao Hỏa", "other"), ("", "other")]
)
def test_a_file_may_say_why_it_was_not_taken(word: str, why: str) -> None:
    parcel = sent()
    _take(f"Mã vận đơn;Trạng thái;Thời gian;Mã lý do\nBN1;Chuyển hoàn;21/11/2026 08:00;{word}\n")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.failure) == ("failed", why)


def test_a_workbook_is_heard_like_a_text_wherever_its_heading_stands() -> None:
    parcel = sent()
    book = Workbook()
    book.active.append(["Bảng kê trạng thái"])
    book.active.append([])
    book.active.append(["STT", "Mã vận đơn", "Trạng thái", "Thời gian"])
    book.active.append([1, "BN1", "Đang giao hàng", datetime(2026, 11, 21, 8)])
    book.active.append([2, "BN1", "Giao thành công", "21/11/2026 09:30"])
    file = io.BytesIO()
    book.save(file)
    assert _took(file.getvalue()) == [(4, "noted", ""), (5, "moved", "")]
    out = ParcelEvent.objects.get(status="out")
    assert timezone.localtime(out.happened_at).replace(tzinfo=None) == datetime(2026, 11, 21, 8)
    parcel.refresh_from_db()
    assert parcel.status == "delivered" and broken(LATER) == []


def test_a_carriers_own_names_are_read() -> None:
    sent()
    own = {"tracking_number": "Bill", "time": "Lúc", "delivered": "OK; Xong", "status": "TT"}
    assert _take("Bill,TT,Lúc\nBN1,xong,2026-11-21T02:30:00Z\n", mapping=own)[0][1:] == ("moved", "")
    assert ParcelEvent.objects.get().happened_at == NOW + timedelta(hours=23.5)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"a;b\n1;2\n", files.NoSuchColumn),
        (b"", sheets.NoRows),
        (b"x" * (sheets.MOST_BYTES + 1), sheets.FileTooLarge),
    ],
)
def test_what_is_no_such_file_is_refused_whole(data: bytes, refusal: Any) -> None:
    by, before = people.tam(), None
    carrier()
    before = everything()
    with pytest.raises(refusal):
        take_file(carrier=carrier(), name="x.csv", data=data, by=by, at=LATER)
    assert changed(before) == set()


def test_nothing_is_read_of_a_carrier_that_exchanges_nothing() -> None:
    with pytest.raises(NothingExchanged):
        take_file(carrier=make.carrier(), name="x.csv", data=FILE.encode(), by=people.tam(), at=LATER)


def test_told_names_what_is_told() -> None:
    assert told("out", 1).known_as == told("out", 1, reason="x").known_as != told("out", 2).known_as
