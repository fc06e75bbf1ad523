"""Parcels that wait for goods from other places, and what their shoppers are promised."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.locations.promise import delivered_on, ready_at
from marketplace.order.models import Order

from ..models import Fulfilment
from ..queries import days_to_door, on_the_way

Status = Fulfilment.Status


class StillComing(Refused):
    """The order is packed when all of it is there."""

    sentence = _("%(quantity)s pieces of this order are still to come from %(places)s. Pack it when they are here.")
    code = "fulfilment_still_coming"


def refuse_coming(*, fulfilment: Fulfilment) -> None:
    """Nothing is picked while some of it is elsewhere."""
    coming = on_the_way(fulfilment)
    if coming:
        places = ", ".join(dict.fromkeys(one.source for one in coming))
        raise StillComing(quantity=sum(one.quantity for one in coming), places=places)


def promise(*, order: Order, at: datetime, parcels: Iterable[Fulfilment] | None = None) -> None:
    """The places begin now: parcels of the locked order (or these) are promised from their hours and what is to come."""
    rows = Fulfilment.objects.filter(order=order, status=Status.OPEN).select_related("location")
    rows = rows if parcels is None else rows.filter(pk__in=[one.pk for one in parcels])
    days = None
    for one in rows.prefetch_related("location__hours", "lines"):
        ready = _ready_at(one, at)
        if one.is_pickup:
            one.promised_at = ready
        else:
            days = days_to_door(order) if days is None else days
            one.arrives_on = delivered_on(ready, days, at=at)
        one.save(update_fields=["promised_at", "arrives_on"])


def _ready_at(fulfilment: Fulfilment, at: datetime) -> datetime | None:
    days = [coming.expected_on for coming in on_the_way(fulfilment) if coming.expected_on]
    place = fulfilment.location
    return ready_at(place.hours.all(), place.prep_hours, at=at, there_on=max(days, default=None))
