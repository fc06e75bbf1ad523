"""What is where, what moved, and for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, F, Func, Q, QuerySet, Sum, Value
from django.utils import timezone

from catalogue.models import Product

from ..models import ACTIVE, Balance, Hold, Movement, Shortage, Transfer, TransferLine


@dataclass(frozen=True)
class Row:
    """A line of a stock page: a lot of a product at a place."""

    balance_id: int
    product_id: int
    title: str
    location_id: int
    location: str
    lot: str
    best_before: date | None
    on_hand: int
    held: int
    demonstration: bool
    lot_id: int = 0
    frozen: bool = False

    @property
    def available(self) -> int:
        return self.on_hand - self.held


@dataclass(frozen=True)
class Pick:
    """What a point takes from its shelf for an order line."""

    line_id: int
    product_id: int
    lot: str
    best_before: date | None
    quantity: int


def stocked(location_id: int) -> list[int]:
    """Products that stand on a place's books."""
    return sorted(Balance.objects.filter(location_id=location_id).values_list("lot__product_id", flat=True).distinct())


def balances(
    *, location_ids: Iterable[int] | None = None, product_ids: Iterable[int] | None = None, at: datetime | None = None
) -> list[Row]:
    """Lines of a stock page, of the places or the products asked for, or of those products at those places. One query."""
    rows = Balance.objects.exclude(on_hand=0, held=0)
    rows = rows.filter(location_id__in=list(location_ids)) if location_ids is not None else rows
    rows = rows.filter(lot__product_id__in=list(product_ids)) if product_ids is not None else rows
    expired = Sum("holds__quantity", filter=_expired(at or timezone.now()), default=0)
    facts = rows.annotate(expired=expired).order_by("lot__product__title", "location__name", "lot__best_before", "pk")
    return [
        Row(*fact[:8], fact[8] - fact[9], *fact[10:12], frozen=fact[12] is not None)
        for fact in facts.values_list(
            "pk", "lot__product_id", "lot__product__title", "location_id", "location__name",
            "lot__code", "lot__best_before", "on_hand", "held", "expired", "lot__demonstration",
            "lot_id", "lot__frozen_at",
        )
    ]  # fmt: skip


def _expired(at: datetime) -> Q:
    return Q(holds__expires_at__lte=at, **{f"holds__{name}": value for name, value in ACTIVE.items()})


def to_pick(order_id: int, location_id: int) -> list[Pick]:
    """What the order gets from this place's shelf, lot by lot; also after it was handed over. One query."""
    holds = Hold.objects.filter(order_id=order_id, balance__location_id=location_id, released_at__isnull=True)
    facts = ("order_line_id", "balance__lot__product_id", "balance__lot__code", "balance__lot__best_before", "quantity")
    return [Pick(*row) for row in holds.order_by("order_line_id", "pk").values_list(*facts)]


def units_of_lines() -> dict[int, tuple[int, int, int]]:
    """Units of each order line: still held for it, handed over, and sent to its point.

    The last have not arrived: they travel, or are missing and nobody has found others yet.
    """
    held = Sum("quantity", filter=Q(**ACTIVE), default=0)
    issued = Sum("quantity", filter=Q(issued_at__isnull=False), default=0)
    rows = Hold.objects.order_by().values("order_line_id").annotate(held=held, issued=issued)
    found = {line: (held, issued, 0) for line, held, issued in rows.values_list("order_line_id", "held", "issued")}
    sent = TransferLine.objects.filter(order_line_id__isnull=False, transfer__sent_at__isnull=False).order_by()
    travelling = sent.values("order_line_id").annotate(units=Sum(F("quantity") - F("arrived")))
    for line, units in travelling.values_list("order_line_id", "units"):
        assert line is not None  # the filter says so
        found[line] = (*found.get(line, (0, 0, 0))[:2], units)
    return found


Promise = tuple[int, int, int, int]  # order, its line, product, place


def promised() -> dict[Promise, int]:
    """Units held for orders, line by line and place by place."""
    rows = Hold.objects.active().order_by().values("order_id", "order_line_id")
    facts = rows.values_list("order_id", "order_line_id", "balance__lot__product_id", "balance__location_id")
    return {(a, b, c, d): units for a, b, c, d, units in facts.annotate(units=Sum("quantity"))}


