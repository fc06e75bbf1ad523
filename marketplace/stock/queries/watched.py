"""What the people of a place, and the producers of its goods, should look at: what runs out, and what expires."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalogue.models import Product
from marketplace.locations.models import Location
from marketplace.people.models import User

from ..ageing import Stage, stage
from ..models import Balance, Movement
from ..standing import Terms, settled
from .promising import standing, terms

LATELY = timedelta(days=30)  # goods of which nothing moved for so long are missed by nobody
Spot = tuple[int, int]  # location, product


@dataclass(frozen=True)
class Scarce:
    """At a point no more than its safety stock is left of a product."""

    location_id: int
    location: str
    product_id: int
    title: str
    left: int
    safety_stock: int

    @property
    def subject(self) -> str:
        return f"low:{self.location_id}:{self.product_id}"


@dataclass(frozen=True)
class Ageing:
    """Pieces of a lot at a place, near their date or past it."""

    location_id: int
    location: str
    lot_id: int
    lot: str
    title: str
    pieces: int
    best_before: date
    stage: Stage

    @property
    def subject(self) -> str:
        return f"{self.stage}:{self.location_id}:{self.lot_id}"


def readers(after: int = 0) -> QuerySet[User, int]:
    """Everybody who works where goods lie or produces them, by number, beyond `after`."""
    people = User.objects.filter(Q(locations__active=True) | Q(partners__isnull=False), is_active=True, pk__gt=after)
    return people.distinct().order_by("pk").values_list("pk", flat=True)


def ageing(user: User, *, on: date) -> list[Ageing]:
    """At the person's places, and of the person's goods elsewhere; what is past its date only at the own places.

    Recalled lots are put aside already. Two queries.
    """
    own = set(_places(user).values_list("pk", flat=True))
    rows = Balance.objects.filter(
        Q(location__in=own) | Q(lot__product__producer__users=user), location__active=True, on_hand__gt=0,
        lot__frozen_at=None, lot__best_before__lte=on + timedelta(settings.EXPIRING_DAYS),
    ).distinct()  # fmt: skip
    found = []
    for row in rows.select_related("location", "lot__product").order_by("lot__best_before", "location__name", "pk"):
        lot = row.lot
        assert lot.best_before  # or it would not be among the rows
        now = stage(lot.best_before, lot.product.shelf_life_days, on=on, days=settings.EXPIRING_DAYS)
        if now and (now != Stage.PAST or row.location_id in own):
            where = (row.location_id, row.location.name, lot.pk, lot.code, lot.product.title)
            found.append(Ageing(*where, row.on_hand, lot.best_before, now))
    return found


def scarce(user: User, *, at: datetime) -> list[Scarce]:
    """At the person's points, and of the person's goods at other points. Five queries, however much there is."""
    spots = _moving(user, at)
    kept = terms({place for place, _product in spots}).reserves
    safety = {spot: (kept.get(spot) or kept.get((spot[0], None)) or (0,))[0] for spot in spots}
    asked = sorted(spot for spot in spots if safety[spot])
    if not asked:
        return []
    left = _left(asked, at)
    low = [spot for spot in asked if left[spot] <= safety[spot]]
    names = dict(Location.objects.filter(pk__in={place for place, _ in low}).values_list("pk", "name"))
    titles = dict(Product.objects.filter(pk__in={product for _, product in low}).values_list("pk", "title"))
    rows = [Scarce(a, names[a], b, titles[b], left[a, b], safety[a, b]) for a, b in low]
    return sorted(rows, key=lambda row: (row.location, row.title))


def _places(user: User) -> QuerySet[Location]:
    """Where the person works: as staff, or as the producer whose store it is."""
    return Location.objects.filter(Q(staff=user) | Q(producer__users=user))


def _moving(user: User, at: datetime) -> set[Spot]:
    """Products at sales points of which something came or went lately."""
    mine = Q(location__in=_places(user)) | Q(lot__product__producer__users=user)
    lately = Movement.objects.filter(balance=OuterRef("pk"), recorded_at__gte=at - LATELY)
    points = Balance.objects.filter(mine, Exists(lately), location__in=Location.objects.sales_points())
    return set(points.values_list("location_id", "lot__product_id"))


def _left(spots: Iterable[Spot], at: datetime) -> dict[Spot, int]:
    """What is there and promised to nobody."""
    left = dict.fromkeys(spots, 0)
    places, products = {place for place, _ in left}, {product for _, product in left}
    rows, _ = standing(products, at=at, location_ids=places)
    for supply in settled(rows, Terms()):
        if (spot := (supply.location_id, supply.product_id)) in left:
            left[spot] += supply.available
    return left
