"""Cash of the own points, and for the office of every point and carrier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils import timezone

from marketplace.cash.models import CashUp
from marketplace.cash.queries import Pile, carrier_piles, point_piles
from marketplace.people.models import User

from . import places


@dataclass(frozen=True)
class Cash:
    points: Sequence[Pile]
    carriers: Sequence[Pile]


def waiting(user: User) -> Cash:
    """What is to be counted. Carriers hand over to the office."""
    return Cash(point_piles(places.mine(user)), carrier_piles() if user.is_staff else [])


def closed(user: User, *, differing: bool) -> QuerySet[CashUp]:
    """The newest first."""
    rows = CashUp.objects.all() if user.is_staff else CashUp.objects.filter(location__in=places.mine(user))
    rows = rows.differing() if differing else rows
    return (
        rows.select_related("location", "closed_by").annotate(payments=Count("entries")).order_by("-closed_at", "-pk")
    )


def asked_day(text: str) -> date:
    """As an address gives it; anything else is today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
