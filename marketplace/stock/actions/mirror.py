"""Oscar's stock figures mirror the ledger, in the ledger's transaction. Nobody reads them to decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.stock import notices

# Two orders at two places change one record. Each adds its own promises to what the record says when its turn comes.
PROMISED = """
    UPDATE partner_stockrecord AS record SET num_allocated = coalesce(record.num_allocated, 0) + mine.units
      FROM (SELECT one.id, new.units FROM partner_stockrecord AS one
              JOIN unnest(%(products)s::bigint[], %(units)s::bigint[]) AS new (product_id, units)
                ON one.product_id = new.product_id
             ORDER BY one.id FOR NO KEY UPDATE OF one) AS mine
     WHERE record.id = mine.id
 RETURNING record.id, record.num_in_stock - record.num_allocated, record.num_in_stock - record.num_allocated + mine.units,
           record.low_stock_threshold
"""
# Where goods have moved, all is summed anew (no place's debt hides another's goods): first locked, so that of two who
# move at once the later sums both.
LOCK = """
    SELECT id, num_in_stock - coalesce(num_allocated, 0) FROM partner_stockrecord
     WHERE product_id = ANY(%(products)s) ORDER BY id FOR NO KEY UPDATE
"""
MOVED = """
    UPDATE partner_stockrecord AS record
       SET num_in_stock = greatest(0, sums.on_hand), num_allocated = sums.held
      FROM (SELECT lot.product_id, sum(on_hand) AS on_hand, sum(held) AS held
              FROM stock_balance JOIN stock_lot AS lot ON lot.id = lot_id
             WHERE lot.product_id = ANY(%(products)s) GROUP BY lot.product_id) AS sums
     WHERE record.product_id = sums.product_id
 RETURNING record.id, record.num_in_stock - record.num_allocated, record.low_stock_threshold
"""


def mirror(*, changes: Mapping[int, tuple[int, int]], at: datetime) -> None:
    """The records say what the ledger says, and producers hear of what has just become scarce.

    `changes`: of each product, how many units were moved about, and by how many more are promised than before.
    """
    if any(moved for moved, _ in changes.values()):
        asked = {"products": sorted(changes)}
        before = dict(_asked(LOCK, asked))
        facts = [(pk, now, before.get(pk), threshold) for pk, now, threshold in _asked(MOVED, asked)]
    else:
        facts = _asked(PROMISED, {"products": list(changes), "units": [units for _, units in changes.values()]})
    scarce = {
        pk: now
        for pk, now, had, threshold in facts
        if threshold is not None and had is not None and now <= threshold < had
    }
    if scarce:
        notices.stock_low(scarce, at=at)


def _asked(sql: str, values: Mapping[str, list[int]]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
