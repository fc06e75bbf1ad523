"""When goods can be collected at a place: opening hours in, a moment and its words out. Pure; days are local ones."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.utils import formats, timezone
from django.utils.translation import gettext as _

STEP = timedelta(minutes=10)
FARTHEST = 60  # days; a place that does not open in that time promises nothing


class Hours(Protocol):
    weekday: int
    opens: time
    closes: time


def ready_at(hours: Iterable[Hours], prep_hours: int, *, at: datetime, there_on: date | None = None) -> datetime | None:
    """Packed after so many opening hours, counted from now or, when goods must come first, from the day they are there.

    None when nobody knows the hours; of goods that come, then, at least the day is known. Never just before closing.
    """
    week, start = list(hours), timezone.localtime(at)
    if there_on and there_on > start.date():
        start = _moment(there_on, time.min)
    if not week:
        return start if there_on else None
    left = timedelta(hours=prep_hours)
    for opens, closes in _openings(week, start.date()):
        opens = max(opens, start)
        if opens + left < closes:
            return _rounded(opens + left, closes)
        left -= max(closes - opens, timedelta())
    return None


def arrives_on(hours: Iterable[Hours], prep_hours: int, days: int, *, at: datetime) -> date:
    """Goods leave a place on the day they are packed, and are at another so many days later."""
    return delivered_on(ready_at(hours, prep_hours, at=at), days, at=at)


def delivered_on(packed: datetime | None, days: int, *, at: datetime) -> date:
    """What leaves on the day it is packed, and is under way so many days; packed now, where nobody knows when."""
    return timezone.localtime(packed or at).date() + timedelta(days)


def _openings(week: Sequence[Hours], first: date) -> Iterable[tuple[datetime, datetime]]:
    for number in range(FARTHEST):
        day = first + timedelta(number)
        for one in sorted((x for x in week if x.weekday == day.weekday()), key=lambda x: x.opens):
            yield _moment(day, one.opens), _moment(day, one.closes)


def _moment(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _rounded(moment: datetime, closes: datetime) -> datetime:
    """Up to the next ten minutes, while the place is open."""
    over = (moment - _moment(moment.date(), time.min)) % STEP
    return min(moment + (STEP - over if over else over), closes)


def spoken(ready: datetime, *, at: datetime, sources: Sequence[str] = ()) -> str:
    """“ready today from 15:40”, “ready on Thursday, 26/11 from 07:00, comes from Long Xuyên”.

    Nothing in it is counted from now, so that it stays true on a page that was made a moment ago.
    """
    local = timezone.localtime(ready)
    clock = formats.time_format(local, "H:i") if local.time() != time.min else ""
    day = f"{formats.date_format(local, 'l')}, {local:%d/%m}"
    if local.date() == timezone.localdate(at):
        said = _("ready today from %(time)s") % {"time": clock} if clock else _("ready today")
    elif clock:
        said = _("ready on %(day)s from %(time)s") % {"day": day, "time": clock}
    else:
        said = _("ready on %(day)s") % {"day": day}
    return _("%(ready)s, comes from %(places)s") % {"ready": said, "places": ", ".join(sources)} if sources else said
