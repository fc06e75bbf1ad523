"""What people at a point, carriers and buyers need to know about a parcel."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Sum
from django.utils import timezone

from marketplace.journal.models import Entry
from marketplace.locations.promise import delivered_on, ready_at
from marketplace.order.models import Line, Order, ShippingAddress
from marketplace.people.phones import masked, spoken
from marketplace.shipping.queries import Rates, rates
from marketplace.stock import queries as stock

from ..models import Fulfilment, FulfilmentLine, ShortLine
from .carried import (  # fmt: skip
    IN_PARCELS,
    HandOver,
    hand_over_of,
    hand_overs,
    handed,
    kilograms,
    likely_carrier,
    load,
    quick_quote,
)
from .cash import cash_due, cash_told, value
from .returnable import STANDING, Returnable, perishable_terms, returnable

__all__ = [
    "IN_PARCELS", "REMEMBERED", "STANDING", "HandOver", "Receiver", "Returnable", "When", "as_promised",
    "barred_places", "boxed", "breaks", "brought_to", "cash_due", "cash_told", "commune_of", "contents", "days_to_door",
    "door", "hand_over_of", "hand_overs", "handed", "is_the_rest", "kilograms", "last_left", "late", "late_parcels",
    "likely_carrier", "line_ids", "load", "on_the_way", "perishable_terms", "picked_before", "rates_to", "receiver",
    "refusals", "returnable", "uncollected", "under_way", "undone", "unfetched", "value", "when_with",
]  # fmt: skip

Status = Fulfilment.Status


@dataclass(frozen=True)
class Receiver:
    """Of the buyer no more than the work with a parcel needs now."""

    name: str
    phone: str = ""
    address: str = ""


def under_way(fulfilment: Fulfilment) -> bool:
    """Somebody works with it: only then is it told where its buyer lives and what the buyer wishes."""
    return fulfilment.order.status == Order.Status.CONFIRMED and fulfilment.status in Fulfilment.UNDER_WAY


def receiver(fulfilment: Fulfilment) -> Receiver:
    """While the parcel is under way: whom to call, and where it goes. Before and afterwards the number is masked."""
    order = fulfilment.order
    if not under_way(fulfilment):
        return Receiver(order.contact_name, masked(order.phone) if order.phone else "")
    address = None if fulfilment.is_pickup else order.shipping_address
    return Receiver(order.contact_name, spoken(order.phone) if order.phone else "", door(address))


def undone(parcels: Iterable[int]) -> Mapping[int, int]:
    """How often each of these parcels was opened after it was packed, or lost all its pieces; those of which it is true."""
    done = ["fulfilment.open", "fulfilment.cancelled"]
    rows = Entry.objects.filter(subject="fulfilment.fulfilment", subject_id__in=list(parcels), action__in=done)
    return dict(rows.values_list("subject_id").annotate(times=Count("pk")))


def door(address: ShippingAddress | None) -> str:
    """The address in one line."""
    if address is None:
        return ""
    return ", ".join(part for part in (address.line1, *commune_of(address)) if part)


def commune_of(address: ShippingAddress) -> tuple[str, str]:
    """Its commune and its province, as they are called now."""
    commune = address.commune
    return (str(commune), str(commune.province)) if commune else (address.line4, address.state)


REMEMBERED = timedelta(days=365)


def on_the_way(fulfilment: Fulfilment) -> list[stock.OnTheWay]:
    """What is still to come before the parcel can be picked."""
    return stock.on_the_way(fulfilment.order_id, line_ids(fulfilment)) if fulfilment.gathers else []


def contents(fulfilment: Fulfilment) -> list[str]:
    """What is in it, in words for a letter."""
    parts = fulfilment.lines.select_related("line").order_by("line_id")
    return [f"{part.quantity} × {part.line.title}" for part in parts]


def boxed(part: FulfilmentLine) -> str:
    """The gift box into which these pieces go, and how many of them they fill; nothing of loose goods. The box is here.

    Where pieces were taken off, and no whole boxes are left, its name alone.
    """
    line = part.line
    if not line.box or not line.per_box:
        return ""
    boxes, loose = divmod(part.quantity, line.per_box)
    return line.box.title if loose else f"{boxes} × {line.box.title}"


def line_ids(fulfilment: Fulfilment) -> list[int]:
    """Lines of the order that are in the parcel."""
    return sorted(part.line_id for part in fulfilment.lines.all())


def days_to_door(parcel: Fulfilment, there: Rates | None = None) -> int:
    """How long a parcel that leaves now is under way to the order's address. `there`: what carriers take, where it was asked."""
    found = quick_quote(there or rates_to(parcel.order_id), parcel)
    return found.days if found else 0


