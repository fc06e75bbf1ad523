"""What a counter hands out with money that goes back: a sheet to sign, in the order's language."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.fulfilment.models import Return
from marketplace.fulfilment.paper import GREY, Paper
from marketplace.in_words import dong_in_words
from marketplace.money import dong
from marketplace.payment.models import Transaction

SIGN_HERE = 22  # millimetres for a name


def payback(asked: Return, paid: Transaction) -> bytes:
    """Which goods came back, how much the buyer got for them, where and when; and lines for both names."""
    order, place = asked.fulfilment.order, asked.fulfilment.location
    with translation.override(order.language):
        page = Paper(order.number)
        page.set_lang(order.language)
        page.line_of(settings.OSCAR_SHOP_NAME, 9, colour=GREY)
        page.line_of(_("Receipt of money paid back"), 17, bold=True)
        page.line_of(_("Order %(number)s") % {"number": order.number}, 11)
        page.line_of(f"{place.name} · {_said(paid.happened_at)}", 10, colour=GREY)
        page.ln(4)
        for one in asked.lines.select_related("line").filter(came__gt=0).order_by("pk"):
            page.line_of(f"{one.came} × {one.line.title} · {dong(one.amount)}", 10)
        if asked.fee:
            page.line_of(f"{_('Delivery')} · {dong(asked.fee)}", 10)
        page.ln(3)
        page.line_of(_("Paid back in cash: %(sum)s") % {"sum": dong(paid.amount)}, 14, bold=True)
        page.line_of(dong_in_words(paid.amount, order.language), 10)
        _names(page, order.contact_name)
        return bytes(page.output())


def _said(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else ""


def _names(page: Paper, buyer: str) -> None:
    """Who gave and who got it."""
    page.ln(8)
    half, top = page.epw / 2, page.get_y()
    for column, label in enumerate((_("Paid by"), _("Received by"))):
        page.set_xy(page.l_margin + column * half, top)
        page.cell(half, 5, label, align="C")
    page.set_xy(page.l_margin + half, top + SIGN_HERE)
    page.cell(half, 5, buyer, align="C")
    page.set_xy(page.l_margin, top + SIGN_HERE + 6)
