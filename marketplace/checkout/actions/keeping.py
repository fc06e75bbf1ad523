"""An order waits for goods longer than was promised: what of it would not keep until then is others, or its shopper is asked."""

from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.errors import one_by_one
from marketplace.fulfilment.models import Fulfilment
from marketplace.order import actions as orders
from marketplace.stock.actions import shortages as ledger

from ..queries.keeping import too_old
from .shortages import AT_ONCE, keep, where_to


def replace_outlived(*, at: datetime) -> None:
    """Nobody waits for pieces that would be too old on the later day on which their parcel is promised now."""
    parcels = Fulfilment.objects.put_off().prefetch_related("lines")
    some = list(dict.fromkeys(one.order_id for one in too_old(parcels)))
    one_by_one(some[:AT_ONCE], lambda order_id: _replace(order_id, at))


@transaction.atomic
def _replace(order_id: int, at: datetime) -> None:
    """Wherever they lie or travel: they are free for anybody who has them sooner."""
    order = orders.lock(order_id)
    for parcel in Fulfilment.objects.put_off().filter(order=order).prefetch_related("lines"):
        parcel.order = order
        for one in too_old([parcel]):
            facts: dict[str, Any] = {"lot_id": one.lot_id, "location_id": one.location_id, "at": at}
            where = where_to(parcel=parcel, at=at, product_id=one.product_id)
            found = ledger.replace(order_id=order.pk, **facts, **where)
            keep(order=order, parcel=parcel, found=found, cause={"good_until": one.good_until}, at=at)
