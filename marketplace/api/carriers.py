"""/api/v1/carriers/: what carriers tell of their parcels, each event in a transaction of its own."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from marketplace.errors import Refused
from marketplace.fulfilment.actions import tracking
from marketplace.fulfilment.gateways import Told
from marketplace.fulfilment.models import ParcelEvent
from marketplace.shipping.models import Carrier

from . import description
from .limits import CarrierToken
from .shapes import CarrierAnswer, CarrierAnswers, CarrierEvent, CarrierEvents

router = Router(auth=CarrierToken())


class FromCarrier(HttpRequest):
    """A request whose token was a carrier's."""

    auth: Carrier


@router.post(
    "/events", response=CarrierAnswers, tags=["Carriers"], summary="Tell what happened to parcels",
    openapi_extra=description.of_words(),
)  # fmt: skip
def carrier_events(request: FromCarrier, told: CarrierEvents) -> CarrierAnswers:
    """Each event is heard at once and by itself: one that fits nothing stops no other.

    The same event again changes nothing and has the same answer; the same id with other contents is refused as
    `parcel_event_differs`. Events may come in any order: a parcel never goes backwards.
    """
    return CarrierAnswers(events=[_heard(request.auth, event) for event in told.events])


def _heard(carrier: Carrier, event: CarrierEvent) -> CarrierAnswer:
    told = Told(event.tracking_number, event.status, event.happened_at, event.reason, event.id, event.why)
    try:
        heard = tracking.hear(carrier=carrier, told=told, source=ParcelEvent.Source.API, at=timezone.now())
    except Refused as refusal:
        return CarrierAnswer(id=event.id, outcome="refused", code=refusal.code, title=str(refusal))
    kept: Any = heard.event
    title = "" if kept.outcome in ("moved", "noted") else str(kept.get_outcome_display())
    code = kept.refusal.get("code", "")
    return CarrierAnswer(id=event.id, outcome=kept.outcome, repeated=heard.repeated, code=code, title=title)
