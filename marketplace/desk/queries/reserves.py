"""What a place keeps from online orders, for those who decide it."""

from datetime import datetime

from django.http import Http404

from marketplace.locations.models import Location
from marketplace.stock.queries import reserved
from marketplace.stock.queries.reserved import Kept


def kept(location: Location, product_id: int, *, at: datetime) -> Kept:
    """One product of the place."""
    row = next((row for row in reserved.kept(location.pk, at=at) if row.product_id == product_id), None)
    if row is None:
        raise Http404
    return row


def typed(location: Location) -> dict[str, int]:
    """The place's rule for all, as its form shows it."""
    rule = reserved.reserve_of(location.pk)
    return {"safety_stock": rule.safety_stock, "counter_percent": rule.counter_percent} if rule else {}
