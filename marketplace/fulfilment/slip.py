"""The packing slip: what goes into the parcel, to whom, and what to take from them. A PDF in Vietnamese."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.money import dong
from marketplace.order.models import Order
from marketplace.stock import queries as stock

from .models import Fulfilment
from .paper import FONT, GREY, MARGIN, Paper
from .queries import boxed, cash_due, receiver, under_way


@dataclass(frozen=True)
class Row:
    """Goods to put in, and the lots to take them from."""

    title: str
    quantity: int
    lots: str
    box: str = ""  # the gift box into which it goes


def slip(fulfilment: Fulfilment) -> bytes:
    """For the people who pack, in the shop's own language whatever the reader's."""
    return slips([fulfilment])


def slips(parcels: Sequence[Fulfilment]) -> bytes:
    """Those of several parcels, each on pages of its own."""
    with translation.override("vi"):
        page = Paper(parcels[0].order.number, alone=len(parcels) == 1)
        for number, fulfilment in enumerate(parcels):
            if number:
                page.begin(fulfilment.order.number)
            _slip(page, fulfilment)
        return bytes(page.output())


def _slip(page: Paper, fulfilment: Fulfilment) -> None:
    _head(page, fulfilment)
    _receiver(page, fulfilment)
    _goods(page, _rows(fulfilment))
    _cash(page, fulfilment)


def _head(page: Paper, fulfilment: Fulfilment) -> None:
    order = fulfilment.order
    top = page.t_margin
    page.code(order.number, page.w - page.r_margin - 22, top, 22)
    page.set_right_margin(MARGIN + 26)
    page.line_of(_("Packing slip"), 9, colour=GREY)
    page.line_of(order.number, 18, bold=True)
    day = timezone.localtime(order.date_placed)
    page.line_of(f"{fulfilment.location.name} · {day:%d/%m/%Y %H:%M}", 9, colour=GREY)
    parcels = list(order.fulfilments.order_by("pk").values_list("pk", flat=True))
    if len(parcels) > 1:
        place = {"n": parcels.index(fulfilment.pk) + 1, "all": len(parcels)}
        page.line_of(_("Parcel %(n)s of %(all)s of this order") % place, 9, bold=True)
    page.set_right_margin(MARGIN)
    page.set_y(max(page.get_y(), top + 24))


def _receiver(page: Paper, fulfilment: Fulfilment) -> None:
    order, pickup, to = fulfilment.order, fulfilment.is_pickup, receiver(fulfilment)
    page.ln(3)
    page.line_of(_("To be collected by") if pickup else _("Deliver to"), 9, colour=GREY)
    page.line_of(to.name, 13, bold=True)
    page.line_of(to.phone, 11)
    if to.address:
        page.line_of(to.address, 11)
    if pickup and fulfilment.collect_on:
        page.line_of(_("Comes on %(day)s") % {"day": f"{fulfilment.collect_on:%d/%m/%Y}"}, 11)
    for note in order.notes.all() if under_way(fulfilment) else ():
        page.line_of(f"{_('Note')}: {note.message}", 10)


def _rows(fulfilment: Fulfilment) -> list[Row]:
    picks = stock.to_pick(fulfilment.order_id, fulfilment.location_id)
    return [
        Row(
            part.line.title,
            part.quantity,
            "\n".join(_lot(pick) for pick in picks if pick.line_id == part.line_id),
            boxed(part),
        )
        for part in fulfilment.lines.select_related("line__box").order_by("line_id")
    ]


def _lot(pick: stock.Pick) -> str:
    """The lot, how many of it, and until when they keep."""
    lot = f"{pick.lot} ({pick.quantity})"
    if not pick.best_before:
        return lot
    return f"{lot}\n" + _("best before %(day)s") % {"day": f"{pick.best_before:%d/%m/%Y}"}


def _goods(page: Paper, rows: list[Row]) -> None:
    page.ln(4)
    page.set_draw_color(*GREY)
    with page.table(
        col_widths=(8, 57, 18, 41), line_height=5.5, padding=1, text_align=("LEFT", "LEFT", "RIGHT", "LEFT")
    ) as table:
        page.set_font(FONT, "", 9)
        table.row(("", _("Goods"), _("Pieces"), _("Lots")))
        box = ""
        for one in rows:
            if one.box and one.box != box:
                table.row().cell(_("Gift box, packed together: %(box)s") % {"box": one.box}, colspan=4)
            box = one.box
            # The empty cell is there to be ticked by hand.
            table.row(("", one.title, str(one.quantity), one.lots))
    page.ln(2)
    page.line_of(_("Pieces in all: %(pieces)s") % {"pieces": sum(one.quantity for one in rows)}, 10, bold=True)


def _cash(page: Paper, fulfilment: Fulfilment) -> None:
    """What to take; of a parcel that is not to go out, that alone."""
    page.ln(2)
    if halted := _halted(fulfilment):
        page.line_of(_("Not to be sent out: %(status)s") % {"status": halted}, 13, bold=True)
    elif amount := cash_due(fulfilment):
        page.line_of(_("To take in cash: %(amount)s") % {"amount": dong(amount)}, 13, bold=True)
    else:
        page.line_of(_("Paid. Nothing is to be taken."), 11)


def _halted(fulfilment: Fulfilment) -> str:
    """Why nothing may go out: the state of the order or of the parcel; empty where it may."""
    order, stopped = fulfilment.order, (Fulfilment.Status.FAILED, Fulfilment.Status.CANCELLED)
    if order.status not in (Order.Status.CONFIRMED, Order.Status.COMPLETED):
        return order.status_label
    return fulfilment.get_status_display() if fulfilment.status in stopped else ""
