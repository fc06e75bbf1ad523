"""The label that is stuck on a parcel: A6, from whom and to whom, with which carrier, and what to take at the door."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.money import dong
from marketplace.notices.links import link
from marketplace.people.phones import spoken

from .models import Fulfilment
from .paper import A6, GREY, INK, Sheet
from .queries import cash_due, kilograms, likely_carrier, load, receiver

SIDE = 24  # of the QR code, mm


def labels(parcels: Iterable[Fulfilment]) -> bytes:
    """One page for each parcel."""
    with translation.override("vi"):
        page = Sheet(A6, 7)
        page.set_auto_page_break(False)
        for parcel in parcels:
            page.add_page()
            _label(page, parcel)
        return bytes(page.output())


def _label(page: Sheet, parcel: Fulfilment) -> None:
    _head(page, parcel)
    _rule(page)
    place = parcel.location
    page.line_of(_("From"), 8, colour=GREY)
    page.line_of(_cut(place.name, 90), 9.5, bold=True)
    where = (place.street, place.commune.name if place.commune else "", spoken(place.phone) if place.phone else "")
    page.line_of(_cut(" · ".join(part for part in where if part), 110), 8.5)
    _rule(page)
    to = receiver(parcel)
    page.line_of(_("To"), 8, colour=GREY)
    page.line_of(_cut(to.name, 60), 13, bold=True)
    page.line_of(to.phone, 12, bold=True)
    page.line_of(_cut(to.address, 170), 11)
    _foot(page, parcel)


def _head(page: Sheet, parcel: Fulfilment) -> None:
    """The code leads who may see it to the parcel's page at the desk."""
    top, left = page.t_margin, page.w - page.r_margin - SIDE
    page.code(link("desk:parcel", parcel.pk, language="vi"), left, top, SIDE)
    page.set_right_margin(7 + SIDE + 3)
    page.line_of(parcel.carrier or likely_carrier(parcel) or _("Carrier: ………………"), 12, bold=True)
    page.line_of(parcel.tracking_number or _("Tracking number: ………………"), 12 if parcel.tracking_number else 9)
    page.ln(1)
    page.line_of(parcel.reference, 9, colour=GREY)
    page.set_right_margin(7)
    page.set_y(max(page.get_y(), top + SIDE + 1))


def _foot(page: Sheet, parcel: Fulfilment) -> None:
    """What to take stands in a frame at the bottom, and above it how to treat the parcel."""
    page.set_y(page.h - page.b_margin - 34)
    grams, warnings = load(parcel).grams, _warnings(parcel)
    if warnings:
        page.set_fill_color(*INK)
        page.set_text_color(255, 255, 255)
        page.set_font(page.font_family, "B", 11)
        page.cell(0, 8, " · ".join(warnings), align="C", fill=True)
        page.set_fill_color(255, 255, 255)
    page.set_y(page.h - page.b_margin - 23)
    page.set_draw_color(*INK)
    page.rect(page.l_margin, page.get_y(), page.w - 14, 17)
    page.ln(2)
    page.set_x(page.l_margin)
    cash = parcel.cash_told or cash_due(parcel) if parcel.status in Fulfilment.UNDER_WAY else parcel.cash_told
    page.set_left_margin(page.l_margin + 3)
    page.line_of(_("Take at the door (COD)") if cash else _("Paid"), 9, colour=GREY)
    page.line_of(dong(cash) if cash else _("Take nothing at the door"), 15 if cash else 12, bold=True)
    page.set_left_margin(7)
    page.set_y(page.h - page.b_margin - 4)
    page.line_of(_("Weight: %(kg)s kg") % {"kg": kilograms(grams)}, 8, colour=GREY)


def _warnings(parcel: Fulfilment) -> list[str]:
    products = [part.line.product for part in parcel.lines.select_related("line__product") if part.line.product]
    fragile, cool = any(one.fragile for one in products), any(one.keep_cool for one in products)
    hours = min((one.travel_hours_max for one in products if one.travel_hours_max), default=None)
    told = [(fragile, _("FRAGILE")), (cool, _("KEEP COOL")), (hours, _("WITHIN %(n)s HOURS") % {"n": hours})]
    return [words for applies, words in told if applies]


def _rule(page: Sheet) -> None:
    page.ln(1.5)
    page.set_draw_color(*GREY)
    page.line(page.l_margin, page.get_y(), page.w - page.r_margin, page.get_y())
    page.ln(1.5)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
