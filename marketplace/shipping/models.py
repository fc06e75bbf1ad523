"""Carriers, and what they take: carrier × zone × weight from a day on, edited by the office. Whole đồng, VAT included."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

NUMBER = "{number}"  # in a tracking address: where the parcel's number stands
ALWAYS = date(2020, 1, 1)  # before the shop's first order


class Carrier(models.Model):
    """Who brings parcels. Its token, where it tells by itself, is shown once; only the hash stays."""

    class Gateway(models.TextChoices):
        HAND = "hand", _("Nothing: the points mark parcels by hand")
        FILES = "files", _("Files: a manifest out, a status file in")
        API = "api", _("The carrier reports by itself (API)")

    name = models.CharField(_("Name"), max_length=60, unique=True)
    phone = models.CharField(_("Phone"), max_length=16, blank=True)
    tracking_url = models.CharField(_("Tracking address"), max_length=300, blank=True)
    gateway = models.CharField(_("What is exchanged"), max_length=10, choices=Gateway.choices, default=Gateway.HAND)
    divisor = models.PositiveIntegerField(_("Volume of a kilogram, cm³"), default=0)  # 0: the weight alone counts
    cooled = models.BooleanField(_("Keeps goods cool on the way"), default=False)
    active = models.BooleanField(_("New parcels may go with it"), default=True)
    mapping = models.JSONField(default=dict, blank=True)  # of a status file: our name → its column or its word
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="tracking_url_has_number", condition=Q(tracking_url="") | Q(tracking_url__contains=NUMBER)
            ),
            models.CheckConstraint(name="token_for_api", condition=Q(token_hash=None) | Q(gateway="api")),
        ]

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    """Provinces that cost the same. The one `elsewhere` zone serves every province named in no other."""

    name = models.CharField(_("Name"), max_length=100, unique=True)
    name_en = models.CharField(_("Name in English"), max_length=100, blank=True)
    provinces = models.ManyToManyField("places.Province", blank=True, related_name="shipping_zones")
    elsewhere = models.BooleanField(_("All other provinces"), default=False)
    days = models.PositiveSmallIntegerField(_("Days until delivery"), default=3)
    demonstration = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["elsewhere"], condition=Q(elsewhere=True), name="one_elsewhere_zone")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and translation.get_language() == "en" else self.name


class Tariff(models.Model):
    """What a carrier takes to a zone from a day on, until its next one begins. `hours`: on the way; else the zone's days."""

    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="tariffs")
    zone = models.ForeignKey(Zone, models.CASCADE, related_name="tariffs")
    valid_from = models.DateField(_("Valid from"), default=ALWAYS)
    hours = models.PositiveSmallIntegerField(_("Hours on the way"), null=True, blank=True)

    class Meta:
        ordering = ["zone", "carrier__name", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "zone", "valid_from"], name="one_tariff_a_day"),
            models.CheckConstraint(name="tariff_takes_time", condition=Q(hours=None) | Q(hours__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} → {self.zone}, {self.valid_from:%d/%m/%Y}"


class TariffStep(models.Model):
    """A parcel of up to `up_to_grams` costs `price`. Above the last step: each begun kilogram `extra` more."""

    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="steps")
    up_to_grams = models.PositiveIntegerField(_("Up to grams"))
    price = models.DecimalField(_("Price, ₫"), max_digits=9, decimal_places=0)
    extra = models.DecimalField(_("Each further kilogram, ₫"), max_digits=9, decimal_places=0, default=0)

    class Meta:
        ordering = ["tariff", "up_to_grams"]
        constraints = [
            models.UniqueConstraint(fields=["tariff", "up_to_grams"], name="tariff_step_once"),
            models.CheckConstraint(name="tariff_not_negative", condition=Q(price__gte=0, extra__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.tariff} ≤ {self.up_to_grams} g: {self.price}"


class FreeDeliveryQuerySet(models.QuerySet["FreeDelivery"]):
    def live_on(self, day: date) -> "FreeDeliveryQuerySet":
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class FreeDelivery(models.Model):
    """Goods for so much, discounts taken off, are brought free of charge: to one zone, or everywhere."""

    zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, related_name="free_deliveries", verbose_name=_("Zone")
    )
    least = models.DecimalField(_("Goods for at least, ₫"), max_digits=12, decimal_places=0)
    valid_from = models.DateField(_("Valid from"))
    valid_until = models.DateField(_("Until"), null=True, blank=True)
    demonstration = models.BooleanField(default=False)

    objects = FreeDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [
            models.CheckConstraint(name="free_from_something", condition=Q(least__gt=0)),
            models.CheckConstraint(
                name="free_until_later", condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"≥ {self.least}: {self.zone or '*'}"


from oscar.apps.shipping.models import *
