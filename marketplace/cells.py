"""What stands in one cell of somebody's table: a text, a number, a day, a moment. A cell that cannot be read says why."""

import re
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused


class Unreadable(ValueError):
    """A cell that cannot be read; `reason` is a sentence for whoever keeps the register."""

    def __init__(self, reason: str | Promise) -> None:
        self.reason = reason
        super().__init__(str(reason))


def text(cell: Any) -> str:
    """The cell as one line; a whole number of Excel without its ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


class WrongNumber(Refused):
    sentence = _("“%(text)s” is no whole number.")
    code = "wrong_number"


class WrongMoment(Refused):
    sentence = _("“%(text)s” is no date; write it as 31/12/2026 or 31/12/2026 14:30.")
    code = "wrong_moment"


_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*(?:[/.-]|tháng)\s*(\d{1,2})\s*(?:[/.-]|năm)\s*(\d{4})(?!\d)")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?$")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,\s]\d{3})+(?P<zeros>[.,]00?)?")
_PLAIN = re.compile(r"[+-]?\d{1,12}([.,]0+)?")
_CURRENCY = re.compile(r"\s*(₫|đồng|đ|vnđ|vnd)\.?$", re.IGNORECASE)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:h](\d{2})(?::\d{2})?(?!\d)")


def day_within(written: str) -> date | None:
    """The first day that a text names, if any."""
    iso, spoken = _ISO.match(written), _DAY.search(written)
    try:
        if iso:
            return date(*(int(part) for part in iso.groups()))
        return date(int(spoken[3]), int(spoken[2]), int(spoken[1])) if spoken else None
    except ValueError:
        raise Unreadable(_("“%(text)s” is no day of the calendar.") % {"text": written}) from None


def number(cell: Any) -> int | None:
    """A whole number: 12, "12", "12,0", "1.000" or "1,000" (a point or comma before three digits groups them), "1,000.00"."""
    written = _CURRENCY.sub("", text(cell))
    if not written:
        return None
    broken = isinstance(cell, bool) or (isinstance(cell, float) and not cell.is_integer())
    if not broken and (grouped := _GROUPED.fullmatch(written)):
        return int(re.sub(r"[.,\s]", "", written.removesuffix(grouped["zeros"] or "")))
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
