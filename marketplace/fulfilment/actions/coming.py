"""Pickups that wait for goods from other places, and what their shoppers are promised."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.locations.promise import ready_at
from marketplace.order.models import Order
from marketplace.stock import queries as stock

from ..models import Fulfilment

Status, Method = Fulfilment.Status, Fulfilment.Method


class StillComing(Refused):
    """The order is packed when all of it is there."""

    sentence = _("%(quantity)s pieces of this order are still to come from %(places)s. Pack it when they are here.")
    code = "fulfilment_still_coming"


def refuse_coming(*, fulfilment: Fulfilment) -> None:
    """Nothing is picked for a pickup while some of it is elsewhere."""
    coming = stock.on_the_way(fulfilment.order_id) if fulfilment.method == Method.PICKUP else []
    if coming:
        places = ", ".join(dict.fromkeys(one.source for one in coming))
        raise StillComing(quantity=sum(one.quantity for one in coming), places=places)


def promise(*, order: Order, at: datetime) -> None:
    """The point begins now: the locked order's pickup is promised from its hours and from what is still to come."""
    if not order.is_pickup:
        return
    rows = Fulfilment.objects.filter(order=order, method=Method.PICKUP, status=Status.OPEN)
    for one in rows.select_related("location").prefetch_related("location__hours"):
        days = [coming.expected_on for coming in stock.on_the_way(order.pk) if coming.expected_on]
        place, there_on = one.location, max(days, default=None)
        one.promised_at = ready_at(place.hours.all(), place.prep_hours, at=at, there_on=there_on)
        one.save(update_fields=["promised_at"])
