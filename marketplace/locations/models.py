from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LocationQuerySet(models.QuerySet["Location"]):
    def for_staff(self, user) -> "LocationQuerySet":
        """Where the person works; the office sees all."""
        return self if user.is_staff else self.filter(staff=user)

    def sales_points(self) -> "LocationQuerySet":
        return self.filter(kind=Location.Kind.SALES_POINT, active=True)

    def open_for_pickup(self) -> "LocationQuerySet":
        return self.sales_points().filter(offers_pickup=True)


class Location(models.Model):
    """A place that holds stock: a sales point, or the store of a producer."""

    class Kind(models.TextChoices):
        SALES_POINT = "sales_point", _("Sales point")
        PRODUCER_STORE = "producer_store", _("Producer store")

    kind = models.CharField(_("Kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("Name"), max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    commune = models.ForeignKey("places.Commune", models.PROTECT, null=True, blank=True, related_name="+")
    street = models.CharField(_("Street, hamlet"), max_length=200, blank=True)
    phone = models.CharField(_("Phone"), max_length=16, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    offers_pickup = models.BooleanField(_("Orders can be collected here"), default=False)
    ships = models.BooleanField(_("Sends parcels"), default=True)
    pickup_days = models.PositiveSmallIntegerField(_("Days an order waits to be collected"), default=5)
    prep_hours = models.PositiveSmallIntegerField(_("Opening hours needed to prepare an order"), default=2)
    transfer_days = models.PositiveSmallIntegerField(
        _("Days until goods sent from here are at another point"), default=2
    )
    cooled_transfers = models.BooleanField(_("Goods sent from here to another point are kept cool"), default=False)
    return_days = models.PositiveSmallIntegerField(
        _("Days to return goods"), null=True, blank=True, help_text=_("Empty: as everywhere in the shop.")
    )
    takes_unwanted = models.BooleanField(_("Takes back goods the buyer changed their mind about"), default=True)
    active = models.BooleanField(_("Active"), default=True)
    demonstration = models.BooleanField(_("Demonstration data"), default=False)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="locations")

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def days_to_return(self) -> int:
        """How long after it was handed over something may be given back here: never less than buyers are told anywhere."""
        return max(settings.RETURN_DAYS, self.return_days or 0)


class OpeningHours(models.Model):
    """Open from `opens` to `closes`, local time, on one day of the week (0 is Monday)."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["location", "weekday", "opens"], name="hours_once"),
            models.CheckConstraint(name="hours_forward", condition=models.Q(closes__gt=models.F("opens"))),
            models.CheckConstraint(name="hours_weekday", condition=models.Q(weekday__lte=6)),
        ]

    def __str__(self) -> str:
        return f"{self.location} {self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"
