"""A star is a dated certificate. Everything that shows one asks `live_on(day)`."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def live_on(self, day: date) -> "CertificateQuerySet":
        """Decided, not over and not revoked on that local day. Undated is never live."""
        return self.filter(decided_on__lte=day, expires_on__gte=day, stars__gte=3).filter(
            Q(revoked_on__isnull=True) | Q(revoked_on__gt=day)
        )


class Certificate(models.Model):
    """Stars of one product by one decision, valid 36 months (Decision 148/QĐ-TTg of 2023).

    `expires_on` is the last day on which the stars may be shown.
    """

    class Tier(models.TextChoices):
        DISTRICT = "district", _("District")
        PROVINCE = "province", _("Province")
        CENTRE = "centre", _("Centre")

    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="certificates")
    stars = models.PositiveSmallIntegerField(_("Stars"), null=True, blank=True)
    score = models.DecimalField(_("Score"), max_digits=5, decimal_places=2, null=True, blank=True)
    potential_five = models.BooleanField(_("Potential five stars"), default=False)
    decision_number = models.CharField(_("Decision number"), max_length=100, blank=True)
    decided_on = models.DateField(_("Date of decision"), null=True, blank=True)
    decided_year = models.PositiveSmallIntegerField(_("Year of decision"), null=True, blank=True)
    expires_on = models.DateField(_("Valid until"), null=True, blank=True)
    tier = models.CharField(_("Level"), max_length=10, choices=Tier.choices, blank=True)
    authority = models.CharField(_("Issued by"), max_length=200, blank=True)
    scan = models.FileField(_("Scan"), upload_to="certificates/%Y/", blank=True)
    revoked_on = models.DateField(_("Revoked on"), null=True, blank=True)
    revocation = models.CharField(_("Decision of revocation"), max_length=200, blank=True)
    demonstration = models.BooleanField(_("Invented for demonstration"), default=False)
    source = models.TextField(_("Source"), blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]
        indexes = [models.Index(fields=["product", "expires_on"], name="certificate_live")]
        constraints = [
            models.CheckConstraint(
                name="certificate_stars", condition=Q(stars__isnull=True) | Q(stars__gte=1, stars__lte=5)
            ),
            models.CheckConstraint(
                name="certificate_dates_in_order",
                condition=Q(expires_on__isnull=True) | Q(decided_on__isnull=False, expires_on__gt=F("decided_on")),
            ),
            models.UniqueConstraint(
                fields=["product", "decided_on", "decided_year", "decision_number", "stars"],
                name="certificate_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars}★ {self.product_id} {self.decision_number}"

    def is_live_on(self, day: date) -> bool:
        """The same question as `live_on`, of a row already here."""
        dated = self.decided_on is not None and self.expires_on is not None and (self.stars or 0) >= 3
        running = dated and self.decided_on <= day <= self.expires_on
        return bool(running and (self.revoked_on is None or self.revoked_on > day))
