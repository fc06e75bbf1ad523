"""What may still be promised to orders. An expired hold promises nothing: its units count as available."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import BooleanField, ExpressionWrapper, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from marketplace.locations.models import Location
from marketplace.locations.promise import arrives_on

from ..models import Balance, Hold, Reserve
from ..routing import Place, Supply
from ..standing import Standing, Terms, settled


def supplies(
    product_ids: Iterable[int], *, at: datetime, location_ids: Iterable[int] | None = None, ships: bool = False
) -> list[Supply]:
    """What each lot at each active place may still promise to orders. One query."""
    return settled(*standing(product_ids, at=at, location_ids=location_ids, ships=ships))


def standing(
    product_ids: Iterable[int], *, at: datetime, location_ids: Iterable[int] | None = None, ships: bool = False,
    points: Iterable[int] = (),
) -> tuple[list[Standing], Terms]:  # fmt: skip
    """The books of active places (all, or those that send goods, and these `points`), and their terms. One query."""
    rows = Balance.objects.filter(lot__product_id__in=list(product_ids), location__active=True)
    rows = rows.filter(location_id__in=list(location_ids)) if location_ids is not None else rows
    rows = rows.filter(Q(location__ships=True) | Q(location_id__in=list(points))) if ships else rows
    found: dict[int, Standing] = {}
    reserves: dict[tuple[int, int | None], tuple[int, int]] = {}
    days: dict[int, int] = {}
    for *row, keeps, reserved_for, pieces, percent in _facts(rows, at):
        one = found[row[0]] = Standing(*row)
        days[one.product_id] = keeps
        if pieces is not None:
            reserves[one.location_id, reserved_for] = pieces, percent
    return list(found.values()), Terms(reserves, days)


def _facts(rows: QuerySet[Balance], at: datetime) -> Iterable[tuple]:  # type: ignore[type-arg]
    """A balance with each reserve that may concern it: the product's own, and the place's for all."""
    expired = Hold.objects.expired_at(at).filter(balance=OuterRef("pk")).order_by().values("balance")
    units = Subquery(expired.annotate(units=Sum("quantity")).values("units"))
    mine = Q(location__reserves__product=None) | Q(location__reserves__product=F("lot__product"))
    serves = _serves(at)
    return (
        rows.filter(serves | Q(on_hand__lt=F("held")))
        .annotate(
            reserve=FilteredRelation("location__reserves", condition=mine),
            promised=F("held") - Coalesce(units, 0),
            serves=ExpressionWrapper(serves, BooleanField()),
            keeps=Coalesce(F("lot__product__arrival_days"), 0),
        )
        .order_by("pk")
        .values_list(
            "pk", "location_id", "lot__product_id", "on_hand", "promised", "lot__best_before", "serves",
            "keeps", "reserve__product_id", "reserve__safety_stock", "reserve__counter_percent",
        )
    )  # fmt: skip


def _serves(at: datetime) -> Q:
    """Lots past their date, and frozen ones, are promised and sold to nobody."""
    today = timezone.localdate(at)
    return Q(lot__frozen_at=None) & (Q(lot__best_before=None) | Q(lot__best_before__gte=today))


def terms(location_ids: Iterable[int]) -> Terms:
    """What these places keep back. One query."""
    rows = Reserve.objects.filter(location_id__in=list(location_ids))
    facts = rows.values_list("location_id", "product_id", "safety_stock", "counter_percent")
    return Terms({(place, product): (pieces, percent) for place, product, pieces, percent in facts})


def spread(product_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, dict[int, int]]:
    """Units for orders by product and location, of every active place; places on whose books the product stands."""
    at = at or timezone.now()
    today = timezone.localdate(at)
    found: dict[int, dict[int, int]] = {pk: {} for pk in product_ids}
    for supply in supplies(list(found), at=at):
        here = found[supply.product_id]
        units = supply.available if supply.may_arrive(today) else 0
        here[supply.location_id] = here.get(supply.location_id, 0) + units
    return found


def available(product_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, int]:
    """Units that an order may still get, of all places together. Every product asked for is in the answer."""
    return {product: sum(places.values()) for product, places in spread(product_ids, at=at).items()}


def available_at(location_id: int, product_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, int]:
    """What the counter of one place may sell: all that is not promised, whatever it keeps back from orders."""
    found = dict.fromkeys(product_ids, 0)
    rows, _ = standing(list(found), at=at or timezone.now(), location_ids=[location_id])
    for supply in settled(rows, Terms()):
        found[supply.product_id] += supply.available
    return found


def busyness(location_ids: Iterable[int], *, bring_at: datetime | None = None) -> dict[int, Place]:
    """Where places lie, how many units each has promised to orders and, asked so, when what it sends now arrives."""
    rows = Location.objects.filter(pk__in=list(location_ids)).select_related("commune")
    return compared(rows.prefetch_related("hours") if bring_at else rows, bring_at=bring_at)


def compared(locations: Iterable[Location], *, bring_at: datetime | None = None) -> dict[int, Place]:
    """These places as the router sees them; their communes, and to bring something their hours, are here. One query."""
    rows = list(locations)
    held = dict(
        Hold.objects.active().filter(balance__location__in=rows).order_by().values("balance__location_id")
        .annotate(units=Sum("quantity")).values_list("balance__location_id", "units")
    )  # fmt: skip
    return {x.pk: Place(x.pk, point_of(x), held.get(x.pk, 0), _brought_on(x, bring_at)) for x in rows}


def _brought_on(location: Location, at: datetime | None) -> date | None:
    return arrives_on(location.hours.all(), location.prep_hours, location.transfer_days, at=at) if at else None


def point_of(location: Location) -> tuple[float, float] | None:
    if location.latitude is not None and location.longitude is not None:
        return location.latitude, location.longitude
    return location.commune.point if location.commune else None
