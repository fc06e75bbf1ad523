"""The outbox: a notice is written in the transaction of the event it tells, and delivered later."""

from datetime import datetime

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One message to one person. `key` (kind, subject, occasion) makes it unique; `facts` fill its template."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="notices")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=5, default="vi")
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, at: datetime) -> "DeliveryQuerySet":
        return self.filter(status=Delivery.Status.WAITING, next_try_at__lte=at)


class Delivery(models.Model):
    """A notice by one channel, until it is sent or finally fails."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, default="email")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], condition=models.Q(status="waiting"), name="delivery_due")]
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel} {self.status}"


class Attempt(models.Model):
    """One try to deliver, and what came of it."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    sent = models.BooleanField()
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at:%Y-%m-%d %H:%M} {self.sent}"
