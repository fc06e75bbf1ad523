"""Province, commune, and every name a commune's land had before 1 July 2025.

Since that day there are 34 provinces, 3,321 communes and no districts; certificates and labels keep the old names.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.places.naming import within_a_sentence


class Province(models.Model):
    """One of the 34 provinces and cities of today."""

    class Kind(models.TextChoices):
        PROVINCE = "tinh", _("province")
        CITY = "thanh_pho", _("centrally run city")

    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=64)
    name_en = models.CharField(_("name in English"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    slug = models.SlugField(_("slug"), max_length=64, unique=True)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))

    class Meta:
        verbose_name = _("province")
        verbose_name_plural = _("provinces")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude


class Commune(models.Model):
    """One of the 3,321 communes of today, named in full: "Xã Thoại Sơn"."""

    class Kind(models.TextChoices):
        RURAL = "xa", _("commune")
        URBAN = "phuong", _("ward")
        ZONE = "dac_khu", _("special zone")

    code = models.CharField(_("code"), max_length=8, unique=True)
    province = models.ForeignKey(
        Province, on_delete=models.PROTECT, related_name="communes", verbose_name=_("province")
    )
    name = models.CharField(_("name"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    slug = models.SlugField(_("slug"), max_length=80)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    folded = models.CharField(_("folded name"), max_length=64)
    keys = ArrayField(models.CharField(max_length=64), verbose_name=_("search keys"))

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ("province", "slug")
        constraints = (models.UniqueConstraint(fields=("province", "slug"), name="commune_slug_once_per_province"),)
        indexes = (GinIndex(fields=("keys",), name="commune_keys"),)

    def __str__(self) -> str:
        return self.name

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude


class FormerCommune(models.Model):
    """A commune of before July 2025, once for each commune of today that holds a part of it."""

    commune = models.ForeignKey(
        Commune, on_delete=models.CASCADE, related_name="former", verbose_name=_("commune today")
    )
    name = models.CharField(_("name"), max_length=64)
    district = models.CharField(_("district"), max_length=64)
    province = models.CharField(_("province"), max_length=64)
    is_default = models.BooleanField(_("holds the main part"))
    folded = models.CharField(_("folded name"), max_length=200)
    keys = ArrayField(models.CharField(max_length=64), verbose_name=_("search keys"))
    district_keys = ArrayField(models.CharField(max_length=64), verbose_name=_("district's search keys"))

    class Meta:
        verbose_name = _("former commune")
        verbose_name_plural = _("former communes")
        ordering = ("commune", "-is_default", "province", "district", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("province", "district", "name"),
                condition=models.Q(is_default=True),
                name="former_commune_one_default",
            ),
            models.UniqueConstraint(
                fields=("province", "district", "name", "commune"), name="former_commune_part_once"
            ),
        )
        indexes = (
            GinIndex(fields=("keys",), name="former_commune_keys"),
            GinIndex(fields=("district_keys",), name="former_district_keys"),
        )

    def __str__(self) -> str:
        return ", ".join(within_a_sentence(part) for part in (self.name, self.district) if part)
