"""What parcels to a province cost, with whom and how long they travel, and what is still missing for a free delivery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalogue.travel import Needs, hours_of
from marketplace.money import ZERO
from marketplace.places.models import Province

from .models import Carrier, FreeDelivery, Tariff, Zone
from .tariff import Load, Offer, Step, cheapest, fee

# By hand, for every order asks it: Django takes longer to word it than PostgreSQL to answer.
RATES = """
    WITH own AS (SELECT zone_id FROM shipping_zone_provinces WHERE province_id = %(province)s)
    SELECT zone.id, carrier.id, carrier.name, carrier.cooled, carrier.divisor, zone.days, tariff.hours,
           step.grams, step.prices, step.extras,
           (SELECT min(free.least) FROM shipping_freedelivery AS free LEFT JOIN shipping_zone AS its ON its.id = free.zone_id
             WHERE free.valid_from <= %(on)s AND (free.valid_until IS NULL OR free.valid_until >= %(on)s)
               AND (its.id IS NULL OR its.id IN (SELECT zone_id FROM own) OR (its.elsewhere AND NOT EXISTS (
                   SELECT FROM shipping_tariff AS any_own JOIN shipping_tariffstep AS one ON one.tariff_id = any_own.id
                    WHERE any_own.zone_id IN (SELECT zone_id FROM own)))))
      FROM shipping_tariff AS tariff
      JOIN shipping_carrier AS carrier ON carrier.id = tariff.carrier_id AND carrier.active
      JOIN shipping_zone AS zone ON zone.id = tariff.zone_id
      JOIN (SELECT tariff_id, array_agg(up_to_grams) AS grams, array_agg(price) AS prices, array_agg(extra) AS extras
              FROM shipping_tariffstep GROUP BY tariff_id) AS step ON step.tariff_id = tariff.id
     WHERE tariff.valid_from <= %(on)s AND (zone.elsewhere OR zone.id IN (SELECT zone_id FROM own))
     ORDER BY zone.elsewhere, zone.id, carrier.id, tariff.valid_from DESC
"""


@dataclass(frozen=True)
class Quote:
    """Delivery of parcels to one province, each by the carrier that takes least for it, VAT included.

    `costs`: each without the free delivery. `days`: until the last of them is there.
    """

    costs: tuple[Decimal, ...]
    days: int
    carriers: tuple[str, ...]
    free: bool = False

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """What the shopper pays for each parcel."""
        return tuple(ZERO for _ in self.costs) if self.free else self.costs

    @property
    def amount(self) -> Decimal:
        return sum(self.amounts, ZERO)


@dataclass(frozen=True)
class Missing:
    """Goods for so much more, and the delivery is free; `zone` names where, if not everywhere. 0: it is free now."""

    amount: Decimal
    zone: str = ""


@dataclass(frozen=True)
class Rates:
    """What carriers ask on one day for parcels to one province, and from what sum of goods on that is free."""

    offers: Sequence[Offer]
    free_from: Decimal | None = None

    def quote(
        self, parcels: Sequence[Load | int], *, goods_total: Decimal | None = None, within: int | None = None
    ) -> Quote | None:
        """Each by the cheapest for it. None where nobody may bring one of them, or nobody in so many days.

        A parcel may be told as its grams alone. `goods_total`: what the goods cost, discounts taken off.
        """
        loads = [Load(one) if isinstance(one, int) else one for one in parcels]
        quick = [one for one in self.offers if within is None or one.days <= within]
        chosen = [cheapest(quick, load, uncooled_hours=settings.UNCOOLED_HOURS) for load in loads]
        offers = [offer for offer in chosen if offer]
        if not offers or len(offers) < len(loads):
            return None
        free = self.free_from is not None and goods_total is not None and goods_total >= self.free_from
        costs = tuple(fee(offer, load) for offer, load in zip(offers, loads, strict=True))
        return Quote(costs, max(one.days for one in offers), tuple(one.carrier for one in offers), free)

    def too_delicate(self, products: Iterable[Any]) -> list[Any]:
        """Those that nobody may bring there, although others are brought there."""
        return [one for one in products if self.offers and self.quote([load_of([(one, 1)])]) is None]


def quote(
    province_id: int, parcels: Sequence[Load | int], *, on: date, goods_total: Decimal | None = None
) -> Quote | None:
    """The same for whoever asks once. One query."""
    return rates(province_id, on=on).quote(parcels, goods_total=goods_total)


def rates(province_id: int, *, on: date) -> Rates:
    """Of each active carrier what it takes to the province's zone by the tariff of that day. One query."""
    with connection.cursor() as cursor:
        cursor.execute(RATES, {"province": province_id, "on": on})
        rows = cursor.fetchall()
    own = [row for row in rows if row[0] == rows[0][0]]  # the province's own zone comes first
    latest = {row[1]: row for row in reversed(own)}  # of each carrier, too
    return Rates([_offer(*latest[carrier][1:-1]) for carrier in sorted(latest)], rows[0][-1] if rows else None)


