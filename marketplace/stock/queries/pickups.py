"""Whether and when an order can be collected at a point: what it has, what others would bring, what is on its way."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.locations.models import Location
from marketplace.locations.promise import arrives_on, ready_at, spoken

from ..models import Transfer, TransferLine
from ..routing import Destination, NotEnough, Place, Supply, Want, route
from ..standing import settled
from .promising import busyness, point_of, seen_from, standing


@dataclass(frozen=True)
class PlaceStock:
    """A place with its own pieces of a product. `promise` says when one can be collected there, if it can."""

    location: Location
    available: int
    promise: str = ""


@dataclass(frozen=True)
class Outlook:
    """When goods can be collected at a point, which places bring what it lacks, and which products no place has.

    `stays`: those of the missing that others have, and may not bring.
    """

    ready_at: datetime | None = None
    sources: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    stays: tuple[int, ...] = ()

    @property
    def why(self) -> str:
        """Why one product cannot be collected there although others have it."""
        return _("not brought here from elsewhere, the way is too long or too warm for it") if self.stays else ""

    def spoken(self, at: datetime) -> str:
        return spoken(self.ready_at, at=at, sources=self.sources) if self.ready_at else ""


@dataclass(frozen=True)
class OnTheWay:
    """Units of an order that are not yet at its point, all of a kind from one place."""

    source: str
    quantity: int
    expected_on: date | None


@dataclass(frozen=True)
class Awaited:
    """A list that still has to bring something for lines of an order, and on which day it can be there."""

    transfer: Transfer
    there_on: date
    line_ids: frozenset[int] = frozenset()


def around(
    wants: Sequence[Want], found: Sequence[Supply], destination: Destination, *, at: datetime
) -> dict[int, Place]:
    """The places that the router compares; none, when the place where all is gathered has it. One query."""
    everywhere = {supply.location_id for supply in found}
    if destination.gathered_at is not None:
        with suppress(NotEnough):
            route(wants, [s for s in found if s.location_id == destination.gathered_at], {}, destination)
            return {}
    return seen_from(destination, everywhere, at=at)


def to_point(point: Location, on: date) -> Destination:
    """Goods are collected there, on that day at the earliest."""
    return Destination(point.pk, point_of(point), on)


def first_day(point: Location, *, at: datetime) -> date:
    """On which day what the point has now can be collected: after closing time, not today. Its hours are asked."""
    ready = ready_at(point.hours.all(), point.prep_hours, at=at)
    return timezone.localdate(ready or at)


def outlooks(wants: Sequence[Want], points: Iterable[Location], *, at: datetime) -> dict[int, Outlook]:
    """For each of these points, whose commune and hours are here. A query, and two when others must bring goods."""
    points = list(points)
    rows, terms = standing({w.product_id for w in wants}, at=at, ships=True, points=[point.pk for point in points])
    found = settled(rows, terms)
    known = Location.objects.filter(pk__in={supply.location_id for supply in found})
    return _outlooks(wants, found, points, known, at)


def _outlooks(
    wants: Sequence[Want],
    found: Sequence[Supply],
    points: Collection[Location],
    known: Iterable[Location],
    at: datetime,
) -> dict[int, Outlook]:
    """`known` are the places of `found`, asked only where some point lacks something."""
    alone = {point.pk: _outlook(wants, found, point, {}, {}, at) for point in points}
    if not any(one.missing for one in alone.values()):
        return alone
    names = {one.pk: one.name for one in known if one.ships}
    places = busyness(names, bring_at=at)
    return {p.pk: _outlook(wants, found, p, places, names, at) if alone[p.pk].missing else alone[p.pk] for p in points}


def _outlook(
    wants: Sequence[Want], found: Sequence[Supply], point: Location, places: Mapping[int, Place],
    names: Mapping[int, str], at: datetime,
) -> Outlook:  # fmt: skip
    """As the order itself would be routed; without `places` the point is alone."""
    destination = to_point(point, first_day(point, at=at))
    near = [supply for supply in found if supply.location_id == point.pk or supply.location_id in places]
    try:
        [parcel] = route(wants, near, places, destination).parcels
    except NotEnough as short:
        # Of each alone there may be enough, and yet nothing that keeps until the rest is there.
        lacking = [p for p in {w.product_id for w in wants} if _lacks(p, wants, near, places, destination)]
        missing = tuple(lacking or [short.product_id])
        away = {s.product_id for s in near if s.stays and _sold_there(s, at) and s.location_id != point.pk}
        return Outlook(missing=missing, stays=tuple(product for product in missing if product in away))
    ready = ready_at(point.hours.all(), point.prep_hours, at=at, there_on=parcel.there_on)
    return Outlook(ready, tuple(names[source] for source in parcel.sources))


def _sold_there(supply: Supply, at: datetime) -> int:
    """So many units its own place may hand out today."""
    return supply.available if supply.may_arrive(timezone.localdate(at)) else 0


def _lacks(
    product: int, wants: Sequence[Want], near: Sequence[Supply], places: Mapping[int, Place], destination: Destination
) -> bool:
    try:
        route([want for want in wants if want.product_id == product], near, places, destination)
    except NotEnough:
        return True
    return False


def places(product_id: int, *, at: datetime | None = None, lasts: datetime | None = None) -> list[PlaceStock]:
    """Active places on whose books the product stands, with what each may still sell; by name. Three queries.

    Of pickup points also when one piece can be collected, still true at `lasts`: a query more when some have none.
    """
    at = at or timezone.now()
    found = settled(*standing([product_id], at=at))
    here: dict[int, int] = {}
    for supply in found:
        here[supply.location_id] = here.get(supply.location_id, 0) + _sold_there(supply, at)
    known = Location.objects.filter(pk__in=here).select_related("commune").prefetch_related("hours")
    rows = list(known.order_by("name"))
    points = [row for row in rows if row.offers_pickup]
    when = lasts or at
    seen = _outlooks([Want(0, product_id, 1)], found, points, rows, when)
    said = {pk: one.spoken(when) or one.why for pk, one in seen.items()}
    return [PlaceStock(row, here[row.pk], said.get(row.pk, "")) for row in rows]


def on_the_way(
    order_id: int, line_ids: Collection[int] | None = None, *, without_lot: int | None = None
) -> list[OnTheWay]:
    """What other places still have to send for the order (or these lines of it), or have sent and is not there. One query.

    What went missing is among it until it is known where else to get it: nothing may be packed without it.
    """
    rows = TransferLine.objects.filter(transfer__order_id=order_id, order_line_id__isnull=False)
    rows = rows if line_ids is None else rows.filter(order_line_id__in=line_ids)
    rows = rows if without_lot is None else rows.exclude(lot=without_lot)
    left = rows.annotate(left=F("quantity") - F("arrived")).filter(left__gt=0).order_by("pk")
    found: dict[tuple[str, date | None], int] = {}
    for source, expected_on, units in left.values_list("transfer__source__name", "transfer__expected_on", "left"):
        found[source, expected_on] = found.get((source, expected_on), 0) + units
    return [OnTheWay(source, units, day) for (source, day), units in found.items()]


def awaited(*, at: datetime, order_id: int | None = None) -> list[Awaited]:
    """What other places still have to send to where orders (or this one) are gathered, or have sent. Three queries.

    It comes on the day it is expected, but not before its place can have sent it, nor on a day that is over.
    """
    left = TransferLine.objects.filter(order_line_id__isnull=False, quantity__gt=F("arrived") + F("missing"))
    rows = Transfer.objects.under_way().filter(Exists(left.filter(transfer=OuterRef("pk"))), order_id__isnull=False)
    rows = rows.filter(order_id=order_id) if order_id else rows
    found = rows.select_related("source").prefetch_related("source__hours", Prefetch("lines", left, to_attr="left"))
    return [
        Awaited(
            one, max(one.expected_on or date.min, _earliest(one, at)), frozenset(x.order_line_id or 0 for x in one.left)
        )
        for one in found.order_by("pk")
    ]


def _earliest(transfer: Transfer, at: datetime) -> date:
    """Packed it leaves while its place is open; once it has left, it may be there any moment."""
    if transfer.status != Transfer.Status.DRAFT:
        return timezone.localdate(at)
    return arrives_on(transfer.source.hours.all(), 0, transfer.source.transfer_days, at=at)
