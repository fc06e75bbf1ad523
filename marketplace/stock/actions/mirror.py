"""Oscar's stock figures mirror the ledger, in the ledger's transaction. Nobody reads them to decide."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from marketplace.partner.models import StockRecord
from marketplace.stock import notices

WRITE = """
    UPDATE partner_stockrecord AS record
       SET num_in_stock = greatest(0, sums.on_hand), num_allocated = sums.held
      FROM (SELECT lot.product_id, sum(on_hand) AS on_hand, sum(held) AS held
              FROM stock_balance JOIN stock_lot AS lot ON lot.id = lot_id
             WHERE lot.product_id = ANY(%(products)s) GROUP BY lot.product_id) AS sums
     WHERE record.product_id = sums.product_id
 RETURNING record.id, num_in_stock - num_allocated
"""


def mirror(*, product_ids: Iterable[int], at: datetime) -> None:
    """The records say what the ledger says, and producers hear of what has just become scarce.

    Locked first and summed afterwards: two orders at two places change one record, and the later must see both.
    """
    ids = sorted(set(product_ids))
    records = StockRecord.objects.filter(product_id__in=ids).select_for_update(no_key=True).order_by("pk")
    facts = records.values_list("pk", "num_in_stock", "num_allocated", "low_stock_threshold")
    before = {
        pk: (there - (allocated or 0), threshold) for pk, there, allocated, threshold in facts if there is not None
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {"products": ids})
        now = dict(cursor.fetchall())
    scarce = [
        pk for pk, (had, threshold) in before.items() if threshold is not None and now.get(pk, had) <= threshold < had
    ]
    if scarce:
        notices.stock_low({pk: now[pk] for pk in scarce}, at=at)
