"""Oscar's stock figures mirror the ledger, in the ledger's transaction. Nobody reads them to decide."""

from collections.abc import Iterable
from datetime import datetime

from marketplace.partner.models import StockRecord
from marketplace.stock import notices
from marketplace.stock.queries import figures


def mirror(*, product_ids: Iterable[int], at: datetime) -> None:
    """The records say what the ledger says, and producers hear of what has just become scarce.

    Locked first and summed afterwards: two orders at two places change one record, and the later must see both.
    """
    ids = sorted(set(product_ids))
    records = list(StockRecord.objects.filter(product_id__in=ids).select_for_update(no_key=True).order_by("pk"))
    sums = figures(ids)
    scarce = []
    for record in records:
        before = record.net_stock_level
        known = record.num_in_stock is not None
        record.num_in_stock, record.num_allocated = sums.get(record.product_id, (0, 0))
        threshold = record.low_stock_threshold
        if threshold is not None and known and record.net_stock_level <= threshold < before:
            scarce.append(record)
    StockRecord.objects.bulk_update(records, ["num_in_stock", "num_allocated"])
    if scarce:
        notices.stock_low(scarce, at=at)
