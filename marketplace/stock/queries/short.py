"""Cases where a place promised more than it had, and what went missing on its way to a pickup point."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from ..models import Hold, Lot, Shortage, TransferLine

PAGE = 500  # open cases at once


@dataclass(frozen=True)
class Case:
    """What was taken from units that were promised: where, of what, how many, by whom and when, and how it ended.

    Of a case that a recall opened, `recalled` is the lot; `outcome` and the rest are as of others.
    """

    pk: int
    location_id: int
    location: str
    product_id: int
    product: str
    quantity: int
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    kind: str
    taken: int
    happened_at: datetime
    device: str
    by: str
    recalled: Lot | None = None


@dataclass(frozen=True)
class Missing:
    """Units of an order that left for its point and never arrived."""

    transfer_line_id: int
    order_id: int
    order_line_id: int
    product_id: int
    quantity: int
    reason: str


def open_cases(after: int = 0) -> list[int]:
    """The oldest first, a page of those beyond `after`; when it is full there may be more."""
    rows = Shortage.objects.filter(closed_at=None, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:PAGE])


def open_case(pk: int) -> Case | None:
    return next(iter(_cases(Shortage.objects.filter(pk=pk, closed_at=None))), None)


def cases(location_ids: Iterable[int], *, closed: bool = False) -> QuerySet[Shortage]:
    """Of these places, the newest first; `case` reads them."""
    rows = Shortage.objects.filter(balance__location_id__in=list(location_ids), closed_at__isnull=not closed)
    return rows.order_by("-pk")


def read_cases(rows: Iterable[Shortage]) -> list[Case]:
    """What a page tells of them. One query."""
    found = {case.pk: case for case in _cases(Shortage.objects.filter(pk__in=[row.pk for row in rows]))}
    return [found[row.pk] for row in rows]


def _cases(rows: QuerySet[Shortage]) -> list[Case]:
    about = rows.select_related("balance__location", "balance__lot__product", "movement__by")
    return [
        Case(
            pk=x.pk, location_id=x.balance.location_id, location=x.balance.location.name,
            product_id=x.balance.lot.product_id, product=x.balance.lot.product.title, quantity=x.quantity,
            opened_at=x.opened_at, closed_at=x.closed_at, outcome=x.outcome, **_cause(x),
        )
        for x in about
    ]  # fmt: skip


def _cause(case: Shortage) -> dict[str, Any]:
    """The movement that took the units, or the recall."""
    move = case.movement
    if move is None:
        facts = {"taken": case.quantity, "happened_at": case.opened_at, "device": "", "by": ""}
        return facts | {"kind": "recalled", "recalled": case.balance.lot}
    facts = {"taken": abs(move.quantity), "happened_at": move.happened_at, "device": move.device}
    return facts | {"kind": move.kind, "by": str(move.by or "")}


def holders(location_id: int, product_id: int, *, at: datetime) -> list[int]:
    """Orders to which the place has promised units of the product."""
    here = Hold.objects.active().filter(balance__location_id=location_id, balance__lot__product_id=product_id)
    alive = here.filter(Q(expires_at=None) | Q(expires_at__gt=at))
    return sorted(set(alive.order_by().values_list("order_id", flat=True)))


def missing_on_the_way(limit: int = 100) -> list[Missing]:
    """What nobody has taken up yet, the oldest first."""
    rows = TransferLine.objects.filter(missing__gt=0, order_line_id__isnull=False, transfer__order_id__isnull=False)
    facts = ("pk", "transfer__order_id", "order_line_id", "lot__product_id", "missing", "reason")
    return [Missing(*row) for row in rows.order_by("pk").values_list(*facts)[:limit]]


def opened_since(moment: datetime) -> bool:
    """Somebody must look."""
    return Shortage.objects.filter(closed_at=None, opened_at__gte=moment).exists()
