"""A dispute (chargeback) as the payment company tells it, and what the shop did about it."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

TAKEN = "Disputed"  # the type of a transaction by which a lost dispute took money


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def of_order(self, order_id: int) -> "DisputeQuerySet":
        return self.filter(source__order=order_id)

    def undecided(self) -> "DisputeQuerySet":
        return self.filter(decided_at=None)

    def to_answer(self) -> "DisputeQuerySet":
        """The bank waits for the shop, the most urgent first."""
        return self.filter(state__in=Dispute.UNANSWERED).order_by(models.F("due_by").asc(nulls_last=True), "pk")

    def lost(self) -> "DisputeQuerySet":
        """The money is gone."""
        return self.filter(Q(state__in=Dispute.FOR_THE_BUYER), withdrawn=True)

    def holding(self) -> "DisputeQuerySet":
        """Nothing of their orders leaves the house."""
        lost = Q(state__in=Dispute.FOR_THE_BUYER, withdrawn=True)
        return self.filter(Q(decided_at=None) | lost, released_at=None)

    def barring(self) -> "DisputeQuerySet":
        """Nothing can go back to the card."""
        return self.undecided().filter(refundable=False)


class Dispute(models.Model):
    """One dispute of one payment, or a bank's question that may become one. `reference` is the gateway's id."""

    class State(models.TextChoices):
        ASKED = "warning_needs_response", _("The bank asks about it")
        ASKED_ANSWERED = "warning_under_review", _("The bank reads our answer")
        DROPPED = "warning_closed", _("The bank has not followed it up")
        OPEN = "needs_response", _("To be answered")
        ANSWERED = "under_review", _("The bank decides")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        PREVENTED = "prevented", _("Settled for the buyer")

    INQUIRY = (State.ASKED, State.ASKED_ANSWERED, State.DROPPED)
    UNANSWERED = (State.ASKED, State.OPEN)
    FOR_THE_BUYER = (State.LOST, State.PREVENTED)
    BY_SOMEBODY_ELSE = ("fraudulent", "unrecognized")  # whoever paid, it was not the cardholder
    ENDED = (State.DROPPED, State.WON, *FOR_THE_BUYER)

    source = models.ForeignKey("payment.Source", models.PROTECT, related_name="disputes")
    reference = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=24, choices=State.choices)
    reason = models.CharField(max_length=60)  # the gateway's code of it
    network_code = models.CharField(max_length=20, blank=True)  # the card scheme's
    amount = models.DecimalField(max_digits=12, decimal_places=0)
    refundable = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)
    due_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)  # what the office says besides the evidence
    evidence = models.JSONField(null=True)  # as it was sent, or was to be
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)  # the order goes on all the same
    next_try_at = models.DateTimeField(null=True, db_index=True)
    error = models.TextField(blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="dispute_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="dispute_ended_has_time",
                condition=Q(decided_at__isnull=False, state__in=["warning_closed", "won", "lost", "prevented"])
                | Q(decided_at=None) & ~Q(state__in=["warning_closed", "won", "lost", "prevented"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"

    @property
    def is_inquiry(self) -> bool:
        """No money was taken; the bank only asks."""
        return self.state in self.INQUIRY

    @property
    def is_lost(self) -> bool:
        return self.state in self.FOR_THE_BUYER and self.withdrawn

    @property
    def is_won(self) -> bool:
        return self.state in (self.State.WON, self.State.DROPPED)

    @property
    def is_answered(self) -> bool:
        """The bank waits for nothing; a question that became a dispute must be answered again."""
        return self.submitted_at is not None and self.state not in self.UNANSWERED

    @property
    def by_somebody_else(self) -> bool:
        return self.reason in self.BY_SOMEBODY_ELSE

    @property
    def holds(self) -> bool:
        return self.released_at is None and (self.decided_at is None or self.is_lost)

    def may_be_answered(self, at: datetime) -> bool:
        return self.state in self.UNANSWERED and (self.due_by is None or self.due_by > at)


def stored(content: bytes, ending: str, at: datetime) -> str:
    """Its name where files are kept, which tells nothing of anybody."""
    return default_storage.save(f"disputes/{at:%Y/%m}/{uuid4().hex}.{ending}", ContentFile(content))


class DisputeFile(models.Model):
    """A file for the bank, in the field of the company's form that is meant for it: each takes one. The office's alone.

    `reference` is the company's id of it, once it is there. What was there is not thrown away but put `aside`.
    """

    class Kind(models.TextChoices):
        PAPER = "uncategorized_file", _("Everything on this page")
        RECEIPT = "receipt", _("The buyer's receipt")
        SHIPPED = "shipping_documentation", _("Proof of dispatch or delivery, such as a carrier's note")
        HANDED = "service_documentation", _("Proof of the hand-over, or of the goods as they were")
        SIGNED = "customer_signature", _("The buyer's signature")
        SAID = "customer_communication", _("Messages and letters of the buyer")
        OTHER_CHARGE = "duplicate_charge_documentation", _("The other order, where the buyer speaks of paying twice")
        RULES = "refund_policy", _("The rules of returns, as the buyer saw them")

    MADE = (Kind.PAPER, Kind.RECEIPT)  # by us, when the answer is sent

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    file = models.FileField(upload_to="disputes/%Y/%m/")
    called = models.CharField(max_length=200)  # by whoever sent it up
    size = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reference = models.CharField(max_length=255, blank=True)
    aside = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "kind"], condition=Q(aside=False), name="dispute_file_once"),
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="dispute_file_known_once"),
            models.CheckConstraint(name="dispute_file_aside_was_sent", condition=Q(aside=False) | ~Q(reference="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.called}"

    @property
    def ending(self) -> str:
        return self.file.name.rpartition(".")[2]

    def content(self) -> bytes:
        with self.file.open() as file:
            return bytes(file.read())
