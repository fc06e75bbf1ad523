"""Tills and the inbox of what they report. An event is stored first and recorded by a worker."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Till(models.Model):
    """A device at one location. Its token is shown once; only the hash stays."""

    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="tills")
    name = models.CharField(_("Name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    last_sequence = models.BigIntegerField(default=0)  # highest sequence number without a gap below it
    last_contact_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.location})"


class TillEvent(models.Model):
    """One thing that happened at a till. Same uuid and body: same answer; other body: refused."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RECORDED = "recorded", _("Recorded")
        PARKED = "parked", _("Parked")

    till = models.ForeignKey(Till, models.PROTECT, related_name="events")
    uuid = models.UUIDField(unique=True)
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    occurred_at = models.DateTimeField()
    body = models.JSONField()
    body_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    answer = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["till", "sequence"], condition=models.Q(status="waiting"), name="till_event_waiting")
        ]
        constraints = [models.UniqueConstraint(fields=["till", "sequence"], name="till_sequence_once")]

    def __str__(self) -> str:
        return f"{self.till_id}#{self.sequence} {self.kind}"