def rates_to(order_id: int) -> Rates:
    """What carriers ask today for parcels to the order's address. Two queries."""
    address = ShippingAddress.objects.filter(order=order_id).values_list("commune__province_id", flat=True).first()
    return rates(address, on=timezone.localdate()) if address else Rates([])


def uncollected(today: object, limit: int = 100) -> Sequence[int]:
    """Pickups that waited at their point longer than they could."""
    late = Fulfilment.objects.filter(status=Status.READY, collect_by__lt=today)
    return list(late.order_by("collect_by", "pk").values_list("pk", flat=True)[:limit])


def last_left(order_id: int) -> datetime | None:
    """When the last of the order's parcels so far left the house, sent or collected."""
    sent = Max("shipped_at")
    collected = Max("finished_at", filter=Q(status=Status.COLLECTED))
    when = Fulfilment.objects.filter(order=order_id).aggregate(sent=sent, collected=collected)
    return max((one for one in when.values() if one), default=None)


# By hand, for every order in cash asks it.
REFUSALS = """
    SELECT count(*) FROM fulfilment_fulfilment AS parcel JOIN order_order AS bought ON bought.id = parcel.order_id
     WHERE parcel.failure <> '' AND parcel.failure = ANY(%s) AND parcel.finished_at > %s AND bought.phone = %s AND bought.payment_method = %s
"""


