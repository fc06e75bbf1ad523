"""What must hold between what carriers said and what the parcels say."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from .models import Fulfilment, ParcelEvent

Status, Outcome = Fulfilment.Status, ParcelEvent.Outcome


def parcels_went_where_their_carrier_said(at: datetime) -> Iterator[str]:
    """Who was moved by a carrier's word stands where that word led, or where a person took it from there."""
    leads = {"delivered": (Status.DELIVERED,), "failed": (Status.FAILED, Status.CANCELLED, Status.DELIVERED)}
    events = ParcelEvent.objects.filter(outcome=Outcome.MOVED).select_related("fulfilment__order")
    for event in events:
        parcel = event.fulfilment
        if parcel is None or parcel.status not in leads.get(event.status, ()):
            yield f"{event.tracking_number}: the carrier said {event.status}, the parcel is {parcel and parcel.status}"


def a_carrier_ends_a_parcel_once(at: datetime) -> Iterator[str]:
    """Each way: one that was not taken may be delivered after all."""
    moved = ParcelEvent.objects.filter(outcome=Outcome.MOVED).order_by()
    rows = moved.values("fulfilment__order__number", "fulfilment", "status")
    for row in rows.annotate(times=Count("pk")).filter(times__gt=1):
        yield f"order {row['fulfilment__order__number']}, parcel {row['fulfilment']}: ended {row['times']} times"


def no_word_waits_for_a_parcel_that_is_known(at: datetime) -> Iterator[str]:
    known = Fulfilment.objects.filter(by_carrier=OuterRef("carrier"), tracking_number=OuterRef("tracking_number"))
    for event in ParcelEvent.objects.filter(Exists(known), fulfilment=None).select_related("carrier"):
        yield f"{event.carrier}: “{event}” was not heard, though the number is a parcel's"


RULES = (
    parcels_went_where_their_carrier_said, a_carrier_ends_a_parcel_once, no_word_waits_for_a_parcel_that_is_known,
)  # fmt: skip
