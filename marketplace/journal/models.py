from django.conf import settings
from django.db import models


class Entry(models.Model):
    """Who did what to which row, and when. Never changed, never deleted by the shop."""

    subject = models.CharField(max_length=64)  # "order.order"
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=64)  # "fulfilment.collected"
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id", "at"], name="journal_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}:{self.subject_id}"
