"""The audit trail."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from .models import Entry


def note(instance: Model, action: str, *, by: Any = None, **facts: Any) -> None:
    """The trail knows that `action` happened to the row, by whom, with which facts (JSON values)."""
    person = None if by is None or isinstance(by, AnonymousUser) else by
    Entry.objects.create(
        subject=instance._meta.label_lower, subject_id=instance.pk, action=action, by=person, facts=facts
    )
