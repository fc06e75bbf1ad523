"""What may still be promised to orders. An expired hold promises nothing: its units count as available."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalogue.models import Product
from catalogue.travel import Needs, hours_of, may_travel
from marketplace.locations.models import Location
from marketplace.locations.promise import arrives_on

from ..models import Reserve
from ..routing import Destination, Place, Supply
from ..standing import Standing, Terms, settled

# By hand, for every list page and every order asks it: Django takes longer to word it than PostgreSQL to answer.
# A balance comes with each reserve that may concern it: the product's own, and the place's for all.
STANDING = """
    SELECT balance.id, balance.location_id, lot.product_id, balance.on_hand,
           balance.held - coalesce((
               SELECT sum(hold.quantity) FROM stock_hold AS hold
                WHERE hold.balance_id = balance.id AND hold.expires_at <= %(at)s
                  AND hold.released_at IS NULL AND hold.issued_at IS NULL AND hold.sent_at IS NULL), 0),
           lot.best_before, good.serves, coalesce(product.arrival_days, 0),
           product.travel_hours_max, product.keep_cool, place.transfer_days, place.cooled_transfers,
           reserve.product_id, reserve.safety_stock, reserve.counter_percent
      FROM stock_balance AS balance
      JOIN stock_lot AS lot ON lot.id = balance.lot_id
      JOIN catalogue_product AS product ON product.id = lot.product_id
      JOIN locations_location AS place ON place.id = balance.location_id
     CROSS JOIN LATERAL (SELECT lot.frozen_at IS NULL AND coalesce(lot.best_before >= %(today)s, true) AS serves) AS good
      LEFT JOIN stock_reserve AS reserve
             ON reserve.location_id = place.id AND (reserve.product_id IS NULL OR reserve.product_id = lot.product_id)
     WHERE lot.product_id = ANY(%(products)s) AND place.active
       AND (NOT %(orders)s OR place.ships OR (place.offers_pickup AND place.kind = 'sales_point'))
       AND (good.serves OR balance.on_hand < balance.held)
       AND (%(places)s::bigint[] IS NULL OR balance.location_id = ANY(%(places)s))
       AND (NOT %(ships)s OR place.ships OR balance.location_id = ANY(%(points)s::bigint[]))
     ORDER BY balance.id
"""

BUSY = """
    SELECT place.id, place.latitude, place.longitude, commune.latitude, commune.longitude, coalesce(held.units, 0),
           place.prep_hours, place.transfer_days, week.days, week.opens, week.closes
      FROM locations_location AS place
      LEFT JOIN places_commune AS commune ON commune.id = place.commune_id
      LEFT JOIN (SELECT balance.location_id, sum(hold.quantity) AS units
                   FROM stock_hold AS hold JOIN stock_balance AS balance ON balance.id = hold.balance_id
                  WHERE balance.location_id = ANY(%(places)s)
                    AND hold.released_at IS NULL AND hold.issued_at IS NULL AND hold.sent_at IS NULL
                  GROUP BY balance.location_id) AS held ON held.location_id = place.id
      LEFT JOIN (SELECT location_id, array_agg(weekday) AS days, array_agg(opens) AS opens, array_agg(closes) AS closes
                   FROM locations_openinghours WHERE location_id = ANY(%(places)s)
                  GROUP BY location_id) AS week ON week.location_id = place.id
     WHERE place.id = ANY(%(places)s)