def kept_for(order_id: int) -> dict[tuple[int, int], int]:
    """Units held for an order, by its line and the place where they lie."""
    rows = Hold.objects.active().filter(order_id=order_id).order_by().values("order_line_id", "balance__location_id")
    facts = rows.annotate(units=Sum("quantity")).values_list("order_line_id", "balance__location_id", "units")
    return {(line, place): units for line, place, units in facts}


def to_be_sent() -> dict[Promise, int]:
    """Units on the lists of what places send to an order's point, and have not sent yet."""
    rows = TransferLine.objects.filter(order_line_id__isnull=False, transfer__status=Transfer.Status.DRAFT).order_by()
    facts = rows.values_list("transfer__order_id", "order_line_id", "lot__product_id", "transfer__source_id")
    return {(a or 0, b or 0, c, d): units for a, b, c, d, units in facts.annotate(units=Sum("quantity"))}


def movements(*, location_id: int | None = None, product_id: int | None = None, limit: int = 100) -> list[Movement]:
    """The newest lines of the ledger, with lot, place and person."""
    rows = Movement.objects.select_related("balance__lot__product", "balance__location", "by").order_by("-pk")
    rows = rows.filter(balance__location_id=location_id) if location_id else rows
    rows = rows.filter(balance__lot__product_id=product_id) if product_id else rows
    return list(rows[:limit])


def shortages(location_ids: Iterable[int]) -> list[Shortage]:
    """Open cases where a place has promised more than it has; newest first."""
    rows = Shortage.objects.filter(closed_at__isnull=True, balance__location_id__in=list(location_ids))
    return list(rows.select_related("balance__lot__product", "balance__location").order_by("-pk"))


def figures(product_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """What Oscar should show: units in stock (never below zero) and units allocated, by product."""
    sums = Balance.objects.filter(lot__product_id__in=product_ids).values("lot__product_id")
    rows = sums.annotate(here=Sum("on_hand"), promised=Sum("held")).values_list("lot__product_id", "here", "promised")
    return {product: (max(0, here), promised) for product, here, promised in rows}


def title(product_id: int) -> str:
    """For a sentence about the product."""
    return Product.objects.filter(pk=product_id).values_list("title", flat=True).first() or ""


def moved_by_tills() -> dict[str, int]:
    """Units that the ledger moved for each till event, by its number in the inbox."""
    kinds = (Movement.Kind.SOLD, Movement.Kind.RETURNED)
    return _by_cause(Movement.objects.filter(key__startswith="till:", kind__in=kinds))


def issued_by_holds() -> dict[int, int]:
    """Units that left for each hold, by its number."""
    found = _by_cause(Movement.objects.filter(key__startswith="issued:", kind=Movement.Kind.ISSUED))
    return {int(hold): -units for hold, units in found.items()}


def sent_and_arrived() -> tuple[dict[int, int], dict[int, int]]:
    """Units that the ledger moved for each transfer line, by its number: out of the source, into the target."""
    sent = _by_cause(Movement.objects.filter(key__startswith="sent:", kind=Movement.Kind.SENT))
    arrived = _by_cause(Movement.objects.filter(key__startswith="arrived:", kind=Movement.Kind.ARRIVED))
    return {int(line): -units for line, units in sent.items()}, {int(line): units for line, units in arrived.items()}


def taken_in() -> dict[str, tuple[int, int]]:
    """Units that came back from buyers and how many of them were written off, by what they came back for."""
    rows = Movement.objects.filter(cause__startswith="return:").order_by().values("cause")
    came = Sum("quantity", filter=Q(kind=Movement.Kind.RETURNED), default=0)
    off = Sum("quantity", filter=Q(kind=Movement.Kind.SPOILED), default=0)
    sums = rows.annotate(came=came, off=off).values_list("cause", "came", "off")
    return {cause: (came, -off) for cause, came, off in sums}


def booked_by_counts() -> dict[int, int]:
    """Units by which the books followed each line of a count."""
    found = _by_cause(Movement.objects.filter(key__startswith="stocktaking:", kind=Movement.Kind.COUNTED))
    return {int(line): units for line, units in found.items()}


def _by_cause(rows: QuerySet[Movement]) -> dict[str, int]:
    """The middle of a movement's key names what moved it."""
    named = rows.order_by().annotate(
        by_what=Func("key", Value(":"), Value(2), function="split_part", output_field=CharField())
    )
    return dict(named.values("by_what").annotate(units=Sum("quantity")).values_list("by_what", "units"))
