"""Imported inside this app only; others call `stock.actions` and `stock.queries`."""

from .counts import Count, CountLine
from .ledger import ACTIVE, Balance, Hold, HoldQuerySet, Lot, Movement, Purchase, Shortage
from .reserves import Reserve
from .transfers import Transfer, TransferLine

__all__ = [
    "ACTIVE", "Balance", "Count", "CountLine", "Hold", "HoldQuerySet", "Lot", "Movement", "Purchase", "Reserve", "Shortage",
    "Transfer", "TransferLine",
]  # fmt: skip
