"""What points and the office hear about their tills."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from marketplace.notices.actions import Recipient, Telling
from marketplace.notices.links import link
from marketplace.notices.queries import daily
from marketplace.people.models import User

from .models import Till


def till_silent(user: User, tills: Sequence[Till], *, on: date) -> Telling:
    """One letter a day with all the tills of which the person has not heard that they are silent."""
    facts = {
        "name": user.get_full_name(), "on": on.isoformat(), "subjects": [silence(till) for till in tills],
        "tills": [_till(till) for till in tills], "hours": settings.TILL_SILENT_HOURS,
        "url": link("desk:tills", language=user.language),
    }  # fmt: skip
    return Telling("till_silent", daily(on, user.pk), Recipient.of(user), facts)


def silence(till: Till) -> str:
    """Each begins with a last word."""
    return f"{till.pk}:{till.last_contact_at.isoformat() if till.last_contact_at else ''}"


def _till(till: Till) -> list[Any]:
    heard = till.last_contact_at
    return [till.name, till.location.name, f"{timezone.localtime(heard):%H:%M, %d/%m/%Y}" if heard else ""]
