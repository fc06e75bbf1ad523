"""What a place promises its buyers."""

from typing import Any

from django.db import transaction

from marketplace.journal import actions as journal

from .models import Location


@transaction.atomic
def set_policy(*, place: Location, return_days: int | None, takes_unwanted: bool, by: Any) -> None:
    """So long the place takes goods back, also those without a fault, or only faulty ones."""
    place.return_days, place.takes_unwanted = return_days, takes_unwanted
    place.save(update_fields=["return_days", "takes_unwanted"])
    journal.note(place, "location.return_policy", by=by, days=return_days, unwanted=takes_unwanted)
