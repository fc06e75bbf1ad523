"""What of a parcel its buyer may still give back, and until when."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import ngettext

from ..models import Fulfilment, FulfilmentLine, Return, ReturnLine

STANDING = (*Return.OPEN, Return.Status.SETTLED)


@dataclass(frozen=True)
class Returnable:
    """What of a parcel's line the buyer may still give back, and until which day: for a fault, or for a change of mind."""

    part: FulfilmentLine
    left: int
    fault_until: date
    unwanted_until: date | None  # None: this is never taken back for a change of mind

    def may(self, reason: str, today: date) -> bool:
        until = self.unwanted_until if reason == Return.Reason.UNWANTED else self.fault_until
        return self.left > 0 and until is not None and today <= until

    def open_on(self, today: date) -> bool:
        return self.may(Return.Reason.DAMAGED, today) or self.may(Return.Reason.UNWANTED, today)


def returnable(fulfilment: Fulfilment) -> list[Returnable]:
    """Line by line, of a parcel that the buyer has; else nothing. Two queries."""
    if fulfilment.status not in Fulfilment.WITH_BUYER or fulfilment.finished_at is None:
        return []
    given: Counter[int] = Counter()
    for one in ReturnLine.objects.filter(asked__fulfilment=fulfilment, asked__status__in=STANDING).select_related(
        "asked"
    ):
        given[one.line_id] += one.came if one.asked.status == Return.Status.SETTLED else one.quantity
    parts = fulfilment.lines.select_related("line").order_by("pk")
    return [_returnable(part, part.quantity - given[part.line_id], fulfilment) for part in parts]


def _returnable(part: FulfilmentLine, left: int, fulfilment: Fulfilment) -> Returnable:
    had_on, place = timezone.localdate(fulfilment.finished_at), fulfilment.location
    days = min(settings.RETURN_PERISHABLE_DAYS, place.days_to_return) if part.line.perishable else place.days_to_return
    until = had_on + timedelta(days=days)
    return Returnable(part, left, until, until if place.takes_unwanted and not part.line.perishable else None)


def perishable_terms() -> str:
    """Why such goods are not taken back for a change of mind, and how long their faults may be told; for pages."""
    days = settings.RETURN_PERISHABLE_DAYS
    said = ngettext(
        "Perishable goods cannot be returned for a change of mind. Tell us of a fault within %(n)s day of receiving them.",
        "Perishable goods cannot be returned for a change of mind. Tell us of a fault within %(n)s days of receiving them.",
        days,
    )
    return said % {"n": days}
