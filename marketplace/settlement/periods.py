"""From when until when a statement goes."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from marketplace.partner.models import Agreement

Period = Agreement.Period
HALF = 15  # the last day of a month's first half


def period_of(day: date, kind: str) -> tuple[date, date]:
    """First and last day of the period that the day lies in."""
    if kind == Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first, last = day.replace(day=1), _last_of_month(day)
    if kind == Period.HALF_MONTH:
        return (first, day.replace(day=HALF)) if day.day <= HALF else (day.replace(day=HALF + 1), last)
    return first, last


def _last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def beginning(day: date) -> datetime:
    """Its first moment, here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def days(first: date, last: date) -> str:
    """A period as people write it."""
    return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
