"""The manifest of a hand-over: what a place gives to a carrier on one day, to be signed by both. A PDF in Vietnamese."""

from collections.abc import Sequence
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.money import ZERO, dong

from .gateways import Consignment
from .models import Fulfilment
from .paper import A4_ACROSS, FONT, GREY, Paper
from .queries import commune_of, kilograms, receiver


def consignments(parcels: Sequence[Fulfilment]) -> list[Consignment]:
    """The parcels as their carrier must know them; of those that are there or back, not where their buyer lives."""
    return [_consignment(one) for one in parcels]


def _consignment(parcel: Fulfilment) -> Consignment:
    to = receiver(parcel)
    door = parcel.order.shipping_address if to.address else None
    street, commune, province = (door.line1, *commune_of(door)) if door else ("", "", "")
    return Consignment(
        reference=parcel.reference, tracking_number=parcel.tracking_number, receiver=to.name, phone=to.phone, street=street,
        commune=commune, province=province, grams=parcel.grams, cash=parcel.cash_told,
    )  # fmt: skip


def manifest(rows: Sequence[Consignment], *, place: str, carrier: str, day: date) -> bytes:
    """A4 across, with the sums and a line for each signature."""
    with translation.override("vi"):
        page = Paper(place, size=A4_ACROSS)
        page.line_of(_("Hand-over of parcels"), 9, colour=GREY)
        page.line_of(f"{place} – {carrier}", 15, bold=True)
        page.line_of(f"{day:%d/%m/%Y}", 10)
        page.ln(3)
        _table(page, rows)
        page.ln(3)
        grams = sum(one.grams for one in rows)
        facts = {"parcels": len(rows), "kg": kilograms(grams), "cash": dong(sum((one.cash for one in rows), ZERO))}
        page.line_of(_("%(parcels)s parcels · %(kg)s kg · to take at the doors: %(cash)s") % facts, 11, bold=True)
        _signatures(page)
        return bytes(page.output())


def _table(page: Paper, rows: Sequence[Consignment]) -> None:
    page.set_draw_color(*GREY)
    page.set_font(FONT, "", 8.5)
    align = ("RIGHT", "LEFT", "LEFT", "LEFT", "LEFT", "RIGHT", "RIGHT")
    with page.table(col_widths=(9, 34, 38, 52, 88, 18, 28), line_height=5, padding=1, text_align=align) as table:
        table.row(("#", _("Parcel"), _("Tracking number"), _("Receiver"), _("Address"), "kg", _("COD")))
        for number, one in enumerate(rows, 1):
            cash = dong(one.cash) if one.cash else "–"
            who = f"{one.receiver}\n{one.phone}"
            table.row((str(number), one.reference, one.tracking_number, who, one.address, kilograms(one.grams), cash))


def _signatures(page: Paper) -> None:
    if page.get_y() > page.h - 45:
        page.add_page()
    page.ln(8)
    page.set_font(FONT, "", 9)
    page.set_text_color(*GREY)
    half = (page.w - page.l_margin - page.r_margin) / 2
    page.cell(half, 5, _("Handed over by (name, signature, time)"))
    page.cell(half, 5, _("Taken over by (name, signature, time)"))
