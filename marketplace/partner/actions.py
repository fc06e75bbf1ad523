"""Changes to producers. Who sells at all is decided here; `catalogue.actions` makes it true of the goods."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.people.models import User

from . import notices
from .models import Partner


class ReasonMissing(Refused):
    """Whoever is refused must know why."""

    sentence = _("Please give the producer a reason.")
    code = "reason_missing"


@transaction.atomic
def verify(*, producer: Partner, by: User, at: datetime) -> None:
    """The office has seen who the seller is (Law 122/2025/QH15); who is verified already stays so."""
    if Partner.objects.filter(pk=producer.pk, verified_at=None).update(verified_at=at):
        note(producer, "producer.verified", by=by)
        notices.producer_verified(producer, at)


@transaction.atomic
def doubt(*, producer: Partner, reason: str, by: User, at: datetime) -> None:
    """The verification is taken back, and the producer knows why."""
    if not reason.strip():
        raise ReasonMissing
    if Partner.objects.filter(pk=producer.pk, verified_at__isnull=False).update(verified_at=None):
        note(producer, "producer.doubted", by=by, reason=reason.strip())
        notices.producer_doubted(producer, reason.strip(), at)
