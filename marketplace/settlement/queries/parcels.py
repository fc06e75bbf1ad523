"""What reached its buyer: each line of a parcel is one entry, or none where the place sold its own goods."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Sum

from marketplace.fulfilment.models import FulfilmentLine
from marketplace.stock import queries as stock

from ..fresh import Fresh
from ..models import Entry
from ..shares import gross_of_pieces, shared
from .terms import Seller, Terms

Kind = Entry.Kind


class Part(NamedTuple):
    """A line of a parcel, with what its order line says as sold."""

    pk: int
    quantity: int
    location_id: int
    finished_at: datetime
    order_id: int
    number: str
    ordered_at: datetime
    line_id: int
    title: str
    ordered: int
    price: Decimal
    percent: Decimal
    product_id: int | None
    producer_id: int
    kind: str

    @property
    def seller(self) -> Seller:
        return Seller(self.producer_id, self.kind, self.percent)


FACTS = (
    "pk", "quantity", "fulfilment__location_id", "fulfilment__finished_at", "fulfilment__order_id",
    "fulfilment__order__number", "fulfilment__order__date_placed", "line_id", "line__title", "line__quantity",
    "line__line_price_incl_tax", "line__commission_percent", "line__product_id", "line__partner_id", "line__partner__kind",
)  # fmt: skip


def parts_of(parcel_ids: Sequence[int]) -> list[Part]:
    """The lines of the parcels, in the order in which they were packed."""
    rows = FulfilmentLine.objects.filter(fulfilment__in=parcel_ids, line__partner__isnull=False).order_by("pk")
    return [Part(*row) for row in rows.values_list(*FACTS)]


def consigned(parts: Sequence[Part]) -> dict[int, int]:
    """Of each line of a parcel, the pieces that were their producer's; the others the place had bought."""
    bought = stock.Bought()
    left: Any = stock.handed_over({part.order_id for part in parts}) if bought else {}
    found = {}
    for part in parts:
        moves = left.get((part.line_id, part.location_id), ())
        own = sum(-move.quantity for move in moves if move in bought)
        found[part.pk] = max(0, part.quantity - own)
    return found


def entries_of(parts: Sequence[Part]) -> list[Fresh]:
    """What the lines bring their producers, on the terms of when they were ordered."""
    terms = Terms({part.producer_id for part in parts}, {part.product_id for part in parts})
    pieces, before = consigned(parts), _entered([part.line_id for part in parts])
    return [_entry(part, pieces[part.pk], before, terms) for part in parts if pieces[part.pk]]


def _entry(part: Part, pieces: int, before: dict[int, int], terms: Terms) -> Fresh:
    """A line may come in several parcels: what its pieces cost is counted on from those before."""
    counted = before.get(part.line_id, 0)
    before[part.line_id] = counted + pieces
    gross = gross_of_pieces(part.price, pieces, of=part.ordered, before=counted)
    percents = terms.online(
        part.seller, part.location_id, part.product_id, sold_at=part.ordered_at, done_at=part.finished_at
    )
    return Fresh(
        part.producer_id, part.location_id, Kind.ONLINE, f"sold:{part.pk}", part.title, part.number, pieces,
        shared(gross, percents), part.finished_at, percents.commission, part.line_id,
    )  # fmt: skip


def _entered(line_ids: Sequence[int]) -> dict[int, int]:
    """Pieces of the order lines that other parcels brought before."""
    rows = Entry.objects.filter(order_line_id__among=line_ids, kind=Kind.ONLINE).order_by().values("order_line_id")
    return {line or 0: n for line, n in rows.annotate(n=Sum("quantity")).values_list("order_line_id", "n")}
