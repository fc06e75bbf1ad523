"""A recall reaches those who have the goods at home. Who still waits for them is looked after by `mend`, case by case."""

from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.checkout import notices
from marketplace.order.models import Order
from marketplace.stock import actions as stock
from marketplace.stock import queries


@transaction.atomic
def recall(*, lot_id: int, reason: str, by: Any, at: datetime) -> None:
    """The lot is frozen everywhere, everybody whose order brought units of it knows what to do, and whoever waits is a case."""
    lot = stock.recall.freeze(lot_id=lot_id, reason=reason, by=by, at=at)
    pieces = queries.buyers(lot).orders
    orders = Order.objects.filter(pk__in=pieces).select_related("user").order_by("pk")
    notices.lot_recalled(lot, {order: pieces[order.pk] for order in orders})
