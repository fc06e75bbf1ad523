"""What a place promises its buyers, and how it sends goods on."""

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


@transaction.atomic
def set_transfers(*, place: Location, transfer_days: int, cooled_transfers: bool, by: Any) -> None:
    """What the place sends to another is there in so many days, and is kept cool or not: by that goods are brought from it."""
    place.transfer_days, place.cooled_transfers = transfer_days, cooled_transfers
    place.save(update_fields=["transfer_days", "cooled_transfers"])
    journal.note(place, "location.transfers", by=by, days=transfer_days, cooled=cooled_transfers)
