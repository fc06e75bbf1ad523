"""What is where, and what may be promised. An expired hold promises nothing: its units count as available."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalogue.models import Product
from marketplace.locations.models import Location

from .models import ACTIVE, Balance, Hold, Movement, Shortage
from .routing import Place, Supply


@dataclass(frozen=True)
class PlaceStock:
    location: Location
    available: int


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


def supplies(
    product_ids: Iterable[int], *, at: datetime, location_ids: Iterable[int] | None = None, ships: bool = False
) -> list[Supply]:
    """What each lot at each active place may still promise. One query.

    What a place has sold without knowing the lot stands below zero on its books; its other lots owe those units.
    """
    rows = _sellable(at).filter(lot__product_id__in=list(product_ids), location__active=True)
    rows = rows.filter(location_id__in=list(location_ids)) if location_ids is not None else rows
    rows = rows.filter(location__ships=True) if ships else rows
    expired = Hold.objects.expired_at(at).filter(balance=OuterRef("pk")).order_by().values("balance")
    units = Subquery(expired.annotate(units=Sum("quantity")).values("units"))
    free = F("on_hand") - F("held") + Coalesce(units, 0)
    facts = rows.order_by("pk").values_list("pk", "location_id", "lot__product_id", free, "lot__best_before")
    return settled([Supply(*row) for row in facts])


def settled(found: Iterable[Supply]) -> list[Supply]:
    """Debts of a lot are paid by the other lots of the same product at the same place; nothing is left below zero."""
    debts: dict[tuple[int, int], int] = defaultdict(int)
    rows = sorted(found, key=lambda s: (-s.expiry, s.balance_id))
    for supply in rows:
        debts[supply.location_id, supply.product_id] += max(0, -supply.available)
    left = []
    for supply in rows:
        spot = supply.location_id, supply.product_id
        paid = min(debts[spot], max(0, supply.available))
        debts[spot] -= paid
        units = max(0, supply.available) - paid
        left.append(Supply(supply.balance_id, *spot, units, supply.best_before))
    return left


def _sellable(at: datetime) -> QuerySet[Balance]:
    """Lots past their date are sold to nobody."""
    today = timezone.localdate(at)
    return Balance.objects.filter(Q(lot__best_before__isnull=True) | Q(lot__best_before__gte=today))


def spread(product_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, dict[int, int]]:
    """Available units by product and location, of every active place; places on whose books the product stands."""
    found: dict[int, dict[int, int]] = {pk: {} for pk in product_ids}
    for supply in supplies(list(found), at=at or timezone.now()):
        here = found[supply.product_id]
        here[supply.location_id] = here.get(supply.location_id, 0) + supply.available
    return found


def available(product_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, int]:
    """Units that an order may still get, of all places together. Every product asked for is in the answer."""
    return {product: sum(places.values()) for product, places in spread(product_ids, at=at).items()}


def available_at(location_id: int, product_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, int]:
    """The same at one place."""
    found = dict.fromkeys(product_ids, 0)
    for supply in supplies(list(found), at=at or timezone.now(), location_ids=[location_id]):
        found[supply.product_id] += supply.available
    return found


def places(product_id: int, *, at: datetime | None = None) -> list[PlaceStock]:
    """Active places on whose books the product stands, with what each may still sell; by name. Two queries."""
    here = spread([product_id], at=at)[product_id]
    locations = Location.objects.filter(pk__in=here).select_related("commune").order_by("name")
    return [PlaceStock(location, here[location.pk]) for location in locations]


def stocked(location_id: int) -> list[int]:
    """Products that stand on a place's books."""
    return sorted(Balance.objects.filter(location_id=location_id).values_list("lot__product_id", flat=True).distinct())


def busyness(location_ids: Iterable[int]) -> dict[int, Place]:
    """Where places lie, and how many units each already has promised to orders."""
    ids = list(location_ids)
    held = dict(
        Hold.objects.active().filter(balance__location_id__in=ids).order_by().values("balance__location_id")
        .annotate(units=Sum("quantity")).values_list("balance__location_id", "units")
    )  # fmt: skip
    return {x.pk: Place(x.pk, _point(x), held.get(x.pk, 0)) for x in _with_commune(ids)}


def _with_commune(location_ids: list[int]) -> QuerySet[Location]:
    return Location.objects.filter(pk__in=location_ids).select_related("commune")


def _point(location: Location) -> tuple[float, float] | None:
    if location.latitude is not None and location.longitude is not None:
        return location.latitude, location.longitude
    return location.commune.point if location.commune else None


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
        Row(*fact[:8], held=fact[8] - fact[9], demonstration=fact[10])
        for fact in facts.values_list(
            "pk", "lot__product_id", "lot__product__title", "location_id", "location__name",
            "lot__code", "lot__best_before", "on_hand", "held", "expired", "lot__demonstration",
        )
    ]  # fmt: skip


def _expired(at: datetime) -> Q:
    return Q(holds__expires_at__lte=at, **{f"holds__{name}": value for name, value in ACTIVE.items()})


def to_pick(order_id: int, location_id: int) -> list[Pick]:
    """What the order gets from this place's shelf, lot by lot; also after it was handed over. One query."""
    holds = Hold.objects.filter(order_id=order_id, balance__location_id=location_id, released_at__isnull=True)
    facts = ("order_line_id", "balance__lot__product_id", "balance__lot__code", "balance__lot__best_before", "quantity")
    return [Pick(*row) for row in holds.order_by("order_line_id", "pk").values_list(*facts)]


def units_of_lines() -> dict[int, tuple[int, int]]:
    """Units of each order line: still held for it, and handed over."""
    held = Sum("quantity", filter=Q(**ACTIVE), default=0)
    issued = Sum("quantity", filter=Q(issued_at__isnull=False), default=0)
    rows = Hold.objects.order_by().values("order_line_id").annotate(held=held, issued=issued)
    return {line: (held, issued) for line, held, issued in rows.values_list("order_line_id", "held", "issued")}


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
    """Units that the ledger moved for each till event, by its uuid."""
    kinds = (Movement.Kind.SOLD, Movement.Kind.RETURNED)
    return _by_cause(Movement.objects.filter(key__startswith="till:", kind__in=kinds))


def issued_by_holds() -> dict[int, int]:
    """Units that left for each hold, by its number."""
    found = _by_cause(Movement.objects.filter(key__startswith="issued:", kind=Movement.Kind.ISSUED))
    return {int(hold): -units for hold, units in found.items()}


def _by_cause(rows: QuerySet[Movement]) -> dict[str, int]:
    """The middle of a movement's key names what moved it."""
    named = rows.order_by().annotate(
        by_what=Func("key", Value(":"), Value(2), function="split_part", output_field=CharField())
    )
    return dict(named.values("by_what").annotate(units=Sum("quantity")).values_list("by_what", "units"))
