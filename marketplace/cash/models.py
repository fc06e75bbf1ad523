"""Cash-ups: what should be in the drawer of a point, or come from a carrier, and what a person counted."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.locations.models import Location


class CashUpQuerySet(models.QuerySet["CashUp"]):
    def for_staff(self, user) -> "CashUpQuerySet":
        """Those of the person's points; the office sees all."""
        return self if user.is_staff else self.filter(location__in=Location.objects.filter(staff=user))

    def differing(self) -> "CashUpQuerySet":
        return self.exclude(counted=F("expected"))


class CashUp(models.Model):
    """Closed once, by a person. Cash that is taken later on the same day is the next part of it. Whole đồng."""

    location = models.ForeignKey("locations.Location", models.PROTECT, null=True, related_name="cash_ups")
    carrier = models.CharField(max_length=60, blank=True)
    day = models.DateField()
    part = models.PositiveSmallIntegerField(default=1)
    expected = models.DecimalField(max_digits=14, decimal_places=0)
    counted = models.DecimalField(max_digits=14, decimal_places=0)
    reason = models.CharField(max_length=200, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    objects = CashUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cash_up_of_a_point_or_a_carrier",
                condition=Q(location__isnull=False, carrier="") | Q(location=None) & ~Q(carrier=""),
            ),
            models.CheckConstraint(
                name="cash_up_difference_has_reason", condition=Q(counted=F("expected")) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="cash_up_of_money", condition=Q(carrier="") | Q(counted__gte=0, expected__gt=0)
            ),  # a drawer may have paid back more than it took
            models.UniqueConstraint(
                fields=["location", "day", "part"], condition=Q(carrier=""), name="cash_up_of_a_point_once"
            ),
            models.UniqueConstraint(
                fields=["carrier", "day", "part"], condition=~Q(carrier=""), name="cash_up_of_a_carrier_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whose} {self.day}"

    @property
    def whose(self) -> str:
        return self.location.name if self.location else self.carrier

    @property
    def difference(self) -> Decimal:
        """Less than nothing: money is missing."""
        return self.counted - self.expected


class CashUpEntry(models.Model):
    """A payment in cash, or one back out of the drawer, that a cash-up accounts for; none is in two of them."""

    cash_up = models.ForeignKey(CashUp, models.PROTECT, related_name="entries")
    transaction = models.OneToOneField("payment.Transaction", models.PROTECT, related_name="cash_up_entry")

    def __str__(self) -> str:
        return f"{self.transaction_id} in {self.cash_up_id}"
