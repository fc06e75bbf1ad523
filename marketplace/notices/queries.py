"""What people have been told."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from .models import Attempt, Notice, Preference
from .ways import Way


def heard(kind: str, user_ids: Iterable[int]) -> dict[int, dict[str, date]]:
    """What lists of that kind have told each person, and on which day last.

    Such a notice carries `on`, its day, and `subjects`, a word for each of its lines.
    """
    found: dict[int, dict[str, date]] = {pk: {} for pk in user_ids}
    told = Notice.objects.filter(kind=kind, user_id__in=list(found)).order_by("pk")
    for pk, on, subjects in told.values_list("user_id", "facts__on", "facts__subjects"):
        found[pk] |= dict.fromkeys(subjects, date.fromisoformat(on))
    return found


def preferences(notices: Iterable[Notice]) -> dict[str, Preference]:
    """The wishes of everybody concerned, in one query: by `user:…` and by the order's number."""
    rows = list(notices)
    users, about = {row.user_id for row in rows if row.user_id}, {row.about for row in rows if row.about}
    if not users and not about:
        return {}
    found = Preference.objects.filter(Q(user__in=users) | Q(about__in=about))
    return {one.about or f"user:{one.user_id}": one for one in found}


def preference_of(notice: Notice, known: Mapping[str, Preference]) -> Preference:
    """What was chosen for the order itself, else by the person, else what is usual."""
    return known.get(notice.about) or known.get(f"user:{notice.user_id}") or Preference()


def unread(user: Any) -> int:
    """How many messages of the inbox the person has not seen. One query on a small index."""
    return Notice.objects.filter(user=user).unread().count() if user.is_authenticated else 0


def bounced() -> QuerySet[Attempt]:
    """The last try to each e-mail address, where it said that there is no such mailbox; the newest first."""
    same = Q(delivery__channel=Way.EMAIL, delivery__notice__email=OuterRef("delivery__notice__email"))
    later = Attempt.objects.filter(same, pk__gt=OuterRef("pk"))
    rows = Attempt.objects.filter(~Exists(later), final=True, delivery__channel=Way.EMAIL)
    return rows.exclude(delivery__notice__email="").select_related("delivery__notice__user").order_by("-pk")


def bounces(email: str) -> bool:
    """Letters to that address come back."""
    return bool(email) and bounced().filter(delivery__notice__email=email).exists()
