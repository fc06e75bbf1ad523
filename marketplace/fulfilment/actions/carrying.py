"""Parcels go out with a carrier: one, or all of a place at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.shipping.models import Carrier
from marketplace.shipping.queries import carrier_named

from ..models import Fulfilment
from . import steps, tracking


class TrackingTaken(Refused):
    """Two parcels with one number: nobody could say which of them was delivered."""

    sentence = _("The carrier's number %(number)s already belongs to another parcel.")
    code = "fulfilment_tracking_taken"


@transaction.atomic
def ship(
    *, fulfilment: Fulfilment, by: Any, at: datetime, carrier: str = "", tracking_number: str = "", own: bool = False
) -> None:
    """The carrier has the parcel, the shopper can follow it, and what the carrier said of the number before is heard now.

    `own`: the place's own people bring it, without a carrier.
    """
    if own:
        return steps.ship(fulfilment=fulfilment, by=by, at=at, own=True)
    ship_all(numbers={fulfilment: tracking_number}, by=by, carrier=carrier, at=at)


@transaction.atomic
def ship_all(*, numbers: Mapping[Fulfilment, str], by: Any, carrier: str, at: datetime) -> int:
    """The carrier has all of these parcels, or none of them; how many."""
    known = carrier_named(carrier)
    written = {one: number.strip() for one, number in numbers.items()}
    if known:
        tracking.one_at_a_time(carrier=known, numbers=written.values())
    for fulfilment in sorted(written, key=lambda one: (one.order_id, one.pk)):
        _ship(fulfilment, written[fulfilment], known, by=by, carrier=known.name if known else carrier, at=at)
    return len(written)


def _ship(fulfilment: Fulfilment, number: str, known: Carrier | None, **facts: Any) -> None:
    taken = Fulfilment.objects.filter(by_carrier=known, tracking_number=number).exclude(pk=fulfilment.pk)
    if known and number and taken.exists():
        raise TrackingTaken(number=number)
    steps.ship(fulfilment=fulfilment, tracking_number=number, known=known, **facts)
    if known:
        tracking.catch_up(fulfilment=fulfilment, at=facts["at"])
