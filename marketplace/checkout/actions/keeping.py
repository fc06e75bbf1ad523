"""An order waits for goods longer than was promised: what of it would not keep until then is others, or its shopper is asked."""

from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.errors import one_by_one
from marketplace.fulfilment.models import Fulfilment
from marketplace.order import actions as orders
from marketplace.stock.actions import shortages as ledger
from marketplace.stock.queries.keeping import Outlived

from ..queries.keeping import too_old
from .shortages import AT_ONCE, keep, where_to


def replace_outlived(*, at: datetime) -> None:
    """Nobody waits for pieces that would be too old on the later day on which their parcel is promised now."""
    parcels = Fulfilment.objects.put_off().prefetch_related("lines")
    one_by_one(too_old(parcels)[:AT_ONCE], lambda one: _replace(one, at))


@transaction.atomic
def _replace(outlived: Outlived, at: datetime) -> None:
    """Wherever they lie or travel: they are free for anybody who has them sooner. One lot at a time, for a transaction opens one book."""
    order = orders.lock(outlived.order_id)
    for parcel in Fulfilment.objects.put_off().filter(order=order).prefetch_related("lines"):
        if outlived in too_old([parcel]):
            parcel.order = order
            facts: dict[str, Any] = {"lot_id": outlived.lot_id, "location_id": outlived.location_id, "at": at}
            where = where_to(parcel=parcel, at=at, product_id=outlived.product_id, lot_id=outlived.lot_id)
            found = ledger.replace(order_id=order.pk, **facts, **where)
            return keep(order=order, parcel=parcel, found=found, cause={"good_until": outlived.good_until}, at=at)