def _offer(
    carrier_id: int, carrier: str, cooled: bool, divisor: int, days: int, hours: int | None,
    *steps: Sequence[Any],
) -> Offer:  # fmt: skip
    live = tuple(Step(*step) for step in zip(*steps, strict=True))
    return Offer(carrier_id, carrier, hours or hours_of(days), cooled, divisor, live)


def load_of(goods: Iterable[tuple[Any, int]]) -> Load:
    """One parcel with so many pieces of each product."""
    rows = list(goods)
    hours = [one.travel_hours_max for one, _n in rows if one.travel_hours_max is not None]
    return Load(
        sum(int(one.weight_grams) * n for one, n in rows), sum(one.volume_cm3 * n for one, n in rows),
        Needs(min(hours, default=None), any(one.keep_cool for one, _n in rows)),
    )  # fmt: skip


def reached(products: Iterable[Any], *, on: date) -> dict[int, list[Zone]]:
    """The zones to which somebody may bring each product, the nearest first; as many queries as there are zones."""
    asked = list(products)
    found: dict[int, list[Zone]] = {one.pk: [] for one in asked}
    for zone in Zone.objects.prefetch_related("provinces").order_by("elsewhere", "days", "name"):
        there = rates(example, on=on) if (example := _example(zone)) else Rates([])
        nobody = there.too_delicate(asked)
        for one in asked:
            if there.offers and one not in nobody:
                found[one.pk].append(zone)
    return found


def _example(zone: Zone) -> int | None:
    """A province that lies in the zone."""
    if not zone.elsewhere:
        return next((one.pk for one in zone.provinces.all()), None)
    return Province.objects.filter(shipping_zones=None).values_list("pk", flat=True).first()


def missing_for_free(goods_total: Decimal, *, on: date, province_id: int | None = None) -> Missing | None:
    """What goods are missing for a free delivery there; before it is known where, everywhere or, failing that, somewhere."""
    rows = FreeDelivery.objects.live_on(on).select_related("zone").order_by("least", "pk")
    found = list(rows.filter(_of_zone(province_id)) if province_id else rows)
    best = next((one for one in found if one.zone is None), None) if not province_id else None
    best = best or next(iter(found), None)
    if best is None:
        return None
    named = best.zone.label if best.zone and not province_id else ""
    return Missing(max(best.least - goods_total, ZERO), named)


def _of_zone(province_id: int) -> Q:
    """Everywhere, or for the zone that the province lies in."""
    own = Zone.objects.filter(pk=OuterRef("zone"), provinces=province_id)
    any_own = Zone.objects.filter(provinces=province_id, tariffs__steps__isnull=False)
    return Q(zone=None) | Q(Exists(own)) | (Q(zone__elsewhere=True) & ~Q(Exists(any_own)))


def tariffs_in_force(on: date) -> QuerySet[Tariff]:
    """Each carrier's present tariff to each zone, and those that are still to come."""
    later = Tariff.objects.filter(
        carrier=OuterRef("carrier"), zone=OuterRef("zone"), valid_from__gt=OuterRef("valid_from"), valid_from__lte=on
    )
    return Tariff.objects.exclude(Exists(later)).select_related("carrier").prefetch_related("steps")


def carrier_named(name: str) -> Carrier | None:
    """Whom the shop knows by that name, however it is written."""
    return Carrier.objects.filter(name__iexact=name.strip()).first()


def hashed(token: str) -> str:
    """How a token is kept: 256 random bits need no salt."""
    return sha256(token.encode()).hexdigest()


def carrier_of(token: str) -> Carrier | None:
    """The carrier that this token was given to."""
    return Carrier.objects.filter(token_hash=hashed(token)).first()
