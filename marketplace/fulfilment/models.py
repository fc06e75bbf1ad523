"""How an order reaches its buyer: one Fulfilment per order and location."""

from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.order.models import new_token


class FulfilmentQuerySet(models.QuerySet["Fulfilment"]):
    def for_staff(self, user) -> "FulfilmentQuerySet":
        """Fulfilments of the points where the person works; the office sees all."""
        return self if user.is_staff else self.filter(location__staff=user)

    def work(self) -> "FulfilmentQuerySet":
        """What a point may work on: the order is confirmed, the goods are still there."""
        return self.filter(status__in=Fulfilment.UNDER_WAY, order__status="confirmed")

    def with_goods(self) -> "FulfilmentQuerySet":
        """Not those that lost all their pieces to other parcels, or to nobody."""
        return self.filter(models.Exists(FulfilmentLine.objects.filter(fulfilment=models.OuterRef("pk"))))

    def begun(self) -> "FulfilmentQuerySet":
        """Somebody holds the goods in their hands, or did."""
        return self.with_goods().exclude(status=Fulfilment.Status.OPEN)


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
    promised_at = models.DateTimeField(null=True, blank=True)  # when a pickup should be ready, as the shopper was told
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

    @property
    def due_at(self) -> datetime | None:
        """When a pickup that is not ready yet was promised to be."""
        return self.promised_at if self.status in (self.Status.OPEN, self.Status.PICKING, self.Status.PACKED) else None

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


class ShortLineQuerySet(models.QuerySet["ShortLine"]):
    def waiting(self) -> "ShortLineQuerySet":
        """Nothing is found for them yet, and no money given back; the oldest first."""
        return self.filter(closed_at__isnull=True).order_by("pk")

    def overdue(self, at: datetime) -> "ShortLineQuerySet":
        """Their time to wait is over."""
        return self.waiting().filter(wait_until__lte=at)


class ShortLine(models.Model):
    """Units of an order line that were promised, and then were not there: what was done about them.

    Others were found at once, or the shopper is asked by a link: wait, or money back. As long as nothing is found the
    parcel is not picked. `shortage_id` names the ledger's case, `transfer_line_id` what went missing on its way.
    """

    class Choice(models.TextChoices):
        WAIT = "wait", _("Wait")
        MONEY = "money", _("Money back")

    class Outcome(models.TextChoices):
        MOVED = "moved", _("Comes from another place")
        CAME = "came", _("Is there again")
        MONEY_BACK = "money-back", _("Taken off the order")
        CANCELLED = "cancelled", _("The order was cancelled")

    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, related_name="shorts")
    line = models.ForeignKey("order.Line", models.PROTECT, related_name="shorts")
    quantity = models.PositiveIntegerField()
    shortage_id = models.BigIntegerField(null=True, db_index=True)
    transfer_line_id = models.BigIntegerField(null=True, db_index=True)
    reason = models.CharField(max_length=200, blank=True)  # why pieces of the transfer are missing
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    opened_at = models.DateTimeField()
    wait_until = models.DateTimeField(null=True)  # then it is money back by itself; empty where nobody was asked
    chosen = models.CharField(max_length=10, choices=Choice.choices, blank=True)
    chosen_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    found_at = models.ForeignKey("locations.Location", models.PROTECT, null=True, related_name="+")

    objects = ShortLineQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["wait_until"], condition=Q(closed_at=None), name="short_line_waiting")]
        constraints = [
            models.CheckConstraint(name="short_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="short_ends_somehow", condition=Q(closed_at=None) ^ ~Q(outcome="")),
            models.CheckConstraint(
                name="short_has_one_cause", condition=Q(shortage_id=None) ^ Q(transfer_line_id=None)
            ),
            models.CheckConstraint(name="short_chosen_has_time", condition=Q(chosen="") ^ Q(chosen_at__isnull=False)),
            models.CheckConstraint(name="short_ends_by_itself", condition=~Q(closed_at=None) | ~Q(wait_until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id} short"

    @property
    def amount(self) -> Decimal:
        """What the order costs less without these pieces."""
        return self.line.worth(self.quantity)


class ReturnQuerySet(models.QuerySet["Return"]):
    def open(self) -> "ReturnQuerySet":
        """Somebody still has to do something."""
        return self.filter(status__in=Return.OPEN)

    def to_remind(self, at: datetime) -> "ReturnQuerySet":
        return self.open().filter(remind_at__lte=at).order_by("remind_at", "pk")

    def overdue(self, today: date) -> "ReturnQuerySet":
        """The goods should have been sent by now, and nobody says that they were."""
        return self.filter(status=Return.Status.AWAITED, send_by__lt=today, sent_at=None).order_by("send_by", "pk")


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

    objects = ReturnQuerySet.as_manager()

    class Meta:
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
