"""What the clock does to returns: the place and the office are reminded, the buyer once, and then it ends by itself."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace.checkout import actions, tasks
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.notices.models import Notice
from marketplace.payment.models import Refund
from tests import make, people
from tests.checkout.returns import NOW, Status, Way, ask, awaited, collected, judge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards")]


@pytest.fixture
def parcel(goods: Any, settings: Any, tmp_path: Any) -> Fulfilment:
    settings.MEDIA_ROOT = tmp_path
    people.tam()
    return collected((goods, 3), location_id=goods.here.pk)


def follow(days: float) -> datetime:
    """Safe twice."""
    at = NOW + timedelta(days=days)
    for _twice in range(2):
        actions.follow_returns(at=at)
    return at


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("email", flat=True))


def test_the_place_is_reminded_and_the_office_with_it_again_and_again(parcel: Fulfilment) -> None:
    ask(parcel)
    follow(1.9)
    assert told("return_waiting") == []
    follow(2)
    assert told("return_waiting") == [people.mai().email, people.tam().email]
    follow(3)
    assert len(told("return_waiting")) == 2
    follow(4)
    assert len(told("return_waiting")) == 4


def test_the_buyer_is_reminded_once_before_the_last_day_and_then_it_ends(parcel: Fulfilment) -> None:
    asked = awaited(parcel, 2)
    follow(7.9)
    assert told("return_due") == []
    for days in (8, 9, 10):  # the last day is still the buyer's
        follow(days)
        assert told("return_due") == ["lan@example.vn"]
    asked.refresh_from_db()
    assert asked.status == Status.AWAITED
    ended = follow(11)
    asked.refresh_from_db()
    assert (asked.status, asked.closed_at) == (Status.EXPIRED, ended)
    assert told("return_expired") == ["lan@example.vn"] and not Refund.objects.exists()


def test_what_was_sent_does_not_expire_and_the_place_is_asked_for_it(parcel: Fulfilment) -> None:
    asked = awaited(parcel, way=Way.CARRIER)
    actions.return_sent(asked=asked, tracking="VNPost EE2", by=None, at=NOW + timedelta(days=9))
    follow(12)
    assert Return.objects.get().status == Status.AWAITED and told("return_due") == []
    follow(19)
    assert told("return_waiting") == [people.mai().email, people.tam().email]
    judge(Return.objects.get(), restocked=1, at=NOW + timedelta(days=20))
    follow(40)
    assert len(told("return_waiting")) == 2


def test_the_bell_does_it(parcel: Fulfilment) -> None:
    asked = awaited(parcel)
    Return.objects.update(send_by=make.TODAY - timedelta(days=400))
    tasks.watch_returns()
    asked.refresh_from_db()
    assert asked.status == Status.EXPIRED
