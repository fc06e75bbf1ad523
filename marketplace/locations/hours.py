"""Opening hours in words."""

from collections.abc import Iterable
from datetime import time
from itertools import groupby

from django.utils import formats
from django.utils.dates import WEEKDAYS

from .models import OpeningHours


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
