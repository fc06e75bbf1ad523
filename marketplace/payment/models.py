"""Money that came and went. Oscar's Source and Transaction keep the amounts; events are the inbox. Others import from here."""

import secrets
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.payment.abstract_models import AbstractSource, AbstractTransaction

from .banking.models import (
    AccountNumber,
    BankAccount,
    BankFeed,
    PayoutFormat,
    Statement,
    StatementFormat,
    StatementLine,
)
from .disputes.models import Dispute, DisputeFile
from .references import payout_reference

# The codes of the ways to pay: a gateway answers for cards, statements of a bank for transfers, people for the others.
CARD, TRANSFER = "card", "transfer"


def new_token() -> str:
    """Unguessable: whoever holds the link may say where the money goes."""
    return secrets.token_urlsafe(24)


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
    # Of cash that went back: the place out of whose drawer it was paid; none where the office paid it.
    location = models.ForeignKey("locations.Location", models.PROTECT, null=True, blank=True, related_name="+")
    carrier = models.CharField(max_length=60, blank=True, default="")

    class Meta(AbstractTransaction.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["source", "txn_type", "reference"], condition=~Q(reference=""), name="transaction_once"
            )
        ]

    @property
    def into_drawer(self) -> Decimal:
        """How much more cash there is for it."""
        amount: Decimal = self.amount
        return -amount if self.txn_type == self.REFUND else amount


class LinePart(models.Model):
    """So much of a line pays this source. A word from outside: the settlement of the order takes it, once."""

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="parts")
    source = models.ForeignKey(Source, models.PROTECT, related_name="parts")
    amount = models.DecimalField(max_digits=13, decimal_places=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "source"], name="line_pays_a_source_once"),
            models.CheckConstraint(name="part_of_something", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of line {self.line_id}"


class RefundAccount(AccountNumber):
    """Where the buyer wants the money of a transfer back, of which the next file is made; empty until the buyer has said so."""

    source = models.OneToOneField(Source, models.PROTECT, related_name="refund_account")
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    given_at = models.DateTimeField(null=True)

    class Meta(AccountNumber.Meta):
        abstract = False
        constraints = [
            *AccountNumber.Meta.constraints,
            models.CheckConstraint(
                name="account_given_whole",
                condition=Q(given_at=None) | ~Q(bin="") & ~Q(number="") & ~Q(holder=""),
            ),
        ]


class PayoutBatch(models.Model):
    """Refunds that were written into one file for the bank."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="batches")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} #{self.pk}"


class Refund(AccountNumber):
    """Money to give back, once: `key` is the gateway's idempotency key. Whole đồng.

    The account is the one that the file for the bank names; empty while it stands in none.
    """

    class Status(models.TextChoices):
        DUE = "due", _("To be made")
        PENDING = "pending", _("Accepted by the payment company")
        MADE = "made", _("Made")
        COVERED = "covered", _("Made by the buyer's bank")  # a dispute that was lost
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
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="refunds")
    line = models.OneToOneField(StatementLine, models.PROTECT, null=True, related_name="refund")

    class Meta(AccountNumber.Meta):
        abstract = False
        constraints = [
            *AccountNumber.Meta.constraints,
            models.CheckConstraint(name="refund_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="refund_in_file_knows_where_to",
                condition=Q(batch=None, number="") | Q(batch__isnull=False) & (~Q(number="") | ~Q(status="due")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.status}"

    @property
    def payout_reference(self) -> str:
        """The word by which the bank's statement tells that it was paid out."""
        return payout_reference(self.pk)


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
