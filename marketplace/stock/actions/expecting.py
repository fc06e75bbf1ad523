"""On which day what travels between two places is expected to be there."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.stock.models import Transfer

from .transfers import lock

Status = Transfer.Status


class DayPast(Refused):
    sentence = _("%(day)s is over. Choose today or a later day.")
    code = "transfer_day_past"


@transaction.atomic
def expect(*, transfer: Transfer, on: date, by: Any, at: datetime) -> None:
    """What has not arrived is expected on this day."""
    if on < timezone.localdate(at):
        raise DayPast(day=f"{on:%d/%m/%Y}")
    lock(transfer, Status.DRAFT, Status.SENT, Status.PARTLY_ARRIVED)
    before, transfer.expected_on = transfer.expected_on, on
    transfer.save(update_fields=["expected_on"])
    note(transfer, "transfer.expected", by=by, on=on.isoformat(), before=before and before.isoformat())
