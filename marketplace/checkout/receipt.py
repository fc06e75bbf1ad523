"""The receipt of an order, to print or keep: a PDF in the order's language."""

from decimal import Decimal

from django.conf import settings
from django.http import HttpResponse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from fpdf.enums import TableBordersLayout

from marketplace.fulfilment.paper import A4, FONT, GREY, Paper
from marketplace.in_words import dong_in_words
from marketplace.money import ZERO, dong
from marketplace.order.models import Order

from .queries.receipting import Moved, Part, Receipt, Sold, receipt_of

WIDTHS = (74, 16, 28, 26, 34)  # goods, pieces, price, discount, sum
SUM_WIDTH = 34


def receipt(order: Order) -> bytes:
    """What was bought from whom, for how much, and how it was paid."""
    with translation.override(order.language):
        found = receipt_of(order)
        page = Paper(order.number, size=A4, margin=16)
        page.set_title(f"{_('Receipt')} {order.number}")
        page.set_lang(order.language)
        _head(page, found)
        for part in found.parts:
            _part(page, part)
        _totals(page, found)
        _money(page, found)
        _foot(page, found)
        return bytes(page.output())


def receipt_answer(order: Order) -> HttpResponse:
    """As a door hands it out: shown in the browser, under the order's number, kept by nobody on the way."""
    answer = HttpResponse(receipt(order), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{order.number}.pdf"'
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _head(page: Paper, found: Receipt) -> None:
    order = found.order
    page.line_of(settings.OSCAR_SHOP_NAME, 10, colour=GREY)
    page.line_of(_("Receipt of order %(number)s") % {"number": order.number}, 17, bold=True)
    placed = timezone.localtime(order.date_placed)
    page.line_of(f"{placed:%d/%m/%Y %H:%M} · {order.status_label}", 10, colour=GREY)
    if order.cancelled_at:
        page.line_of(f"{_('Cancelled')}: {order.cancel_label}", 10, bold=True)
    if found.demonstration:
        page.ln(1)
        page.line_of(_("Demonstration: sellers and prices are partly invented, nothing is really sold."), 10, bold=True)
    page.ln(4)
    page.line_of(_("Buyer"), 9, colour=GREY)
    for label, value in found.buyer:
        page.line_of(f"{label}: {value}", 10)


def _part(page: Paper, part: Part) -> None:
    """The seller with all that the law wants known, then the goods."""
    one = part.seller
    page.ln(4)
    page.line_of(_("Seller"), 9, colour=GREY)
    page.line_of(f"{one.name} ({one.kind})" if one.kind else one.name, 11, bold=True)
    page.line_of(f"{_('Address')}: {one.address}" if one.address else "", 9)
    known = ((_("Phone"), one.phone), (_("Business registration or tax number"), one.registration))
    page.line_of(" · ".join(f"{label}: {value}" for label, value in known if value), 9)
    page.ln(1.5)
    page.set_draw_color(*GREY)
    page.set_font(FONT, "", 9)
    align = ("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT")
    with page.table(
        col_widths=WIDTHS,
        line_height=5,
        padding=(1, 0, 1, 0),
        text_align=align,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
    ) as table:
        table.row((_("Goods"), _("Pieces"), _("Price"), _("Discount"), _("Sum")))
        for line in part.lines:
            table.row(_cells(line))


def _cells(line: Sold) -> tuple[str, ...]:
    about = [line.title]
    if line.vat_percent:
        tax = {"percent": formats.number_format(line.vat_percent.normalize()), "vat": dong(line.vat)}
        about.append(_("VAT %(percent)s %% inside: %(vat)s") % tax)
    if line.taken_off:
        about.append(_("%(n)s taken off") % {"n": line.taken_off})
    if line.paid_back:
        about.append(_("%(n)s paid back") % {"n": line.paid_back})
    off = f"−{dong(line.discount)}" if line.discount else ""
    return "\n".join(about), str(line.quantity), dong(line.unit_price), off, dong(line.total)


def _totals(page: Paper, found: Receipt) -> None:
    order = found.order
    page.ln(3)
    _sum(page, _("Goods"), found.goods)
    _sum(page, _("Discount"), -found.discount, found.discount != ZERO)
    _sum(page, _("Pickup") if order.is_pickup else _("Delivery"), order.shipping_incl_tax)
    _sum(page, _("Taken off or paid back"), -order.given_up, order.given_up != ZERO)
    _sum(page, _("Total"), order.due, bold=True)
    page.line_of(dong_in_words(order.due, order.language), 10, align="R")
    inside = dong(found.vat) if found.vat else _("none: these sellers add no VAT")
    page.line_of(f"{_('VAT in this amount')}: {inside}", 9, colour=GREY, align="R")


def _sum(page: Paper, label: str, amount: Decimal, shown: bool = True, bold: bool = False) -> None:
    if not shown:
        return
    size = 12 if bold else 10
    page.set_font(FONT, "B" if bold else "", size)
    page.set_text_color(20, 20, 20)
    page.cell(page.epw - SUM_WIDTH, size * 0.55, label, align="R")
    said = f"−{dong(-amount)}" if amount < 0 else dong(amount)
    page.cell(SUM_WIDTH, size * 0.55, said, align="R", new_x="LMARGIN", new_y="NEXT")


def _money(page: Paper, found: Receipt) -> None:
    """How and when it was paid, what went back, and what is still to come."""
    page.ln(4)
    for one in found.paid:
        page.line_of(_moved(_("Paid"), one), 10)
    for one in found.back:
        page.line_of(_moved(_("Paid back") if one.at else _("Being paid back"), one), 10)
    if found.to_pay:
        left = {"amount": dong(found.to_pay), "way": found.order.get_payment_method_display()}
        page.line_of(_("Still to pay: %(amount)s (%(way)s)") % left, 11, bold=True)


def _moved(label: str, one: Moved) -> str:
    said = f"{label}: {dong(one.amount)} · {one.label}"
    return f"{said} · {timezone.localtime(one.at):%d/%m/%Y %H:%M}" if one.at else said


def _foot(page: Paper, found: Receipt) -> None:
    page.ln(4)
    page.line_of(
        _("This receipt does not replace an invoice (Decree 123/2020, amended by Decree 70/2025)."), 9, colour=GREY
    )
    page.line_of(str(settings.SITE_URL), 9, colour=GREY)
