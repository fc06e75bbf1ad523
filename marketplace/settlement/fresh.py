"""An entry before it is written."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from marketplace.money import ZERO

from .shares import Shares

COLUMNS = (
    "producer", "location", "kind", "key", "title", "reference", "quantity", "gross", "percent", "commission", "vat",
    "pit", "net", "order_line_id", "happened_at", "recorded_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fresh:
    """An entry before it is written."""

    producer_id: int
    location_id: int
    kind: str
    key: str
    title: str
    reference: str
    quantity: int
    shares: Shares
    happened_at: datetime
    percent: Decimal = ZERO
    order_line_id: int | None = None
    amount: Decimal | None = None  # of what is no sale: a payment, a correction

    def row(self, recorded_at: datetime) -> tuple[object, ...]:
        """In the order of the columns."""
        about = self.producer_id, self.location_id, str(self.kind), self.key, self.title[:255], self.reference[:80]
        shares = self.shares
        net = shares.net if self.amount is None else self.amount
        money = shares.gross, self.percent, shares.commission, shares.vat, shares.pit, net
        return *about, self.quantity, *money, self.order_line_id, self.happened_at, recorded_at
