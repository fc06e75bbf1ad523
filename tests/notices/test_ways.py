"""Who hears by which way, and when. Pure tables, so every case can be tried."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from marketplace.notices.kinds import KINDS, Group, Kind
from marketplace.notices.ways import PHONE, Reach, Way, instead, loud_at, quiet_hours, ways

ORDER, WORK, SECURITY = (Kind(group) for group in Group)
ALL = set(Way)
REACHES = st.builds(Reach, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["", "zns", "sms"]))
USABLE = st.sets(st.sampled_from(PHONE)).map(lambda phone: {Way.EMAIL, *phone})
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("kind", "reach", "usable", "chosen"),
    [
        (ORDER, Reach(True, True, True, "zns"), ALL, ["email", "zns"]),
        (ORDER, Reach(True, True, True, "zns"), {"email", "sms"}, ["email", "sms"]),  # no template: by SMS
        (ORDER, Reach(False, True, True, "sms"), ALL, ["sms"]),
        (ORDER, Reach(True, True, False, "sms"), ALL, ["sms"]),
        (ORDER, Reach(True, False, False, "sms"), ALL, ["email"]),  # the phone is gone since
        (ORDER, Reach(False, True, True, ""), ALL, ["zns"]),  # who has ordered hears of it
        (ORDER, Reach(False, True, True, "zns"), {"email"}, []),
        (WORK, Reach(True, True), ALL, ["email"]),
        (WORK, Reach(True, True, True, "sms"), ALL, ["email", "sms"]),
        (WORK, Reach(True, True, False, ""), ALL, []),  # stands in the inbox
        (SECURITY, Reach(True, True, False, "sms"), ALL, ["email"]),
        (SECURITY, Reach(False, True, True, "sms"), ALL, []),
    ],
)
def test_the_ways_of_a_message(kind: Kind, reach: Reach, usable: set[str], chosen: list[str]) -> None:
    assert ways(kind, reach, usable) == chosen


@given(REACHES, USABLE)
def test_an_order_is_heard_of_wherever_there_is_a_way(reach: Reach, usable: set[str]) -> None:
    chosen = ways(ORDER, reach, usable)
    assert bool(chosen) == (reach.email or (reach.phone and usable != {Way.EMAIL}))


@given(st.sampled_from(list(KINDS.values())), REACHES, USABLE)
def test_nothing_goes_where_there_is_no_address_and_no_phone_rings_twice(kind: Kind, reach: Reach, usable: set) -> None:
    chosen = ways(kind, reach, usable)
    assert len(chosen) == len(set(chosen)) and set(chosen) <= usable
    assert Way.EMAIL not in chosen or reach.email
    assert len(set(chosen) & set(PHONE)) <= reach.phone


@given(REACHES, USABLE)
def test_what_fails_goes_on_until_every_way_was_tried(reach: Reach, usable: set[str]) -> None:
    tried = [str(way) for way in ways(ORDER, reach, usable)]
    while way := instead(ORDER, reach, usable, tried):
        assert way not in tried and way in usable
        tried.append(way)
    assert len(tried) == reach.email + (len(usable) - 1) * reach.phone
    assert instead(WORK, reach, usable, []) is None


def local(hour: int, minute: int = 0, day: int = 20) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


@pytest.mark.parametrize(
    ("at", "loud"),
    [
        (local(20, 59), local(20, 59)), (local(21), local(7, day=21)), (local(23, 30), local(7, day=21)),
        (local(0, 5), local(7)), (local(6, 59), local(7)), (local(7), local(7)), (local(12), local(12)),
    ],
)  # fmt: skip
def test_the_night_waits_for_the_morning(at: datetime, loud: datetime) -> None:
    assert loud_at(at, quiet_hours("21:00-07:00")) == loud


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    assert loud_at(local(13), quiet_hours("12:00-14:00")) == local(14)
    assert loud_at(local(23), quiet_hours("")) == loud_at(local(23), (time(5), time(5))) == local(23)


@given(MOMENTS, st.times(), st.times())
def test_a_message_waits_less_than_a_day_and_then_rings(at: datetime, begins: time, ends: time) -> None:
    quiet = (begins.replace(microsecond=0), ends.replace(microsecond=0))
    loud = loud_at(at, quiet)
    assert timedelta(0) <= loud - at <= timedelta(days=1)
    assert loud_at(loud, quiet) == loud
