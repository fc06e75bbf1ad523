"""A carrier with whom files are exchanged: a manifest goes out with the parcels, statuses come back, as CSV or XLSX."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.utils.timezone import get_current_timezone, is_aware
from django.utils.translation import gettext_lazy as _

from marketplace import sheets
from marketplace.cells import WrongMoment, moment, text
from marketplace.errors import Refused
from marketplace.tables import csv_file

from . import Consignment, Row, Told, mapping

HEADING = (
    "Mã kiện", "Mã vận đơn", "Người nhận", "Điện thoại", "Địa chỉ", "Phường/Xã", "Tỉnh/Thành phố", "Khối lượng (g)",
    "Tiền thu hộ (đ)", "Ghi chú",
)  # fmt: skip


class NoSuchColumn(Refused):
    sentence = _("The file has no column for: %(columns)s. Its first row must name the columns.")
    code = "status_file_columns"


class NoTrackingNumber(Refused):
    sentence = _("The row names no tracking number.")
    code = "status_row_number"


class UnknownWord(Refused):
    sentence = _("“%(word)s” is no status that this carrier is known to use.")
    code = "status_row_word"


LABELS = {"tracking_number": _("tracking number"), "status": _("status"), "time": _("time")}
ROWS: dict[str, type[Refused]] = {no.code: no for no in (NoTrackingNumber, UnknownWord, WrongMoment)}


class FileExchange:
    """`names`: how this carrier's files call our columns and statuses."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def manifest(self, consignments: Sequence[Consignment]) -> bytes:
        return csv_file(HEADING, [_cells(one) for one in consignments])

    def statuses(self, name: str, data: bytes) -> list[Row]:
        """Each row by itself: one that cannot be read does not stop the others."""
        refusals: list[NoSuchColumn] = []
        for page in sheets.pages(name, data):
            try:
                where, body = self._columns(page)
            except NoSuchColumn as no:
                refusals.append(no)
                continue
            return [
                self._row(number, {one: row[at] for one, at in where.items() if at < len(row)}) for number, row in body
            ]
        raise refusals[0] if refusals else sheets.NoRows

    def _columns(self, page: sheets.Sheet) -> tuple[dict[str, int], sheets.Sheet]:
        """Where each column stands, and the rows below the heading: the row that names most of them."""
        found = [
            mapping.columns([text(cell) for cell in row], self.names) for _number, row in page[: sheets.TITLE_ROWS]
        ]
        head = max(range(len(found)), key=lambda at: len(found[at]))
        missing = [str(LABELS[one]) for one in mapping.NEEDED if one not in found[head]]
        if missing:
            raise NoSuchColumn(columns=", ".join(missing))
        return found[head], page[head + 1 :]

    def _row(self, number: int, cells: Mapping[str, Any]) -> Row:
        said = {one: text(cell).replace("\0", "") for one, cell in cells.items()}
        tracking = said.get("tracking_number", "")[:60]
        try:
            return Row(number, tracking, self._told(tracking, said, cells.get("time")))
        except Refused as refusal:
            return Row(number, tracking, refusal=refusal)

    def _told(self, tracking: str, said: Mapping[str, str], when: Any) -> Told:
        if not tracking:
            raise NoTrackingNumber
        word = said.get("status", "")
        status = mapping.status(word, self.names)
        if not status:
            raise UnknownWord(word=word[:60])
        known = {"key": said.get("event_id", "")[:64], "why": mapping.why(said.get("why", ""))}
        return Told(tracking, status, _moment(when), said.get("reason", ""), **known)


def _cells(one: Consignment) -> tuple[Any, ...]:
    return (
        one.reference, one.tracking_number, one.receiver, one.phone, one.street, one.commune, one.province, one.grams,
        one.cash, one.note,
    )  # fmt: skip


def _moment(cell: Any) -> datetime:
    """With the offset that it names, else local; noon of a day without a time."""
    try:
        iso = datetime.fromisoformat(text(cell))
    except ValueError:
        iso = None
    if iso and is_aware(iso):
        return iso
    day, clock = moment(cell, "")
    if day is None:
        raise WrongMoment(text=text(cell)[:60])
    return datetime.combine(day, clock or time(12), get_current_timezone())
