"""Opening hours in words, and how many of them a time holds."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby

from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS

from .models import OpeningHours

USUAL = [(day, time(8), time(17)) for day in range(7)]  # of a place whose hours nobody has entered
LONGEST = timedelta(days=14)  # what was before tells no more


def opening(hours: Iterable[OpeningHours]) -> list[tuple[str, str]]:
    """The week in few lines: days that follow each other with the same hours are one line."""
    week: dict[int, list[str]] = {}
    for row in hours:
        week.setdefault(row.weekday, []).append(f"{_clock(row.opens)}–{_clock(row.closes)}")
    days = [(day, ", ".join(week[day])) for day in sorted(week)]
    runs = [list(run) for _key, run in groupby(enumerate(days), lambda item: (item[1][0] - item[0], item[1][1]))]
    return [(_days(run[0][1][0], run[-1][1][0]), run[0][1][1]) for run in runs]


def _clock(moment: time) -> str:
    return formats.time_format(moment, "H:i")


def _days(first: int, last: int) -> str:
    return str(WEEKDAYS[first]) if first == last else f"{WEEKDAYS[first]} – {WEEKDAYS[last]}"


def open_time(hours: Iterable[OpeningHours], *, since: datetime, until: datetime) -> timedelta:
    """For how long the place was open between two moments, counted over two weeks at most."""
    week = [(row.weekday, row.opens, row.closes) for row in hours] or USUAL
    begin, end = timezone.localtime(max(since, until - LONGEST)), timezone.localtime(until)
    total = timedelta()
    for number in range((end.date() - begin.date()).days + 1):
        day = begin.date() + timedelta(number)
        for _weekday, opens, closes in (row for row in week if row[0] == day.weekday()):
            opened, closed = (timezone.make_aware(datetime.combine(day, clock)) for clock in (opens, closes))
            total += max(min(closed, end) - max(opened, begin), timedelta())
    return total
