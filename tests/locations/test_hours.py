"""How much of a time a place was open."""

from datetime import UTC, datetime, time, timedelta

import pytest

from marketplace.locations.hours import open_time
from marketplace.locations.models import OpeningHours

# Friday, 20 November 2026, 10 o'clock in Long Xuyên
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DAILY = [OpeningHours(weekday=day, opens=time(7), closes=time(19)) for day in range(7)]
SPLIT = [
    OpeningHours(weekday=4, opens=time(7), closes=time(11)),
    OpeningHours(weekday=4, opens=time(13), closes=time(17)),
]


@pytest.mark.parametrize(("hours", "ago", "open_for"), [
    (DAILY, timedelta(hours=2), 2), (DAILY, timedelta(hours=9), 3), (DAILY, timedelta(hours=16), 4),
    (DAILY, timedelta(days=2), 24), (DAILY, timedelta(days=400), 14 * 12), (SPLIT, timedelta(days=3), 3),
    (SPLIT, timedelta(days=7), 8), (SPLIT, timedelta(hours=-1), 0), ([], timedelta(days=1), 9),
])  # fmt: skip
def test_only_opening_hours_count(hours: list[OpeningHours], ago: timedelta, open_for: int) -> None:
    assert open_time(hours, since=NOW - ago, until=NOW) == timedelta(hours=open_for)
