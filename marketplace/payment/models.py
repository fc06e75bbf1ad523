"""Money that came and went. Oscar's Source and Transaction keep the amounts; events are the inbox."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.payment.abstract_models import AbstractSource, AbstractTransaction

CARD = "card"  # the code of the way to pay that a gateway answers for; the others are cash


class Source(AbstractSource):
    """One way an order is (to be) paid: a Checkout Session, or cash. `reference` is the gateway's id."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PAID = "paid", _("Paid")
        CLOSED = "closed", _("Closed without payment")

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    attempt = models.PositiveSmallIntegerField(default=1)  # part of the gateway's idempotency key
    url = models.URLField(max_length=1000, blank=True)
    payment_intent = models.CharField(max_length=255, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta(AbstractSource.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="one_source_per_reference"),
            models.UniqueConstraint(fields=["order", "attempt"], name="one_source_per_attempt"),
        ]


class Transaction(AbstractTransaction):
    """Money that moved. `happened_at` by the clock of who recorded it; of old rows only `date_created` is known."""

    happened_at = models.DateTimeField(null=True, blank=True)
    # Of cash: the place whose parcel it was, and the carrier who took it at the door; none where our own people did.
    location = models.ForeignKey("locations.Location", models.PROTECT, null=True, blank=True, related_name="+")
    carrier = models.CharField(max_length=60, blank=True, default="")

    class Meta(AbstractTransaction.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["source", "txn_type", "reference"], condition=~Q(reference=""), name="transaction_once"
            )
        ]


class Refund(models.Model):
    """Money to give back, once: `key` is the gateway's idempotency key. Whole đồng."""

    class Status(models.TextChoices):
        DUE = "due", _("To be made")
        PENDING = "pending", _("Accepted by the payment company")
        MADE = "made", _("Made")
        FAILED = "failed", _("Failed, a person must look")

    source = models.ForeignKey(Source, models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=12, decimal_places=0)
    reason = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DUE)
    reference = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)  # one more each time a person has it tried again
    next_try_at = models.DateTimeField(null=True, db_index=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)  # since then the gateway is asked how it went
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="refund_of_something", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.amount} {self.status}"


class PaymentEvent(models.Model):
    """A word from outside about money: kept first, decided later. A hint, never proof."""

    gateway = models.CharField(max_length=20)
    source_id = models.CharField(max_length=255)  # the gateway's id of the event
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=255, db_index=True)  # session or payment intent
    payload = models.JSONField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, db_index=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "source_id"], name="payment_event_once")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.kind} {self.object_id}"


from oscar.apps.payment.models import *
