"""Once a day each person hears what runs out and what expires: one letter with all of it, and nothing twice."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.notices.queries import heard
from marketplace.people.models import User
from marketplace.stock import notices
from marketplace.stock.queries.watched import ageing, scarce

AGAIN = timedelta(days=7)  # what is still scarce is said again
MOST = 60  # lines of each list; what does not fit is told the next day


@transaction.atomic
def review(*, user_id: int, at: datetime) -> bool:
    """The person has today's letter, if there is anything to tell; False when there is none, or was one before.

    A lot is told once per place and stage (again when it still lies there half a year later), scarce goods again after a
    week. A new colleague hears all of it.
    """
    user, on = User.objects.get(pk=user_id), timezone.localdate(at)
    before = heard("stock_reviewed", [user_id], on=on)[user_id]
    if on in before.values():
        return False
    expiring = [row for row in ageing(user, on=on) if row.subject not in before]
    low = [row for row in scarce(user, at=at) if before.get(row.subject, on - AGAIN) <= on - AGAIN]
    if expiring or low:
        notices.stock_reviewed(user, expiring[:MOST], low[:MOST], on=on)
    return bool(expiring or low)
