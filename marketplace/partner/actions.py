"""Changes to producers."""

from datetime import datetime

from django.db import transaction

from marketplace.journal.actions import note
from marketplace.people.models import User

from .models import Partner


@transaction.atomic
def verify(*, producer: Partner, by: User, at: datetime) -> None:
    """The office has seen who the seller is (Law 122/2025/QH15); its listings may be approved."""
    if Partner.objects.filter(pk=producer.pk, verified_at=None).update(verified_at=at):
        note(producer, "producer.verified", by=by)


@transaction.atomic
def doubt(*, producer: Partner, by: User) -> None:
    """The verification is taken back; what is listed stays, nothing new is approved."""
    if Partner.objects.filter(pk=producer.pk, verified_at__isnull=False).update(verified_at=None):
        note(producer, "producer.doubted", by=by)
