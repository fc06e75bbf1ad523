"""How an order reaches its buyer: one Fulfilment per order, location and method."""

import secrets
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.order.models import Order, new_token
from marketplace.shipping.models import NUMBER


def new_code() -> str:
    """Six digits, easily read out at a counter."""
    return f"{secrets.randbelow(10**6):06}"


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

    def living(self) -> "FulfilmentQuerySet":
        """The buyer has them, or is to have them."""
        return self.with_goods().exclude(status=Fulfilment.Status.CANCELLED)

    def to_settle(self) -> "FulfilmentQuerySet":
        """In the buyer's hands, and not in the producers' accounts yet."""
        return self.filter(status__in=Fulfilment.WITH_BUYER, settled_at=None)

    def put_off(self) -> "FulfilmentQuerySet":
        """Work that nobody has begun, promised for another time than at first."""
        later = Q(first_promised_at__isnull=False) | Q(first_arrives_on__isnull=False)
        return self.work().filter(later, status=Fulfilment.Status.OPEN)

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

    WITH_BUYER = (Status.COLLECTED, Status.DELIVERED)
    TOLD = (Status.SHIPPED, Status.FAILED)  # it is outside, and whoever brings it asks for what was told

    class Failure(models.TextChoices):
        """Why a parcel was not taken at the door."""

        REFUSED = "refused", _("The buyer does not want it any more")
        NO_MONEY = "no-money", _("The buyer did not have the money")
        ABSENT = "absent", _("Nobody was there")
        UNREACHED = "unreached", _("The buyer could not be reached by phone")
        ADDRESS = "address", _("The address was not found")
        DAMAGED = "damaged", _("The parcel was damaged")
        OTHER = "other", _("Another reason")

    BUYERS = (Failure.REFUSED, Failure.NO_MONEY, Failure.ABSENT, Failure.UNREACHED)  # what counts against cash
    UNDER_WAY = (Status.OPEN, Status.PICKING, Status.PACKED, Status.READY, Status.SHIPPED)

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="fulfilments")
    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="fulfilments")
    method = models.CharField(max_length=10, choices=Method.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    code = models.CharField(max_length=6, blank=True)  # the shopper shows it; staff pages never do
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    # One place packs all of it: what that lacks is brought there, instead of leaving in a parcel of its own.
    gathers = models.BooleanField(default=False)
    fee = models.DecimalField(max_digits=9, decimal_places=0, default=0)  # its part of what the order's delivery costs
    arrives_on = models.DateField(
        null=True, blank=True
    )  # by when a parcel should be at the door, as the shopper was told
    travel_days = models.PositiveSmallIntegerField(null=True, blank=True)  # for its fee it travels no longer
    promised_at = models.DateTimeField(null=True, blank=True)  # when a pickup should be ready, as the shopper was told
    first_promised_at = models.DateTimeField(null=True, blank=True)  # before its goods came to be late
    first_arrives_on = models.DateField(null=True, blank=True)  # the same of a delivery
    collect_on = models.DateField(null=True, blank=True)  # when the shopper means to come
    collect_by = models.DateField(null=True, blank=True)  # afterwards the goods go back to the shelf
    routing = models.CharField(max_length=200, blank=True)  # why this location
    carrier = models.CharField(_("Carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("Tracking number"), max_length=60, blank=True)
    failure = models.CharField(max_length=10, choices=Failure.choices, blank=True, default="")
    failure_note = models.CharField(max_length=200, blank=True, default="")
    by_carrier = models.ForeignKey("shipping.Carrier", models.PROTECT, null=True, blank=True, related_name="parcels")
    cash_told = models.DecimalField(max_digits=12, decimal_places=0, default=0)  # what is to be taken at the door
    grams = models.PositiveIntegerField(default=0)  # as handed to the carrier
    picking_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # the shopper, that the last day is near
    delay_told_at = models.DateTimeField(null=True)  # the shopper, that it is later than promised
    finished_at = models.DateTimeField(null=True)  # collected, delivered, failed or cancelled
    off_because = models.CharField(
        max_length=12, choices=Order.Because.choices, blank=True
    )  # the order goes on without it
    settled_at = models.DateTimeField(
        null=True, editable=False
    )  # what its producers are owed for it is in their accounts

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["location", "status"], name="fulfilment_work"),
            models.Index(
                fields=["finished_at"],
                condition=Q(status__in=["collected", "delivered"], settled_at=None),
                name="fulfilment_to_settle",
            ),
            models.Index(fields=["finished_at"], condition=~Q(failure=""), name="fulfilment_not_taken"),
            models.Index(fields=["-shipped_at"], condition=Q(by_carrier__isnull=False), name="fulfilment_handed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "location", "method"], name="fulfilment_once"),
            models.CheckConstraint(name="pickup_has_code", condition=~Q(method="pickup") | ~Q(code="")),
            models.CheckConstraint(name="pickup_gathers_free", condition=~Q(method="pickup") | Q(gathers=True, fee=0)),
            models.CheckConstraint(name="fulfilment_fee_in_whole_dong", condition=Q(fee__gte=0)),
            models.CheckConstraint(name="fulfilment_off_is_over", condition=Q(off_because="") | Q(status="cancelled")),
            models.UniqueConstraint(
                fields=["by_carrier", "tracking_number"],
                condition=Q(by_carrier__isnull=False),
                name="tracking_number_once",
            ),
            models.CheckConstraint(
                name="carrier_has_number",
                condition=Q(by_carrier=None) | ~Q(tracking_number=""),
            ),
        ]

    @property
    def is_pickup(self) -> bool:
        return self.method == self.Method.PICKUP

    @property
    def tracking_url(self) -> str:
        """Where its carrier shows the way of the parcel; empty where it shows nothing."""
        pattern = self.by_carrier.tracking_url if self.by_carrier else ""
        return pattern.replace(NUMBER, quote(self.tracking_number, safe="")) if self.tracking_number else ""

    @property
    def reference(self) -> str:
        """What the parcel is called on its label, in files and on the phone."""
        return f"{self.order.number}-{self.pk}"

    @property
    def due_at(self) -> datetime | None:
        """When a pickup that is not ready yet was promised to be."""
        return self.promised_at if self.status in (self.Status.OPEN, self.Status.PICKING, self.Status.PACKED) else None

    @property
    def reaches_on(self) -> date | None:
        """On which day its buyer has it, as was promised, or means to come for it."""
        ready = timezone.localdate(self.promised_at) if self.promised_at else None
        return max((day for day in (ready, self.arrives_on, self.collect_on) if day), default=None)

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
    parcel is not picked. `shortage_id` names the ledger's case, `transfer_line_id` what went missing on its way;
    with `good_until` they are there, but do not keep until the later day on which the order is.
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
    good_until = models.DateField(null=True)  # the last day on which they might have reached the shopper
    recalled_lot = models.CharField(max_length=60, blank=True)  # they were of this lot
    reason = models.CharField(
        max_length=200, blank=True
    )  # why pieces of the transfer are missing, or a lot is recalled
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
                name="short_has_one_cause",
                condition=Q(shortage_id__isnull=False, transfer_line_id=None, good_until=None)
                | Q(shortage_id=None, transfer_line_id__isnull=False, good_until=None)
                | Q(shortage_id=None, transfer_line_id=None, good_until__isnull=False),
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
