"""Goods that a buyer had and gives back."""

from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .parcels import Fulfilment


class ReturnQuerySet(models.QuerySet["Return"]):
    def open(self) -> "ReturnQuerySet":
        """Somebody still has to do something."""
        return self.filter(status__in=Return.OPEN)

    def to_remind(self, at: datetime) -> "ReturnQuerySet":
        return self.open().filter(remind_at__lte=at).order_by("remind_at", "pk")

    def overdue(self, today: date) -> "ReturnQuerySet":
        """The goods should have been sent by now, and nobody says that they were."""
        return self.filter(status=Return.Status.AWAITED, send_by__lt=today, sent_at=None).order_by("send_by", "pk")

    def to_net(self) -> "ReturnQuerySet":
        """Paid back, and not yet taken off what their producers were owed for them."""
        done = self.filter(
            status__literally=Return.Status.SETTLED, netted_at=None, fulfilment__settled_at__isnull=False
        )
        return done.order_by("closed_at", "pk")


class Return(models.Model):
    """Pieces of a parcel that the buyer had and wants to give back, why, and what became of it."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Waits for an answer")
        AWAITED = "awaited", _("Accepted, goods to come back")
        SETTLED = "settled", _("Paid back")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Goods did not come back")

    class Reason(models.TextChoices):
        DAMAGED = "damaged", _("Damaged or leaking")
        WRONG = "wrong", _("Not the goods that were ordered")
        DIFFERENT = "different", _("Not as described")
        PAST_DATE = "past-date", _("Past its date, or spoiled")
        UNWANTED = "unwanted", _("I changed my mind")

    class Way(models.TextChoices):
        KEEP = "keep", _("The goods need not come back")
        COUNTER = "counter", _("Handed in at the place")
        CARRIER = "carrier", _("Sent by a carrier")

    OPEN = (Status.ASKED, Status.AWAITED)

    fulfilment = models.ForeignKey(Fulfilment, models.PROTECT, related_name="returns")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    words = models.TextField(blank=True)  # the buyer's
    way = models.CharField(max_length=10, choices=Way.choices, blank=True)
    answer = models.CharField(max_length=300, blank=True)  # of the place: why not, or how to send them
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    send_by = models.DateField(null=True)  # then it expires, unless it was sent
    sent_at = models.DateTimeField(null=True)
    tracking = models.CharField(max_length=120, blank=True)
    remind_at = models.DateTimeField(null=True, db_index=True)
    closed_at = models.DateTimeField(null=True)
    fee = models.DecimalField(max_digits=12, decimal_places=0, default=0)  # of the delivery, given back with the rest
    refunded = models.DecimalField(
        max_digits=12, decimal_places=0, default=0
    )  # the rest was not paid yet, and is not due
    netted_at = models.DateTimeField(null=True, editable=False)  # its producers' accounts know that it came back

    objects = ReturnQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["closed_at"], condition=Q(status="settled", netted_at=None), name="return_to_net"),
        ]
        constraints = [
            models.CheckConstraint(
                name="return_ends_sometime", condition=Q(closed_at=None) ^ ~Q(status__in=("asked", "awaited"))
            ),
            models.CheckConstraint(name="return_declined_with_reason", condition=~Q(status="declined") | ~Q(answer="")),
            models.CheckConstraint(
                name="return_awaited_until", condition=~Q(status="awaited") | Q(send_by__isnull=False, way__gt="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fulfilment_id} {self.status}"

    @property
    def sellers_fault(self) -> bool:
        return self.reason != self.Reason.UNWANTED

    @property
    def less(self) -> Decimal:
        """What is taken off what the buyer still has to pay for the rest of the order."""
        return sum((one.amount for one in self.lines.all()), self.fee) - self.refunded


class ReturnLine(models.Model):
    """So many pieces of an order line. Decided once: how many came, and how many of those can be sold again."""

    asked = models.ForeignKey(Return, models.CASCADE, related_name="lines")
    line = models.ForeignKey("order.Line", models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField()
    came = models.PositiveIntegerField(default=0)  # or need not come: they are paid back
    restocked = models.PositiveIntegerField(default=0)
    spoiled = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(max_digits=12, decimal_places=0, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked", "line"], name="return_line_once"),
            models.CheckConstraint(name="return_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="return_no_more_than_asked",
                condition=Q(came__lte=models.F("quantity")) & Q(came__gte=models.F("restocked") + models.F("spoiled")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class ReturnPhoto(models.Model):
    """What the buyer shows. For the buyer, the place and the office alone."""

    asked = models.ForeignKey(Return, models.CASCADE, related_name="photos")
    image = models.ImageField(upload_to="returns/%Y/%m/")

    def __str__(self) -> str:
        return self.image.name
