"""Tills and the inbox of what they report. An event is stored first and recorded by a worker.

Two other doors lead to the same inbox: files that people upload, and tills that are asked instead of reporting.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Till(models.Model):
    """A device at one location. Its token is shown once; only the hash stays.

    The files of a place and a till that is asked stand here too, with a token that nobody knows.
    """

    class Kind(models.TextChoices):
        DEVICE = "device", _("Reports by itself")
        UPLOAD = "upload", _("Uploaded files")
        POLLED = "polled", _("Is asked")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DEVICE)
    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="tills")
    name = models.CharField(_("Name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    last_sequence = models.BigIntegerField(default=0)  # highest sequence number without a gap below it
    last_contact_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location"], condition=models.Q(kind="upload"), name="one_upload_till")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.location})"


UNREADABLE = "unreadable"  # kind of an event that was kept as it came, for a person to look at


class TillEvent(models.Model):
    """One thing that happened at a till. Same uuid and body: same answer; other body: refused."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RECORDED = "recorded", _("Recorded")
        PARKED = "parked", _("Parked")

    till = models.ForeignKey(
        Till, models.PROTECT, related_name="events", db_index=False
    )  # till_sequence_once leads with it
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
            models.Index(fields=["till", "sequence"], condition=models.Q(status="waiting"), name="till_event_waiting"),
            models.Index(fields=["till", "-id"], condition=models.Q(status="parked"), name="till_event_parked"),
        ]
        constraints = [models.UniqueConstraint(fields=["till", "sequence"], name="till_sequence_once")]

    def __str__(self) -> str:
        return f"{self.till_id}#{self.sequence} {self.kind}"


class Upload(models.Model):
    """A file of a place's sales or counts, first as it was read and, once booked, as it went to the inbox."""

    class Kind(models.TextChoices):
        SALES = "sales", _("Sales (negative pieces were brought back)")
        COUNTS = "counts", _("Counts: what stands on the shelf")

    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="uploads")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # of place, kind and every cell
    day = models.DateField()  # of rows that name none
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    looked_at = models.DateTimeField()  # when the books were compared with the rows
    booked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["location", "-id"], name="upload_of_place")]

    def __str__(self) -> str:
        return self.name


class UploadRow(models.Model):
    """A row as it was read, what it would change, and the number under which the inbox knows it.

    `before` and `after` are the product's pieces at the place; `seen` those that a count replaces.
    """

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as a spreadsheet shows it
    kind = models.CharField(max_length=10, blank=True)  # of the event
    code = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=255, blank=True)
    lot = models.CharField(max_length=60, blank=True)
    quantity = models.IntegerField(null=True)
    price = models.BigIntegerField(null=True)
    told_seen = models.IntegerField(null=True)  # what the books said when the file's author counted
    told_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=64, blank=True)
    refusal = models.JSONField(default=dict)  # code and facts of why it cannot be read
    product = models.ForeignKey("catalogue.Product", models.SET_NULL, null=True, related_name="+")
    uuid = models.UUIDField(null=True)
    seen = models.IntegerField(null=True)
    before = models.IntegerField(null=True)
    after = models.IntegerField(null=True)
    alike = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="+")  # an earlier file said the same
    booked = models.BooleanField(default=False)  # went to the inbox by this upload

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="upload_row_once")]
        indexes = [models.Index(fields=["uuid"], name="upload_row_uuid")]

    def __str__(self) -> str:
        return f"{self.upload_id}:{self.number}"


class ConnectorQuerySet(models.QuerySet["Connector"]):
    def due(self, at) -> "ConnectorQuerySet":
        """Not paused, and their hour has come."""
        return self.filter(paused_at__isnull=True, next_try_at__lte=at)


class Connector(models.Model):
    """A till that does not report: it is asked, page by page. The cursor moves together with the stored events."""

    till = models.OneToOneField(Till, models.PROTECT, related_name="connector")
    url = models.URLField(_("Address"), max_length=500)
    token_name = models.CharField(_("Token"), max_length=80, blank=True)  # the environment variable that holds it
    fields = models.JSONField(default=dict)  # where its answers say what; see connectors/mapping.py
    every = models.PositiveIntegerField(_("Seconds between two questions"), default=60)
    cursor = models.CharField(max_length=500, blank=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    paused_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.JSONField(default=dict)  # code and facts of the last one; empty when it went well
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = ConnectorQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.till)