"""


@dataclass
class Open:
    """Local time, on one day of the week."""

    weekday: int
    opens: time
    closes: time


def supplies(
    product_ids: Iterable[int], *, at: datetime, location_ids: Iterable[int] | None = None, orders: bool = False
) -> list[Supply]:
    """What each lot at each active place (or of those where `orders` may get goods) may still promise. One query."""
    return settled(*standing(product_ids, at=at, location_ids=location_ids, orders=orders))


def standing(
    product_ids: Iterable[int], *, at: datetime, location_ids: Iterable[int] | None = None, ships: bool = False,
    points: Iterable[int] = (), orders: bool = False,
) -> tuple[list[Standing], Terms]:  # fmt: skip
    """The books of active places (all, or those that send goods, and these `points`), and their terms. One query.

    `orders`: of those that send goods or where orders are collected, for others only sell over their counter.
    """
    asked = {
        "products": list(product_ids), "places": None if location_ids is None else list(location_ids),
        "ships": ships, "points": list(points), "orders": orders, "at": at, "today": timezone.localdate(at),
    }  # fmt: skip
    found: dict[int, Standing] = {}
    reserves: dict[tuple[int, int | None], tuple[int, int]] = {}
    days: dict[int, int] = {}
    stays: set[tuple[int, int]] = set()
    with connection.cursor() as cursor:
        cursor.execute(STANDING, asked)
        for *row, keeps, hours_max, cool, way, cooled, reserved_for, pieces, percent in cursor.fetchall():
            one = found[row[0]] = Standing(*row)
            days[one.product_id] = keeps
            if (cool or hours_max is not None) and not _may_leave(Needs(hours_max, cool), way, cooled):
                stays.add((one.location_id, one.product_id))
            if pieces is not None:
                reserves[one.location_id, reserved_for] = pieces, percent
    return list(found.values()), Terms(reserves, days, stays)


def _may_leave(needs: Needs, days: int, cooled: bool) -> bool:
    """By a transfer that takes so many days."""
    return may_travel(needs, hours=hours_of(days), cooled=cooled, uncooled_hours=settings.UNCOOLED_HOURS)


def terms(location_ids: Iterable[int], product_ids: Iterable[int] = ()) -> Terms:
    """What these places keep back, and how long these goods must keep. One query, and one for the goods."""
    rows = Reserve.objects.filter(location_id__in=list(location_ids))
    facts = rows.values_list("location_id", "product_id", "safety_stock", "counter_percent")
    asked = list(product_ids)
    kept = Product.objects.filter(pk__in=asked, arrival_days__isnull=False).values_list("pk", "arrival_days")
    days = {pk: keeps or 0 for pk, keeps in kept} if asked else {}
    return Terms({(place, product): (pieces, percent) for place, product, pieces, percent in facts}, days)


def spread(
    product_ids: Iterable[int], *, at: datetime | None = None, orders: bool = False
) -> dict[int, dict[int, int]]:
    """Units not promised, by product and location, of every active place on whose books the product stands.

    `orders`: only of those where an order may get them.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    found: dict[int, dict[int, int]] = {pk: {} for pk in product_ids}
    for supply in supplies(list(found), at=at, orders=orders):
        here = found[supply.product_id]
        units = supply.available if supply.may_arrive(today) else 0
        here[supply.location_id] = here.get(supply.location_id, 0) + units
    return found


def available(product_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, int]:
    """Units that an order may still get, of all places together. Every product asked for is in the answer."""
    return {product: sum(places.values()) for product, places in spread(product_ids, at=at, orders=True).items()}


def available_at(location_id: int, product_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, int]:
    """What the counter of one place may sell: all that is not promised, whatever it keeps back from orders."""
    found = dict.fromkeys(product_ids, 0)
    rows, _ = standing(list(found), at=at or timezone.now(), location_ids=[location_id])
    for supply in settled(rows, Terms()):
        found[supply.product_id] += supply.available
    return found


def busyness(
    location_ids: Iterable[int], *, bring_at: datetime | None = None, days: int | None = None
) -> dict[int, Place]:
    """Where places lie, how many units each has promised to orders and, asked so, when what it sends now arrives. One query.

    At another place after its own days; at the shopper's after these `days`.
    """
    with connection.cursor() as cursor:
        cursor.execute(BUSY, {"places": list(location_ids)})
        rows = cursor.fetchall()
    return {row[0]: Place(row[0], _point(*row[1:5]), row[5], _brought_on(bring_at, days, *row[6:])) for row in rows}


def seen_from(destination: Destination, location_ids: Iterable[int], *, at: datetime) -> dict[int, Place]:
    """The places as an order with that destination compares them. One query."""
    if destination.gathered_at:
        return busyness(location_ids, bring_at=at)
    return busyness(location_ids, bring_at=None if destination.days is None else at, days=destination.days)


def _point(north: float | None, east: float | None, *commune: float | None) -> tuple[float, float] | None:
    """Its own, or the middle of its commune."""
    for one in ((north, east), commune):
        if one[0] is not None and one[1] is not None:
            return one[0], one[1]
    return None


def _brought_on(at: datetime | None, days: int | None, prep_hours: int, own_days: int, *week: Any) -> date | None:
    """`week`: the weekdays, and from when to when it is open on each; None where nobody knows."""
    if at is None:
        return None
    hours = [Open(*one) for one in zip(*week, strict=True)] if week[0] else []
    return arrives_on(hours, prep_hours, own_days if days is None else days, at=at)


def point_of(location: Location) -> tuple[float, float] | None:
    if location.latitude is not None and location.longitude is not None:
        return location.latitude, location.longitude
    return location.commune.point if location.commune else None