def refusals(phone: str, at: datetime) -> int:
    """Parcels with cash to pay that whoever has this number did not take within a year."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSALS, [list(Fulfilment.BUYERS), at - REMEMBERED, phone, Order.Method.COD])
        return int(cursor.fetchone()[0])


def unfetched(today: date, at: datetime, *, pk: int | None = None, limit: int = 100) -> Sequence[int]:
    """Parcels that wait for at least half a day, whose last day is today or tomorrow, and of which nobody was reminded."""
    rows = Fulfilment.objects.filter(
        status=Status.READY, collect_by__range=(today, today + timedelta(days=1)),
        ready_at__lte=at - timedelta(hours=12), reminded_at=None, order__status=Order.Status.CONFIRMED,
    )  # fmt: skip
    return list((rows.filter(pk=pk) if pk else rows).order_by("collect_by", "pk").values_list("pk", flat=True)[:limit])


def late(since: datetime, *, pk: int | None = None, limit: int = 100) -> Sequence[int]:
    """Pickups that were promised for then and are not ready; a day is over at its end. Of missing pieces is told by itself.

    Whoever was told, and promised another time since, is told again when that is over.
    """
    not_ready = (Status.OPEN, Status.PICKING, Status.PACKED)
    asked = ShortLine.objects.waiting().order_by().filter(fulfilment=OuterRef("pk"))
    today = Q(promised_at__time=time.min, promised_at__gt=since - timedelta(days=1))
    untold = Q(delay_told_at=None) | Q(delay_told_at__lt=F("promised_at"))
    rows = Fulfilment.objects.with_goods().filter(
        untold, ~today, ~Exists(asked), method=Fulfilment.Method.PICKUP, status__in=not_ready, promised_at__lte=since,
        order__status=Order.Status.CONFIRMED,
    )  # fmt: skip
    return list((rows.filter(pk=pk) if pk else rows).order_by("promised_at", "pk").values_list("pk", flat=True)[:limit])


def barred_places(order_id: int, method: str) -> set[int]:
    """Places whose parcel for the order is closed already, or was given up: nothing can be added to it."""
    rows = Fulfilment.objects.filter(order_id=order_id, method=method)
    given_up = rows.exclude(off_because="")
    return set((rows.begun() | given_up).values_list("location_id", flat=True))


class When(NamedTuple):
    """When a parcel is ready to be collected, or by when it is at the door."""

    promised_at: datetime | None
    arrives_on: date | None

    @property
    def moment(self) -> datetime | date | None:
        return self.promised_at or self.arrives_on

    @property
    def day(self) -> date | None:
        return timezone.localdate(self.promised_at) if self.promised_at else self.arrives_on


def as_promised(parcel: Fulfilment) -> When:
    """As the shopper was told."""
    return When(parcel.promised_at, None) if parcel.is_pickup else When(None, parcel.arrives_on)


def brought_to(parcel: Fulfilment, coming: Iterable[stock.Awaited]) -> list[stock.Awaited]:
    """Of what is awaited, what the parcel waits for."""
    lines = set(line_ids(parcel)) if parcel.gathers else ()
    return [one for one in coming if one.transfer.target_id == parcel.location_id and one.line_ids.intersection(lines)]


def when_with(
    parcel: Fulfilment, coming: Iterable[stock.Awaited], at: datetime, *, later: bool = False, there: Rates | None = None
) -> When:  # fmt: skip
    """Its place packs it as soon as all of this is there; `later`: not today. The place's hours are asked.

    `there`: what carriers take to its door, where that was asked.
    """
    days = [one.there_on for one in coming] + ([timezone.localdate(at) + timedelta(1)] if later else [])
    place, there_on = parcel.location, max(days, default=None)
    ready = ready_at(place.hours.all(), place.prep_hours, at=at, there_on=there_on)
    if parcel.is_pickup:
        return When(ready, None)
    return When(None, delivered_on(ready, days_to_door(parcel, there), at=at))


def breaks(parcel: Fulfilment, coming: Sequence[stock.Awaited], at: datetime) -> bool:
    """Were all of it there now, it would still be too late for the day that was promised."""
    day, said = when_with(parcel, coming, at).day if coming else None, as_promised(parcel).day
    return bool(day and said and day > said)


def late_parcels(at: datetime) -> list[int]:
    """Orders whose goods come on a later day than their lists, or their promises, say. Six queries, and three for each delivery."""
    coming: dict[int, list[stock.Awaited]] = defaultdict(list)
    for one in stock.awaited(at=at):
        coming[one.transfer.order_id or 0].append(one)
    rows = Fulfilment.objects.work().filter(order__in=coming, gathers=True, status=Status.OPEN)
    rows = rows.select_related("location", "order").prefetch_related("location__hours", "lines").order_by("pk")
    return list(dict.fromkeys(x.order_id for x in rows if _is_late(x, brought_to(x, coming[x.order_id]), at)))


def _is_late(parcel: Fulfilment, coming: Sequence[stock.Awaited], at: datetime) -> bool:
    return any(one.there_on != one.transfer.expected_on for one in coming) or breaks(parcel, coming, at)


def picked_before(moment: datetime, location_id: int, product_id: int, order_ids: Iterable[int]) -> set[int]:
    """Of these orders those whose parcel with the product stood picked at the place then, and has not been handed over."""
    begun = (Status.PICKING, Status.PACKED, Status.READY)
    rows = Fulfilment.objects.filter(order__in=list(order_ids), location=location_id, lines__line__product=product_id)
    return set(rows.filter(status__in=begun, picking_at__lte=moment).values_list("order_id", flat=True))


def is_the_rest(short: ShortLine) -> bool:
    """The order has no other piece: without these it ends."""
    lines = Line.objects.filter(order=short.fulfilment.order_id)
    left: int = lines.aggregate(all=Sum(F("quantity") - F("cancelled_quantity"), default=0))["all"]
    return left == short.quantity
