"""A till of which nothing is heard sells goods that the shop still promises: somebody must look."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from marketplace.notices.actions import tell_all
from marketplace.notices.queries import heard
from marketplace.people.models import User
from marketplace.tills import notices
from marketplace.tills.models import Till
from marketplace.tills.queries import heard_of, silent


@transaction.atomic
def watch(*, at: datetime) -> int:
    """Who works at the place of a silent till, and the office, know it: each silence once, one letter a person and day.

    Returns how many letters were written now.
    """
    quiet = silent(
        heard_of().filter(revoked_at=None).exclude(kind=Till.Kind.UPLOAD).order_by("location", "name"), at=at
    )
    on, tellings = timezone.localdate(at), []
    readers = _readers(quiet)
    before = heard("till_silent", [user.pk for user in readers], on=on)
    for user, tills in readers.items():
        fresh = [till for till in tills if notices.silence(till) not in before[user.pk]]
        if fresh and on not in before[user.pk].values():
            tellings.append(notices.till_silent(user, fresh, on=on))
    tell_all(tellings=tellings, at=at)
    return len(tellings)


def _readers(tills: list[Till]) -> dict[User, list[Till]]:
    """Each person with the tills that are theirs to look at. Two queries."""
    places = {till.location_id for till in tills}
    here = Q(locations__in=places) | Q(partners__store__in=places)
    at_work: dict[int, set[int]] = defaultdict(set)
    for pk, works_at, store in User.objects.filter(here).values_list("pk", "locations", "partners__store"):
        at_work[pk] |= {works_at, store}
    people = User.objects.filter(Q(pk__in=at_work) | Q(is_staff=True), is_active=True).order_by("pk")
    mine = {user: [till for till in tills if user.is_staff or till.location_id in at_work[user.pk]] for user in people}
    return {user: tills for user, tills in mine.items() if tills}
