"""How entries are written: many at once, each only once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from marketplace import rows
from marketplace.money import ZERO
from marketplace.partner.models import Partner

from ..models import Entry, Intake
from ..shares import Shares

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


def lock_intake() -> Intake:
    """Nobody else takes in, or closes a period, until the transaction ends. Locked before any producer."""
    Intake.objects.get_or_create(pk=1)
    return Intake.objects.select_for_update(no_key=True).get(pk=1)


def lock(producer_ids: Iterable[int]) -> list[Partner]:
    """Nobody else makes or pays statements of these producers until the transaction ends."""
    rows = Partner.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=sorted(set(producer_ids))).order_by("pk"))


@transaction.atomic(savepoint=False)
def enter(*, fresh: Iterable[Fresh], at: datetime) -> int:
    """Whatever of it was not entered before is; how many."""
    by_key = {one.key: one for one in fresh}
    known = Entry.objects.filter(key__among=list(by_key)).values_list("key", flat=True)
    for key in known:
        del by_key[key]
    rows.copy(Entry, COLUMNS, [one.row(at) for one in by_key.values()])
    return len(by_key)
