"""What people have been told."""

from collections.abc import Iterable
from datetime import date, timedelta

from .models import Notice

REMEMBERED = 180  # days; what was last told before that may be told again


def daily(on: date, user_id: int) -> str:
    """The occasion of a list that a person is sent once a day."""
    return f"{on}:{user_id}"


def heard(kind: str, user_ids: Iterable[int], *, on: date) -> dict[int, dict[str, date]]:
    """What `daily` lists of that kind have told each person lately, and on which day last.

    Such a notice carries `on`, its day, and `subjects`, a word for each of its lines. Asked for by their keys, which are
    as many as there are days, however much else a person was told in all the years.
    """
    found: dict[int, dict[str, date]] = {pk: {} for pk in user_ids}
    days = [on - timedelta(days) for days in range(REMEMBERED)]
    told = Notice.objects.filter(key__in=[f"{kind}:{daily(day, pk)}" for pk in found for day in days])
    for pk, day, subjects in told.order_by("pk").values_list("user_id", "facts__on", "facts__subjects"):
        found[pk] |= dict.fromkeys(subjects, date.fromisoformat(day))
    return found
