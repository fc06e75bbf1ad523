"""What carriers say of parcels: an inbox of events, and the files that some of them came in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .parcels import Fulfilment


class ParcelEventQuerySet(models.QuerySet["ParcelEvent"]):
    def to_look_at(self) -> "ParcelEventQuerySet":
        """A person must look: nobody knows the number, or it says the contrary of what is on the books."""
        Outcome = ParcelEvent.Outcome
        return self.filter(outcome__in=(Outcome.UNKNOWN, Outcome.CONTRARY, Outcome.REFUSED), set_aside_at=None)

    def on_the_way(self) -> "ParcelEventQuerySet":
        """What the buyer may read: all that happened to the parcel, in the order in which it happened."""
        contradicted = (ParcelEvent.Outcome.CONTRARY, ParcelEvent.Outcome.REFUSED)
        return self.exclude(outcome__in=contradicted).order_by("happened_at", "pk")


class ParcelEvent(models.Model):
    """One thing that a carrier said about a parcel, once. What followed from it is its outcome."""

    class Status(models.TextChoices):
        TAKEN = "taken", _("Taken over by the carrier")
        MOVING = "moving", _("On its way")
        OUT = "out", _("Out for delivery")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Not delivered")

    class Outcome(models.TextChoices):
        MOVED = "moved", _("The parcel's state has changed")
        NOTED = "noted", _("Noted")
        LATE = "late", _("Came after later news; nothing has changed")
        AGREED = "agreed", _("Known already")
        CONTRARY = "contrary", _("The books say otherwise; nothing has changed")
        REFUSED = "refused", _("Could not be done")
        UNKNOWN = "unknown", _("No parcel has this number")

    class Source(models.TextChoices):
        FILE = "file", _("File")
        API = "api", "API"

    ENDS = (Status.DELIVERED, Status.FAILED)

    carrier = models.ForeignKey("shipping.Carrier", models.PROTECT, related_name="events")
    key = models.CharField(max_length=64)  # the carrier's own number of the event or, of a file's row, what it says
    fulfilment = models.ForeignKey(Fulfilment, models.PROTECT, null=True, related_name="events")
    tracking_number = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=Status.choices)
    happened_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=10, choices=Fulfilment.Failure.choices, blank=True, default="")
    source = models.CharField(max_length=10, choices=Source.choices)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.UNKNOWN)
    refusal = models.JSONField(default=dict)  # code and facts of why it could not be done
    set_aside_at = models.DateTimeField(null=True)  # a person has looked

    objects = ParcelEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["carrier", "tracking_number"], condition=Q(fulfilment=None), name="parcel_event_unknown"
            ),
            models.Index(fields=["fulfilment", "happened_at"], name="parcel_event_way"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "key"], name="parcel_event_once"),
            models.CheckConstraint(
                name="known_parcel_or_unknown", condition=Q(fulfilment=None) ^ ~Q(outcome="unknown")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tracking_number} {self.status}"


class StatusFile(models.Model):
    """A carrier's file of statuses, with what became of each row: (number, tracking number, status, outcome, refusal)."""

    carrier = models.ForeignKey("shipping.Carrier", models.PROTECT, related_name="status_files")
    name = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
