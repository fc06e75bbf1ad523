"""What buyers gave back of their parcels: of each sale the share of its pieces is undone."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Sum

from marketplace.fulfilment.models import FulfilmentLine, Return, ReturnLine
from marketplace.stock import queries as stock

from ..fresh import Fresh
from ..models import Entry
from ..shares import Shares, brought_back

Kind = Entry.Kind
Place = tuple[int, int]  # a parcel, and a line of its order


class Back(NamedTuple):
    """Pieces of a parcel's line that were paid back."""

    pk: int
    came: int
    asked_id: int
    way: str
    closed_at: datetime
    parcel_id: int
    order_id: int
    line_id: int

    @property
    def place(self) -> Place:
        return self.parcel_id, self.line_id


FACTS = (
    "pk", "came", "asked_id", "asked__way", "asked__closed_at", "asked__fulfilment_id", "asked__fulfilment__order_id",
    "line_id",
)  # fmt: skip


def backs_of(return_ids: Sequence[int]) -> list[Back]:
    """The lines of the returns, as they were decided."""
    rows = ReturnLine.objects.filter(asked__in=return_ids, came__gt=0).order_by("asked__closed_at", "asked_id", "pk")
    return [Back(*row) for row in rows.values_list(*FACTS)]


def entries_of(backs: Sequence[Back]) -> list[Fresh]:
    """What they take off what their producers were owed."""
    sales = Sales(backs)
    return [entry for back in backs if (entry := sales.undo(back))]


class Sales:
    """What was sold in the parcels that something came back of, and how much of it came back so far."""

    def __init__(self, backs: Sequence[Back]) -> None:
        rows = FulfilmentLine.objects.filter(fulfilment__in={back.parcel_id for back in backs})
        facts = list(rows.values_list("fulfilment", "line", "pk", "quantity"))
        keys = {f"sold:{pk}": (parcel, line) for parcel, line, pk, _n in facts}
        self._sold = {keys[entry.key]: entry for entry in Entry.objects.filter(key__among=list(keys))}
        self._brought: dict[Place, int] = {(parcel, line): n for parcel, line, _pk, n in facts}
        self._came = Counter(_came_before(backs))
        self._back = self._undone()
        self._own = _own_pieces({back.order_id for back in backs}) if stock.Bought() else Counter[tuple[int, int]]()

    def _undone(self) -> Counter[Place]:
        """Pieces of each sale that were taken off before."""
        lines = {line for _parcel, line in self._sold}
        rows = Entry.objects.filter(order_line_id__among=list(lines), kind=Kind.ONLINE_BACK).order_by()
        sums = rows.values("order_line_id", "location_id").annotate(n=Sum("quantity"))
        found = {(line, at): -n for line, at, n in sums.values_list("order_line_id", "location_id", "n")}
        return Counter({place: found.get((place[1], sale.location_id), 0) for place, sale in self._sold.items()})

    def undo(self, back: Back) -> Fresh | None:
        """The producer's part of it: what is not the place's own, and was owed for."""
        sale, before = self._sold.get(back.place), self._back[back.place]
        if sale is None:
            return None
        pieces = min(back.came - self._places_own(back, sale), sale.quantity - before)
        self._came[back.place] += back.came
        if pieces <= 0:
            return None
        self._back[back.place] = before + pieces
        shares = Shares(sale.gross, sale.commission, sale.vat, sale.pit)
        return Fresh(
            sale.producer_id, sale.location_id, Kind.ONLINE_BACK, f"given-back:{back.pk}", sale.title, sale.reference,
            -pieces, brought_back(shares, pieces, of=sale.quantity, before=before), back.closed_at, sale.percent,
            sale.order_line_id,
        )  # fmt: skip

    def _places_own(self, back: Back, sale: Entry) -> int:
        """Pieces that the place had bought: as the ledger took them in; of what need not come they count first."""
        own_before = self._came[back.place] - self._back[back.place]
        left = max(0, self._brought[back.place] - sale.quantity - own_before)
        kept = back.way == Return.Way.KEEP
        return min(left, back.came if kept else self._own[back.asked_id, back.line_id])


def _came_before(backs: Sequence[Back]) -> dict[Place, int]:
    """Pieces that earlier returns brought of the same parcels."""
    parcels = {back.parcel_id for back in backs}
    rows = ReturnLine.objects.filter(asked__fulfilment__in=parcels, asked__netted_at__isnull=False).order_by()
    sums = rows.values("asked__fulfilment", "line").annotate(n=Sum("came"))
    return {(parcel, line): n for parcel, line, n in sums.values_list("asked__fulfilment", "line", "n")}


def _own_pieces(order_ids: set[int]) -> Counter[tuple[int, int]]:
    """Of each line of a return, the pieces that the ledger put back among what the place had bought."""
    bought, found = stock.Bought(), Counter[tuple[int, int]]()
    for (asked, line), moves in stock.brought_back(order_ids).items():
        found[asked, line] = sum(move.quantity for move in moves if move in bought)
    return found
