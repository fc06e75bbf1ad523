"""The parcels of a new order stand open, one for each place and way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from marketplace import rows
from marketplace.money import ZERO
from marketplace.order.models import Order
from marketplace.stock.routing import Parcel

from ..models import Fulfilment, FulfilmentLine, new_code

Method = Fulfilment.Method
CONTENT = ("fulfilment", "line", "quantity")


@dataclass(frozen=True)
class Opening:
    """A parcel of an order before anybody works on it, and what its shopper was told of it."""

    parcel: Parcel
    method: str
    gathers: bool = False
    fee: Decimal = ZERO
    promised_at: datetime | None = None  # of a pickup
    arrives_on: date | None = None  # of a delivery
    collect_on: date | None = None
    travel_days: int | None = None  # of a delivery: a carrier who takes its fee needs no longer


@transaction.atomic(savepoint=False)
def open_for(*, order: Order, parcels: Iterable[Opening]) -> list[Fulfilment]:
    """Each location knows what it gives to the order, how and by when."""
    parcels = list(parcels)
    opened = Fulfilment.objects.bulk_create(_opened(order, one) for one in parcels)
    held = zip(opened, parcels, strict=True)
    rows.insert(FulfilmentLine, CONTENT, [(made.pk, *line) for made, one in held for line in one.parcel.lines])
    return opened


def _opened(order: Order, one: Opening) -> Fulfilment:
    pickup = one.method == Method.PICKUP
    return Fulfilment(
        order=order, location_id=one.parcel.location_id, method=one.method, routing=one.parcel.reason,
        gathers=one.gathers, fee=one.fee, code=new_code() if pickup else "", collect_on=one.collect_on,
        promised_at=one.promised_at, arrives_on=one.arrives_on, travel_days=one.travel_days,
    )  # fmt: skip
