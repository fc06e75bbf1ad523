"""The parcels that an order would be: from where, which goods, at what cost, and when each is there. Nothing is locked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from marketplace.fulfilment.actions import Opening
from marketplace.fulfilment.models import Fulfilment
from marketplace.locations.models import Location
from marketplace.locations.promise import delivered_on, ready_at
from marketplace.money import ZERO, split
from marketplace.order.drafts import DraftLine
from marketplace.shipping.queries import load_of
from marketplace.stock import actions as stock
from marketplace.stock.queries import Plan, first_day, gather, point_of, to_point
from marketplace.stock.routing import Parcel, Route

from ..details import Details
from .aims import Aims
from .boxes import CannotWait, packer_of
from .travelling import Journey, is_delicate, journey

Method = Fulfilment.Method


@dataclass(frozen=True)
class Way:
    """Goods of an order that go one way, and how they would be served. `place`: where all of them is gathered."""

    method: str
    plan: Plan
    place: Location | None = None
    journey: Journey | None = None
    collect_on: date | None = None

    @property
    def days(self) -> int:
        """On the way to a door."""
        return self.journey.days if self.journey else 0


@dataclass(frozen=True)
class Planned:
    """A parcel before it is one. `day`: when it is at the door, or can be collected, as the shopper agrees to it."""

    opening: Opening

    @property
    def sent(self) -> bool:
        return self.opening.method == Method.DELIVERY

    @property
    def day(self) -> date | None:
        ready = self.opening.promised_at
        return timezone.localdate(ready) if ready else self.opening.arrives_on

    @property
    def terms(self) -> tuple[str, int, str]:
        """What the shopper agrees to. From where it comes may change."""
        return self.opening.method, int(self.opening.fee), str(self.day)


def ways(lines: Sequence[DraftLine], details: Details, to: Aims, *, at: datetime) -> list[Way]:
    """Delivered, collected, or some of each. Refused where there is too little, or where something may not travel so far."""
    wants = [stock.Want(number, line.product.pk, line.quantity) for number, line in enumerate(lines)]
    home = [want for want in wants if not details.collects(want.product_id)]
    found = [_home(lines, home, details, to, at)] if home else []
    if to.point and len(home) < len(wants):
        day = max(details.collect_on or timezone.localdate(at), first_day(to.point, at=at))
        kept = [want for want in wants if want not in home]
        plan = stock.plan(wants=kept, destination=to_point(to.point, day), at=at)
        found.append(Way(Method.PICKUP, plan, to.point, collect_on=details.collect_on))
    return found


def _home(lines: Sequence[DraftLine], wants: Sequence[stock.Want], details: Details, to: Aims, at: datetime) -> Way:
    """To the door: as fast as can be, or gathered into one parcel where that is wanted and more than one is needed.

    A gift box goes out in one piece: with it all is gathered where it is packed.
    """
    point = to.commune.point if to.commune else None
    goods = [(lines[want.line_id].product, want.quantity) for want in wants]
    total = sum((line.total for line in lines), ZERO)
    sent = journey(goods, details.province_id or 0, goods_total=total, at=at)
    arrives = timezone.localdate(at) + timedelta(sent.days)
    delicate = {want.line_id: lines[want.line_id].product for want in wants if is_delicate(lines[want.line_id].product)}
    if packer := packer_of(lines[want.line_id] for want in wants):
        there = stock.Destination(packer.pk, point_of(packer), arrives, sent.days)
        boxed = Way(Method.DELIVERY, stock.plan(wants=wants, destination=there, at=at), packer, sent)
        return _waiting(boxed, delicate)
    door = stock.Destination(None, point, arrives, sent.days)
    fast = Way(Method.DELIVERY, stock.plan(wants=wants, destination=door, at=at), journey=sent)
    return (details.one_parcel and gathered(fast, delicate, at=at)) or fast


def _waiting(boxed: Way, delicate: Mapping[int, Any]) -> Way:
    """Refused where something delicate would first be brought to the packer."""
    away = [product.title for line, product in delicate.items() if not stays(boxed, boxed.plan.route, {line})]
    if away:
        raise CannotWait(title="”, “".join(away))
    return boxed


def gathered(fast: Way, delicate: Collection[int], *, at: datetime) -> Way | None:
    """The same goods in one parcel, from the sales point where all of them is first. None where one is enough, or none can.

    `delicate` lines leave from where they are: their time on the way does not allow for bringing them elsewhere first.
    """
    if len(fast.plan.route.parcels) < 2:
        return None
    points = Location.objects.sales_points().filter(ships=True).select_related("commune").prefetch_related("hours")
    by_number = {point.pk: point for point in points}
    plans = gather(fast.plan, by_number.values(), at=at)
    found = [replace(fast, plan=plan, place=by_number[pk]) for pk, plan in plans.items()]
    found = [way for way in found if stays(way, way.plan.route, delicate)]
    return min(found, key=lambda way: _rank(way, at), default=None)


def stays(way: Way, route: Route, lines: Collection[int]) -> bool:
    """Nothing of these lines is brought to where it would be gathered for a door."""
    if way.place is None or way.method != Method.DELIVERY:
        return True
    return all(one.location_id == way.place.pk for one in route.takings if one.line_id in lines)


def _rank(way: Way, at: datetime) -> tuple[date, int, int]:
    """First there, then with the least brought from elsewhere."""
    [parcel] = way.plan.route.parcels
    brought = sum(one.quantity for one in way.plan.route.takings if one.location_id != parcel.location_id)
    return delivered_on(_ready(way, parcel, at), way.days, at=at), brought, parcel.location_id


def _ready(way: Way, parcel: Parcel, at: datetime) -> datetime | None:
    """When it can be picked and packed where it is gathered."""
    if way.place is None:
        return None
    return ready_at(way.place.hours.all(), way.place.prep_hours, at=at, there_on=parcel.there_on)


def parcels(way: Way, found: Sequence[Parcel], products: Mapping[int, Any], *, at: datetime) -> list[Planned]:
    """These parcels of a way with their fees, each by its own carrier. `products` is what each line is of."""
    loads = [load_of((products[line], units) for line, units in one.lines) for one in found]
    fees = way.journey.fees(loads) if way.journey else [ZERO] * len(loads)
    return [_planned(way, one, fee, at) for one, fee in zip(found, fees, strict=True)]


def _planned(way: Way, parcel: Parcel, fee: Decimal, at: datetime) -> Planned:
    ready = _ready(way, parcel, at)
    if way.method == Method.PICKUP:
        pickup = Opening(parcel, way.method, gathers=True, promised_at=ready, collect_on=way.collect_on)
        return Planned(pickup)
    day = delivered_on(ready, way.days, at=at) if way.place else parcel.there_on
    opening = Opening(parcel, way.method, gathers=bool(way.place), fee=fee, arrives_on=day, travel_days=way.days)
    return Planned(opening)


def terms(planned: Iterable[Planned]) -> list[tuple[str, int, str]]:
    """What is agreed to, in whatever order the parcels stand."""
    return sorted(one.terms for one in planned)


def shared(planned: Sequence[Planned], shipping: Decimal) -> list[Opening]:
    """What is paid for the delivery, offers taken off, divided over the parcels by their fees."""
    parts = iter(split(shipping, [one.opening.fee for one in planned if one.sent]))
    return [replace(one.opening, fee=next(parts) if one.sent else ZERO) for one in planned]
