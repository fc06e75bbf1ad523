"""What people have been told."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from .models import Attempt, Notice, Preference
from .ways import Way

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


def wishes_of(user: Any) -> Preference:
    """What the person has chosen, or what is usual. Nothing is asked for somebody without an account."""
    return (Preference.objects.filter(user=user).first() if user else None) or Preference()


def known_wishes(user: Any) -> Preference | None:
    """The same where they were read along with the person (`select_related("preference")`); None where they were not."""
    return getattr(user, "preference", None) or Preference() if type(user).preference.is_cached(user) else None


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
