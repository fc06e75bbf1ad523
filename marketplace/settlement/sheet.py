"""A statement to print and to sign. A PDF in Vietnamese."""

from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.fulfilment.paper import A4, GREY, Paper
from marketplace.money import dong

from .models import Entry, Statement
from .periods import days
from .queries.listing import entries, sums_by_kind

WIDTHS = (21, 27, 51, 16, 24, 22, 25)
ALIGN = ("LEFT", "LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT")


def sheet(statement: Statement) -> bytes:
    """In the shop's own language, whatever the reader's."""
    with translation.override("vi"):
        page = Paper(statement.name, size=A4)
        _head(page, statement)
        _balance(page, statement)
        _entries(page, statement)
        _signed(page, statement)
        return bytes(page.output())


def _head(page: Paper, statement: Statement) -> None:
    page.line_of(_("Statement"), 9, colour=GREY)
    page.line_of(f"{statement.name} · {days(statement.starts_on, statement.ends_on)}", 17, bold=True)
    page.ln(1)
    who = statement.producer
    for label, text in ((_("Producer"), who.name), (_("Registration"), who.registration_number),
                        (_("Place"), statement.location.name)):  # fmt: skip
        if text:
            page.line_of(f"{label}: {text}", 10)
    if statement.demonstration:
        page.line_of(_("Demonstration: these figures are invented."), 9, colour=GREY)
    page.ln(3)


def _balance(page: Paper, statement: Statement) -> None:
    """How it opened, what came together kind by kind, how it closed."""
    heads = (_("Balance"), _("Entries"), _("Paid by shoppers"), _("Commission"), _("Tax withheld"), _("Owed"))
    align = ("LEFT", *("RIGHT",) * 5)
    rows: list[Sequence[str]] = [
        (one.label, str(one.entries), dong(one.gross), dong(one.commission), dong(one.tax), dong(one.net))
        for one in sums_by_kind(statement)
    ]
    opening = (_("Opening balance"), "", "", "", "", dong(statement.opening))
    closing = (_("Closing balance"), "", "", "", "", dong(statement.closing))
    _table(page, heads, [opening, *rows, closing], (50, 16, 32, 28, 28, 32), align, bold_last=True)
    page.ln(4)


def _entries(page: Paper, statement: Statement) -> None:
    heads = (
        _("Date"), _("What"), _("Goods"), _("Pieces"), _("Paid by shoppers"), _("Commission and tax"), _("Owed")
    )  # fmt: skip
    rows = [_entry(one) for one in entries(statement).iterator(2000)]
    _table(page, heads, rows, WIDTHS, ALIGN)


def _entry(one: Entry) -> Sequence[str]:
    what = f"{one.title}\n{one.reference}" if one.reference else one.title
    day = f"{timezone.localtime(one.happened_at):%d/%m/%Y}"
    taken = dong(one.commission + one.vat + one.pit)
    return day, one.get_kind_display(), what, str(one.quantity or ""), dong(one.gross), taken, dong(one.net)


def _table(
    page: Paper, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], align: Sequence[str],
    bold_last: bool = False,
) -> None:  # fmt: skip
    page.set_draw_color(*GREY)
    page.set_font("Be Vietnam Pro", "", 8)
    with page.table(col_widths=tuple(widths), line_height=4.6, padding=0.9, text_align=tuple(align)) as table:
        table.row(heads)
        for number, row in enumerate(rows, 1):
            page.set_font("Be Vietnam Pro", "B" if bold_last and number == len(rows) else "", 8)
            table.row(row)


def _signed(page: Paper, statement: Statement) -> None:
    """Who has confirmed it, and when; what is still open is left to be signed by hand."""
    page.ln(5)
    for label, by, at in (
        (_("For the place"), statement.place_confirmed_by, statement.place_confirmed_at),
        (_("For the producer"), statement.producer_confirmed_by, statement.producer_confirmed_at),
    ):
        when = f"{timezone.localtime(at):%H:%M, %d/%m/%Y}" if at else ""
        who = by.get_full_name() if by else ""
        said = _("confirmed by %(who)s at %(when)s") % {"who": who or "–", "when": when} if at else "…" * 24
        page.line_of(f"{label}: {said}", 10)
        page.ln(1)
