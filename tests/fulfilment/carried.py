"""Parcels on their way with a carrier, and what the carrier says."""

from datetime import datetime, timedelta
from typing import Any

from marketplace.fulfilment import actions
from marketplace.fulfilment.actions import tracking
from marketplace.fulfilment.gateways import Told
from marketplace.fulfilment.models import Fulfilment
from marketplace.shipping.models import Carrier
from tests import make, people

NOW = make.NOW


def packed(**fields: Any) -> Fulfilment:
    """Closed at Mai's counter, cash due at the door unless told otherwise."""
    parcel = make.order(**{"payment": "cod"} | fields).fulfilments.get()
    actions.start_picking(fulfilment=parcel, by=people.mai(), at=NOW)
    actions.pack(fulfilment=parcel, by=people.mai(), at=NOW)
    return parcel


def carrier(**fields: Any) -> Carrier:
    made = make.carrier()
    known = {"gateway": "files", "tracking_url": "https://bay-nui.example.vn/?so={number}"} | fields
    Carrier.objects.filter(pk=made.pk).update(**known)
    made.refresh_from_db()
    return made


def sent(number: str = "BN1", **fields: Any) -> Fulfilment:
    parcel, by = packed(**fields), carrier()
    actions.ship(fulfilment=parcel, by=people.mai(), carrier=by.name, tracking_number=number, at=NOW)
    return parcel


def told(status: str, hours: float = 1, *, number: str = "BN1", **fields: Any) -> Told:
    return Told(number, status, NOW + timedelta(hours=hours), **fields)


def hear(status: str, hours: float = 1, *, at: datetime | None = None, **fields: Any) -> tracking.Heard:
    """What the carrier says is heard two days after the hand-over."""
    said = told(status, hours, **fields)
    return tracking.hear(carrier=carrier(), told=said, source="file", at=at or NOW + timedelta(days=2))
