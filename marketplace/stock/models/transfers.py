from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .ledger import Lot


class TransferQuerySet(models.QuerySet["Transfer"]):
    def for_staff(self, user) -> "TransferQuerySet":
        """Those that leave or reach a place where the person works; the office sees all."""
        mine = Q(source__staff=user) | Q(target__staff=user)
        return self if user.is_staff else self.filter(mine).distinct()

    def under_way(self) -> "TransferQuerySet":
        """Not closed: something is still to be sent or to arrive."""
        return self.exclude(status=Transfer.Status.CLOSED)


class Transfer(models.Model):
    """Goods on their way from one place to another. While they travel they are on nobody's balance.

    One made for an order (`order_id`) carries what its pickup point lacked.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        PARTLY_ARRIVED = "partly", _("Partly arrived")
        CLOSED = "closed", _("Closed")

    source = models.ForeignKey("locations.Location", models.PROTECT, related_name="sent_transfers")
    target = models.ForeignKey("locations.Location", models.PROTECT, related_name="received_transfers")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    order_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    expected_on = models.DateField(_("Expected on"), null=True, blank=True)  # local day of arrival
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was closed without all that was sent

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="transfer_goes_elsewhere", condition=~Q(source=F("target"))),
            models.CheckConstraint(
                name="transfer_sent_has_time", condition=Q(status__in=["draft", "closed"]) | Q(sent_at__isnull=False)
            ),
            models.CheckConstraint(
                name="transfer_closed_has_time",
                condition=Q(status="closed", closed_at__isnull=False) | (~Q(status="closed") & Q(closed_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}, {self.status}"

    def comes_on(self, at: datetime) -> date | None:
        """When it is there if it leaves now: what leaves late for an order comes late. Of other lists people say it."""
        if not self.order_id:
            return self.expected_on
        there = timezone.localdate(at) + timedelta(self.source.transfer_days)
        return max(self.expected_on or there, there)


class TransferLine(models.Model):
    """Units of a lot: sent, and of these arrived or missing with a reason. The rest is on its way."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="lines")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="transfer_lines")
    quantity = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    order_line_id = models.BigIntegerField(null=True, blank=True, db_index=True)  # promised to this line on arrival

    class Meta:
        constraints = [
            models.CheckConstraint(name="transfer_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="transfer_not_more_than_sent", condition=Q(quantity__gte=F("arrived") + F("missing"))
            ),
            models.CheckConstraint(name="transfer_missing_has_reason", condition=Q(missing=0) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.lot_id}"

    @property
    def on_its_way(self) -> int:
        return self.quantity - self.arrived - self.missing
