"""What is taken away as a file: a statement's entries, the bank's pay-out list, the month's tax."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.payment.banking.payout_file import Payee

from .models import Payout, Statement
from .queries.listing import Withheld, entries

Table = tuple[list[str], list[Sequence[Any]]]


def statement_table(statement: Statement) -> Table:
    """Every entry, between what the period opened and closed with."""
    heads = [
        _("Date"), _("What"), _("Goods"), _("Reference"), _("Pieces"), _("Paid by shoppers"), _("Commission, %"),
        _("Commission"), _("VAT withheld"), _("Personal income tax withheld"), _("Owed"),
    ]  # fmt: skip
    first, last = statement.starts_on, statement.ends_on
    rows = [
        (
            one.happened_at, one.get_kind_display(), one.title, one.reference, one.quantity, one.gross, float(one.percent),
            one.commission, one.vat, one.pit, one.net,
        )
        for one in entries(statement).iterator(2000)
    ]  # fmt: skip
    opening = (first, _("Opening balance"), "", "", "", "", "", "", "", "", statement.opening)
    closing = (last, _("Closing balance"), "", "", "", "", "", "", "", "", statement.closing)
    return heads, [opening, *rows, closing]


def payees(payout: Payout) -> list[Payee]:
    """What the bank is told: docs/decisions/settlement.md says what each column is."""
    lines = payout.lines.select_related("statement").order_by("pk")
    return [
        Payee(line.number, line.holder, line.bin, line.bank, int(line.amount), transfer_text(payout, line))
        for line in lines
    ]


def transfer_text(payout: Payout, line: Any) -> str:
    """Letters, digits and spaces alone: banks drop everything else."""
    return f"OCOP {payout.name} {line.statement.name}"


def tax_table(rows: Sequence[Withheld]) -> Table:
    """Of the month, a producer per row."""
    heads = [
        pgettext("tax file", "No."), _("Producer"), _("Kind"), _("Registration or tax number"), _("Address"), _("Turnover"),
        _("VAT withheld"), _("Personal income tax withheld"), _("Together"),
    ]  # fmt: skip
    return heads, [_taxed(number, one) for number, one in enumerate(rows, 1)]


def _taxed(number: int, one: Withheld) -> Sequence[Any]:
    who = one.producer
    address = ", ".join(str(part) for part in (who.street, who.commune, who.province) if part)
    about = number, who.name, who.get_kind_display(), who.registration_number, address
    return *about, one.turnover, one.vat, one.pit, one.together
