"""Which tills there are, and which of them still may report."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.tills.models import Till
from marketplace.tokens import hashed

CONTACT_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_till(*, location: Location, name: str, by: Any = None) -> tuple[Till, str]:
    """A till may report for the location with the token, which is shown this once."""
    token = secrets.token_urlsafe(32)
    till = Till.objects.create(location=location, name=name, token_hash=hashed(token))
    note(till, "till.made", by=by)
    return till, token


@transaction.atomic
def revoke(*, till: Till, by: Any, at: datetime) -> None:
    """The till's token opens nothing any more; what it reported stays."""
    if Till.objects.filter(pk=till.pk, revoked_at__isnull=True).update(revoked_at=at):
        note(till, "till.revoked", by=by)


def contacted(*, till: Till, at: datetime) -> None:
    """The till's last contact is known to the minute, whatever it asked."""
    if till.last_contact_at is None or at - till.last_contact_at > CONTACT_EVERY:
        Till.objects.filter(pk=till.pk).update(last_contact_at=at)
