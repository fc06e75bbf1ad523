"""Lots, balances, movements, holds, shortages: where every unit is and to whom it is promised."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Lot(models.Model):
    """Units of a product made together. A product without lots gets one per receipt.

    `unknown` marks the lot a till sale takes from when the point has none on its books.
    """

    product = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="lots")
    code = models.CharField(_("Lot"), max_length=60)
    made_on = models.DateField(_("Made on"), null=True, blank=True)
    best_before = models.DateField(_("Best before"), null=True, blank=True)
    unknown = models.BooleanField(default=False)
    frozen_at = models.DateTimeField(null=True, blank=True)  # recalled: promised and sold to nobody, anywhere
    frozen_because = models.CharField(max_length=200, blank=True)
    demonstration = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "code"], name="lot_once"),
            models.UniqueConstraint(fields=["product"], condition=Q(unknown=True), name="one_unknown_lot"),
            models.CheckConstraint(
                name="lot_dates_in_order",
                condition=Q(made_on__isnull=True) | Q(best_before__isnull=True) | Q(best_before__gte=F("made_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Balance(models.Model):
    """Units of a lot at a location: `on_hand` there, `held` of them promised to orders.

    Only till sales, which have happened and are never refused, may take `on_hand` below zero.
    """

    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="balances")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="balances")
    on_hand = models.IntegerField(default=0)
    held = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "lot"], name="balance_once"),
            models.CheckConstraint(name="held_not_negative", condition=Q(held__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.location_id}/{self.lot_id}: {self.on_hand} ({self.held})"


class Movement(models.Model):
    """Append-only (a trigger refuses change and removal): the only reason `on_hand` ever changes."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        ISSUED = "issued", _("Handed over")
        SOLD = "sold", _("Sold at till")
        RETURNED = "returned", _("Returned")
        SPOILED = "spoiled", _("Spoiled")
        COUNTED = "counted", pgettext_lazy("movement", "Counted")
        SENT = "sent", pgettext_lazy("movement", "Sent")
        ARRIVED = "arrived", pgettext_lazy("movement", "Arrived")

    balance = models.ForeignKey(
        Balance, models.PROTECT, related_name="movements", db_index=False
    )  # movement_story leads
    kind = models.CharField(max_length=10, choices=Kind.choices)
    quantity = models.IntegerField()  # pieces, signed
    key = models.CharField(max_length=120, db_collation="C")  # "till:12:0"; the same event twice is one movement
    cause = models.CharField(max_length=80, blank=True)  # "fulfilment:12", "till:3"
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    device = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["balance", "recorded_at"], name="movement_story"),
            models.Index(fields=["by"], condition=Q(by__isnull=False), name="movement_by_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="movement_once"),  # sorted by bytes it also finds a beginning
            models.CheckConstraint(name="movement_not_zero", condition=~Q(quantity=0)),
            models.CheckConstraint(
                name="movement_has_its_sign",
                condition=Q(kind="counted")
                | Q(kind__in=["received", "returned", "arrived"], quantity__gt=0)
                | Q(kind__in=["issued", "sold", "spoiled", "sent"], quantity__lt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d}"


class Purchase(models.Model):
    """What a piece of a receipt cost that the place has bought firm: from then on the goods are its own."""

    movement = models.OneToOneField(Movement, models.PROTECT, related_name="purchase")
    unit_price = models.DecimalField(max_digits=12, decimal_places=0)

    class Meta:
        constraints = [models.CheckConstraint(name="bought_for_something", condition=Q(unit_price__gt=0))]

    def __str__(self) -> str:
        return f"{self.movement_id} at {self.unit_price}"


ACTIVE = {"released_at__isnull": True, "issued_at__isnull": True, "sent_at__isnull": True}


class HoldQuerySet(models.QuerySet["Hold"]):
    def active(self) -> "HoldQuerySet":
        """Counted in `held`: neither released nor issued nor sent on (it may have expired)."""
        return self.filter(**ACTIVE)

    def expired_at(self, at: datetime) -> "HoldQuerySet":
        """Still counted in `held`, but promising nothing any more."""
        return self.active().filter(expires_at__lte=at)

    def units(self) -> int:
        return self.aggregate(units=Sum("quantity", default=0))["units"]


class Hold(models.Model):
    """Units of a balance promised to an order line (named by key). A paid or cash hold does not expire."""

    balance = models.ForeignKey(Balance, models.PROTECT, related_name="holds")
    order_id = models.BigIntegerField(db_index=True)
    order_line_id = models.BigIntegerField(db_index=True)
    quantity = models.PositiveIntegerField()
    expires_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)  # left with a transfer: at the other end a new hold promises the units
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["balance", "expires_at"],
                condition=Q(**ACTIVE),
                name="hold_active",
            )
        ]
        constraints = [
            models.CheckConstraint(name="hold_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="hold_ends_once",
                condition=Q(released_at__isnull=True, issued_at__isnull=True)
                | Q(released_at__isnull=True, sent_at__isnull=True)
                | Q(issued_at__isnull=True, sent_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.balance_id} for line {self.order_line_id}"


class ShortageQuerySet(models.QuerySet["Shortage"]):
    def recalled(self) -> "ShortageQuerySet":
        """Open, and of a lot that was recalled."""
        return self.filter(closed_at=None, movement=None)


class Shortage(models.Model):
    """Units that were held for orders cannot go to them: somebody must find others, or tell the shopper.

    A till sold them, or another movement took them; without a movement, the lot was recalled.
    """

    balance = models.ForeignKey(Balance, models.PROTECT, related_name="shortages")
    movement = models.OneToOneField(Movement, models.PROTECT, null=True, related_name="shortage")
    quantity = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects = ShortageQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="shortage_of_something", condition=Q(quantity__gt=0))]

    def __str__(self) -> str:
        return f"{self.quantity} short at {self.balance_id}"
