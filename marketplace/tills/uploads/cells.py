"""What stands in one cell of an uploaded table: pieces, a price, a moment. A cell that cannot be read says why."""

import re
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.certificates.cells import Unreadable, day_within, text
from marketplace.errors import Refused


class WrongNumber(Refused):
    sentence = _("“%(text)s” is no whole number.")
    code = "wrong_number"


class WrongMoment(Refused):
    sentence = _("“%(text)s” is no date; write it as 31/12/2026 or 31/12/2026 14:30.")
    code = "wrong_moment"


_GROUPED = re.compile(r"[+-]?\d{1,3}([.,\s]\d{3})+")
_PLAIN = re.compile(r"[+-]?\d{1,12}([.,]0+)?")
_CURRENCY = re.compile(r"\s*(₫|đồng|đ|vnđ|vnd)\.?$", re.IGNORECASE)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:h](\d{2})(?::\d{2})?(?!\d)")


def number(cell: Any) -> int | None:
    """A whole number: 12, "12", "12,0", "1.000" or "1,000" (a point or comma before three digits groups them)."""
    written = _CURRENCY.sub("", text(cell))
    if not written:
        return None
    broken = isinstance(cell, bool) or (isinstance(cell, float) and not cell.is_integer())
    if not broken and _GROUPED.fullmatch(written):
        return int(re.sub(r"[.,\s]", "", written))
    if not broken and _PLAIN.fullmatch(written):
        return int(re.split(r"[.,]", written)[0])
    raise WrongNumber(text=text(cell)[:60])


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
