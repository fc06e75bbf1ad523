from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .ledger import Balance


class Count(models.Model):
    """A stocktaking of a place, while it goes on trading."""

    class Status(models.TextChoices):
        OPEN = "open", _("Being counted")
        CLOSED = "closed", _("On the books")
        DROPPED = "dropped", _("Dropped")

    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="counts")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["location"], condition=Q(status="open"), name="one_open_count"),
            models.CheckConstraint(
                name="count_closed_has_time", condition=Q(status="open") ^ Q(closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.location_id} {self.opened_at:%Y-%m-%d}"


class CountLine(models.Model):
    """What was on the books of a balance when the count began, and what somebody found on the shelf.

    Variance = counted − (snapshot + movements between the snapshot and the moment of counting).
    """

    count = models.ForeignKey(Count, models.CASCADE, related_name="lines")
    balance = models.ForeignKey(Balance, models.PROTECT, related_name="count_lines")
    snapshot = models.IntegerField()
    last_movement = models.BigIntegerField(default=0)  # the newest of all when the snapshot was taken
    counted = models.PositiveIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    variance = models.IntegerField(null=True)  # written when the count is closed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "balance"], name="counted_once"),
            models.CheckConstraint(
                name="counted_has_time",
                condition=Q(counted=None, counted_at=None) | Q(counted__isnull=False, counted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.balance_id}: {self.snapshot}, counted {self.counted}"
