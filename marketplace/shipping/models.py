"""The delivery tariff: zone × weight, edited by the office. Whole đồng, VAT included."""

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _


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


class TariffStep(models.Model):
    """A parcel of up to `up_to_grams` costs `price`. Above the last step: each begun kilogram `extra` more."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="steps")
    up_to_grams = models.PositiveIntegerField(_("Up to grams"))
    price = models.DecimalField(_("Price, ₫"), max_digits=9, decimal_places=0)
    extra = models.DecimalField(_("Each further kilogram, ₫"), max_digits=9, decimal_places=0, default=0)

    class Meta:
        ordering = ["zone", "up_to_grams"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "up_to_grams"], name="tariff_step_once"),
            models.CheckConstraint(name="tariff_not_negative", condition=Q(price__gte=0, extra__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.zone} ≤ {self.up_to_grams} g: {self.price}"


from oscar.apps.shipping.models import *
