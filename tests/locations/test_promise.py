"""When goods can be collected: opening hours are all that counts, and what is said stays true."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.locations.promise import arrives_on, ready_at, spoken


@dataclass(frozen=True)
class Open:
    weekday: int
    opens: time
    closes: time


WEEK = [Open(day, time(7), time(17)) for day in range(6)]  # closed on Sundays
SPLIT = [Open(day, *hours) for day in range(5) for hours in ((time(13, 30), time(17)), (time(7, 30), time(11, 30)))]


def _local(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 20th is a Friday."""
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


@pytest.mark.parametrize(
    ("week", "prep", "at", "ready"),
    [
        (WEEK, 2, _local(20, 10), _local(20, 12)),
        (WEEK, 2, _local(20, 10, 1), _local(20, 12, 10)),  # up to the next ten minutes
        (WEEK, 2, _local(20, 3), _local(20, 9)),  # before it opens
        (WEEK, 2, _local(20, 16), _local(21, 8)),  # an hour today, an hour tomorrow
        (WEEK, 2, _local(20, 15), _local(21, 7)),  # not at the moment it closes
        (WEEK, 2, _local(20, 14, 55), _local(20, 17)),  # rounded, but not beyond closing
        (WEEK, 2, _local(21, 18), _local(23, 9)),  # not on a Sunday
        (WEEK, 0, _local(20, 18), _local(21, 7)),
        (WEEK, 25, _local(20, 7), _local(23, 12)),  # many hours take days
        (SPLIT, 3, _local(20, 10), _local(20, 15)),  # the noon break is not worked
        ([], 2, _local(20, 10), None),  # nobody knows when it opens
        (WEEK[:1], 2, _local(20, 10), _local(23, 9)),
    ],
)
def test_ready_after_so_many_opening_hours(week: list[Open], prep: int, at: datetime, ready: datetime | None) -> None:
    assert ready_at(week, prep, at=at) == ready


def test_goods_that_come_first_are_packed_from_the_day_they_are_there() -> None:
    at = _local(20, 10)
    assert ready_at(WEEK, 2, at=at, there_on=date(2026, 11, 24)) == _local(24, 9)
    assert ready_at(WEEK, 2, at=at, there_on=date(2026, 11, 22)) == _local(23, 9)  # they come on a Sunday
    assert ready_at(WEEK, 2, at=at, there_on=date(2026, 11, 20)) == _local(20, 12)
    assert ready_at([], 2, at=at, there_on=date(2026, 11, 24)) == _local(24, 0)


def test_goods_leave_when_they_are_packed() -> None:
    assert arrives_on(WEEK, 2, 3, at=_local(20, 10)) == date(2026, 11, 23)
    assert arrives_on(WEEK, 2, 3, at=_local(20, 16)) == date(2026, 11, 24)
    assert arrives_on(WEEK, 2, 0, at=_local(22, 8)) == date(2026, 11, 23)
    assert arrives_on([], 2, 2, at=_local(20, 23)) == date(2026, 11, 22)


def test_in_words() -> None:
    at = _local(20, 10)
    with translation.override("en"):
        assert spoken(_local(20, 15, 40), at=at) == "ready today from 15:40"
        assert spoken(_local(26, 7), at=at, sources=["Long Xuyên"]) == (
            "ready on Thursday, 26/11 from 07:00, comes from Long Xuyên"
        )
        assert spoken(_local(21, 0), at=at) == "ready on Saturday, 21/11"


openings = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 22), st.integers(1, 12)).map(
        lambda x: Open(x[0], time(x[1]), time(min(23, x[1] + x[2])))
    ),
    min_size=1, max_size=8, unique_by=lambda one: one.weekday,
)  # fmt: skip
moments = st.integers(0, 40_000).map(lambda minutes: _local(1, 0) + timedelta(minutes=minutes))


@settings(max_examples=300, deadline=None)
@given(openings, st.integers(0, 6), moments, st.integers(0, 7200))
def test_a_promise_is_kept_by_an_open_place_and_never_moves_back(
    week: list[Open], prep: int, at: datetime, later: int
) -> None:
    found = ready_at(week, prep, at=at)
    after = ready_at(week, prep, at=at + timedelta(seconds=later))
    assert found is not None and after is not None and at <= found <= after
    local = timezone.localtime(found)
    assert any(o.weekday == local.weekday() and o.opens <= local.time() <= o.closes for o in week)
    assert found - at >= timedelta(hours=prep)
