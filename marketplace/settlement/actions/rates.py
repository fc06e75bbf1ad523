"""What the law lets the shop withhold."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note

from ..models import TaxRate


class RateOfThePast(Refused):
    """What was withheld is on statements and with the tax office."""

    sentence = _("A tax rate applies from today or later.")
    code = "tax_rate_of_the_past"


class RateThere(Refused):
    sentence = _("A rate from this day on is there already.")
    code = "tax_rate_there"


@transaction.atomic
def set_rate(
    *, producer_kind: str, nature: str, vat_percent: Decimal, pit_percent: Decimal, valid_from: date, source: str,
    by: Any, at: datetime,
) -> TaxRate:  # fmt: skip
    """From that day on so much is withheld of what such producers sell online; 0 and 0 end it."""
    if valid_from < timezone.localdate(at):
        raise RateOfThePast
    who = {"producer_kind": producer_kind, "nature": nature, "valid_from": valid_from}
    facts = {"vat_percent": vat_percent, "pit_percent": pit_percent, "source": source.strip()}
    try:
        with transaction.atomic():
            made = TaxRate.objects.create(**who, **facts)
    except IntegrityError as error:
        raise RateThere from error
    note(made, "tax_rate.set", by=by, **{name: str(value) for name, value in (who | facts).items()})
    return made
