"""How an order reaches its buyer: one Fulfilment per order and location."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FulfilmentQuerySet(models.QuerySet["Fulfilment"]):
    def for_staff(self, user) -> "FulfilmentQuerySet":
        """Fulfilments of the points where the person works; the office sees all."""
        return self if user.is_staff else self.filter(location__staff=user)

    def work(self) -> "FulfilmentQuerySet":
        """What a point may work on: the order is confirmed, the goods are still there."""
        return self.filter(status__in=Fulfilment.UNDER_WAY, order__status="confirmed")


class Fulfilment(models.Model):
    """The part of an order that one location picks, packs and hands over (or to a carrier)."""

    class Method(models.TextChoices):
        PICKUP = "pickup", _("Pickup")
        DELIVERY = "delivery", _("Delivery")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        PICKING = "picking", _("Being picked")
        PACKED = "packed", _("Packed")
        READY = "ready", _("Ready for pickup")
        SHIPPED = "shipped", _("Handed to carrier")
        COLLECTED = "collected", _("Collected")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Not delivered")
        CANCELLED = "cancelled", _("Cancelled")

    UNDER_WAY = (Status.OPEN, Status.PICKING, Status.PACKED, Status.READY, Status.SHIPPED)

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="fulfilments")
    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="fulfilments")
    method = models.CharField(max_length=10, choices=Method.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    code = models.CharField(max_length=6, blank=True)  # the shopper shows it; staff pages never do
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    collect_on = models.DateField(null=True, blank=True)  # when the shopper means to come
    collect_by = models.DateField(null=True, blank=True)  # afterwards the goods go back to the shelf
    routing = models.CharField(max_length=200, blank=True)  # why this location
    carrier = models.CharField(_("Carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("Tracking number"), max_length=60, blank=True)
    picking_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)  # collected, delivered, failed or cancelled

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["location", "status"], name="fulfilment_work")]
        constraints = [
            models.UniqueConstraint(fields=["order", "location", "method"], name="fulfilment_once"),
            models.CheckConstraint(name="pickup_has_code", condition=~Q(method="pickup") | ~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.method} {self.status}"


class FulfilmentLine(models.Model):
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, related_name="lines")
    line = models.ForeignKey("order.Line", models.PROTECT, related_name="fulfilment_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fulfilment", "line"], name="fulfilment_line_once"),
            models.CheckConstraint(name="fulfilment_of_something", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
