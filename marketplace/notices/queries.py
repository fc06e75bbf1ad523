"""What people have been told."""

from collections.abc import Iterable
from datetime import date

from .models import Notice


def heard(kind: str, user_ids: Iterable[int]) -> dict[int, dict[str, date]]:
    """What lists of that kind have told each person, and on which day last.

    Such a notice carries `on`, its day, and `subjects`, a word for each of its lines.
    """
    found: dict[int, dict[str, date]] = {pk: {} for pk in user_ids}
    told = Notice.objects.filter(kind=kind, user_id__in=list(found)).order_by("pk")
    for pk, on, subjects in told.values_list("user_id", "facts__on", "facts__subjects"):
        found[pk] |= dict.fromkeys(subjects, date.fromisoformat(on))
    return found
