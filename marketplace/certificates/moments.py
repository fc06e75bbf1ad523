"""A moment as people and spreadsheets write it, in one cell or two. A cell that cannot be read says why."""

import re
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused

from .cells import Unreadable, day_within, text


class WrongMoment(Refused):
    sentence = _("“%(text)s” is no date; write it as 31/12/2026 or 31/12/2026 14:30.")
    code = "wrong_moment"


_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:h](\d{2})(?::\d{2})?(?!\d)")


def moment(day_cell: Any, clock_cell: Any) -> tuple[date | None, time | None]:
    """The local day, and the time of day where one is told, in its own cell or behind the day."""
    try:
        return _day(day_cell), _clock(clock_cell) or _clock(day_cell)
    except (Unreadable, ValueError):
        raise WrongMoment(text=f"{text(day_cell)} {text(clock_cell)}".strip()[:60]) from None


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return (timezone.localtime(cell) if timezone.is_aware(cell) else cell).date()
    if isinstance(cell, date):
        return cell
    written = text(cell)
    found = day_within(written) if written else None
    if written and found is None:
        raise ValueError
    return found


def _clock(cell: Any) -> time | None:
    if isinstance(cell, datetime):
        at = timezone.localtime(cell) if timezone.is_aware(cell) else cell
        return at.time().replace(microsecond=0, tzinfo=None) if at.time() != time() else None
    if isinstance(cell, time):
        return cell.replace(microsecond=0, tzinfo=None)
    found = _CLOCK.search(text(cell)) if not isinstance(cell, date) else None
    return time(int(found[1]), int(found[2])) if found else None
