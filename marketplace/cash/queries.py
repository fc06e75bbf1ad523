"""Cash that nobody has counted yet: by point and day, and by carrier. What a drawer paid back is taken off."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import TruncDate

from marketplace.locations.models import Location
from marketplace.payment.models import Transaction

IN_CASH = ("cod", "counter")
IN_DRAWERS = Q(txn_type__in=(Transaction.DEBIT, Transaction.REFUND), source__source_type__code__in=IN_CASH)


def into_drawer(path: str = "") -> Case:
    """How much more cash there is for a transaction; as its own property says."""
    amount = F(f"{path}amount")
    return Case(When(**{f"{path}txn_type": Transaction.REFUND}, then=-amount), default=amount)


@dataclass(frozen=True)
class Pile:
    """What should be there: in a point's drawer of that day, or with a carrier since then."""

    whose: str
    day: date
    amount: Decimal
    payments: int
    location_id: int | None = None


def moved() -> QuerySet[Transaction]:
    """Every payment in cash of which we know where it was taken, or out of which drawer it was paid back."""
    return Transaction.objects.filter(IN_DRAWERS, location__isnull=False, happened_at__isnull=False)


def uncounted() -> QuerySet[Any]:
    return moved().filter(cash_up_entry=None).annotate(day=TruncDate("happened_at")).order_by("happened_at", "pk")


def of_point(location: Location, day: date) -> QuerySet[Any]:
    """Taken at its counter, or at a door by its own people; or paid back out of its drawer."""
    return uncounted().filter(location=location, carrier="", day=day).select_related("source__order")


def of_carrier(carrier: str) -> QuerySet[Any]:
    """What the carrier took at doors, and has not handed over."""
    return uncounted().filter(carrier=carrier).exclude(carrier="").select_related("source__order")


def point_piles(locations: QuerySet[Location]) -> list[Pile]:
    """The oldest first."""
    rows = uncounted().filter(location__in=locations, carrier="").order_by("day", "location__name")
    found = rows.values("location", "location__name", "day").annotate(sum=Sum(into_drawer()), n=Count("pk"))
    return [Pile(row["location__name"], row["day"], row["sum"], row["n"], row["location"]) for row in found]


def carrier_piles() -> list[Pile]:
    rows = uncounted().exclude(carrier="").order_by("carrier")
    found = rows.values("carrier").annotate(amount=Sum("amount"), n=Count("pk"), since=Min("day"))
    return [Pile(row["carrier"], row["since"], row["amount"], row["n"]) for row in found]
