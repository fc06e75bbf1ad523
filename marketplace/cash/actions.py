"""Counting cash: once for each payment, by a person, with a reason where the count differs."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.locations.models import Location
from marketplace.money import ZERO, dong
from marketplace.payment import actions as payments
from marketplace.payment.models import Transaction

from . import queries
from .models import CashUp, CashUpEntry


class AlreadyCounted(Refused):
    """Somebody was quicker, or it is not this drawer's money."""

    sentence = _("Some of these payments are counted already. Look at the page again; what is left is still there.")
    code = "cash_already_counted"


class NothingCounted(Refused):
    """No payment was chosen."""

    sentence = _("Choose at least one payment that this money is for.")
    code = "cash_nothing_chosen"


class ReasonMissing(Refused):
    """The money is not what it should be."""

    sentence = _("There should be %(expected)s. Count again; if it is so, say why it differs.")
    code = "cash_reason_missing"


@transaction.atomic
def close(
    *, location: Location | None, carrier: str, day: date, transaction_ids: Collection[int], counted: Decimal, reason: str,
    by: Any, at: datetime,
) -> CashUp:  # fmt: skip
    """These payments are accounted for: in a point's drawer of that day, or handed over by a carrier."""
    if not transaction_ids:
        raise NothingCounted
    payments.lock_transactions(ids=transaction_ids)
    pile = queries.of_point(location, day) if location else queries.of_carrier(carrier)
    rows = list(pile.filter(pk__in=transaction_ids))
    if len(rows) != len(set(transaction_ids)):
        raise AlreadyCounted
    expected = sum((row.into_drawer for row in rows), ZERO)
    reason = reason.strip() if counted != expected else ""
    if counted != expected and not reason:
        raise ReasonMissing(expected=dong(expected))
    return _closed(location, carrier, day, rows, expected, counted, reason, by, at)


def _closed(
    location: Location | None, carrier: str, day: date, rows: list[Transaction], expected: Decimal, counted: Decimal,
    reason: str, by: Any, at: datetime,
) -> CashUp:  # fmt: skip
    before = CashUp.objects.filter(location=location, carrier=carrier, day=day).count()
    made = CashUp.objects.create(
        location=location, carrier=carrier, day=day, part=before + 1, expected=expected, counted=counted, reason=reason,
        closed_by=by, closed_at=at,
    )  # fmt: skip
    CashUpEntry.objects.bulk_create(CashUpEntry(cash_up=made, transaction=row) for row in rows)
    journal.note(made, "cash.counted", by=by, expected=int(expected), counted=int(counted), reason=reason)
    return made
