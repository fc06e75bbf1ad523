"""Where the goods of an order go: to a door, to a sales point, or some to each. Refused where nothing can go."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.locations.models import Location
from marketplace.places.models import Commune

from ..details import Details

DAYS_AHEAD = 14  # how long a shopper may let a pickup wait


class WrongPlace(Refused):
    sentence = _("This commune does not belong to the chosen province.")
    code = "wrong_place"


class NoStreet(Refused):
    sentence = _("Say the house number and street, or the hamlet.")
    code = "no_street"


class NoSuchPoint(Refused):
    sentence = _("Orders cannot be collected at this sales point.")
    code = "no_such_point"


class PointClosed(Refused):
    sentence = _("%(place)s is closed on that day.")
    code = "point_closed"


class PickupDatePast(Refused):
    sentence = _("This pickup day is over. Choose today or a later day.")
    code = "pickup_date_past"


class PickupDateFar(Refused):
    sentence = _("Choose a pickup day until %(last)s.")
    code = "pickup_date_far"


@dataclass(frozen=True)
class Aims:
    """The commune of what is delivered, the point of what is collected."""

    commune: Commune | None = None
    point: Location | None = None


def aim(details: Details, *, at: datetime) -> Aims:
    """Where the shopper wants the goods, if they can go there."""
    commune = _commune(details) if details.delivers else None
    point = _point(details, timezone.localdate(at)) if details.visits else None
    return Aims(commune, point)


def _commune(details: Details) -> Commune:
    commune = Commune.objects.select_related("province").filter(pk=details.commune_id or 0).first()
    if commune is None or commune.province_id != details.province_id:
        raise WrongPlace
    if not details.street.strip():
        raise NoStreet
    return commune


def _point(details: Details, today: date) -> Location:
    points = Location.objects.open_for_pickup().prefetch_related("hours")
    place = points.filter(pk=details.location_id or 0).first()
    if place is None:
        raise NoSuchPoint
    day = details.collect_on
    if day is None:
        return place
    if day < today:
        raise PickupDatePast
    if day > today + timedelta(days=DAYS_AHEAD):
        raise PickupDateFar(last=f"{today + timedelta(days=DAYS_AHEAD):%d/%m/%Y}")
    hours = place.hours.all()
    if hours and day.weekday() not in {one.weekday for one in hours}:
        raise PointClosed(place=place.name)
    return place
