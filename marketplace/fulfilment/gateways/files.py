"""A carrier with whom files are exchanged: a manifest goes out with the parcels, statuses come back. CSV, in UTF-8."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.utils.timezone import get_current_timezone, is_aware
from django.utils.translation import gettext_lazy as _

from marketplace.certificates.cells import text
from marketplace.certificates.moments import WrongMoment, moment
from marketplace.certificates.sheets import csv_rows
from marketplace.errors import Refused

from . import Consignment, Row, Told, mapping

MOST_BYTES, MOST_ROWS = 2 * 1024 * 1024, 5_000
HEADING = (
    "Mã kiện", "Mã vận đơn", "Người nhận", "Điện thoại", "Địa chỉ", "Phường/Xã", "Tỉnh/Thành phố", "Khối lượng (g)",
    "Tiền thu hộ (đ)", "Ghi chú",
)  # fmt: skip


class StatusFileTooLarge(Refused):
    sentence = _("The file is too large: 2 MB and 5,000 rows at most.")
    code = "status_file_too_large"


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
        """With the mark by which spreadsheets know UTF-8."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(HEADING)
        for one in consignments:
            told = (one.reference, one.tracking_number, one.receiver, one.phone, one.street, one.commune, one.province)
            writer.writerow([*(_inert(cell) for cell in told), one.grams, int(one.cash), _inert(one.note)])
        return out.getvalue().encode("utf-8-sig")

    def statuses(self, name: str, data: bytes) -> list[Row]:
        """Each row by itself: one that cannot be read does not stop the others."""
        if len(data) > MOST_BYTES:
            raise StatusFileTooLarge
        rows = csv_rows(name, data)
        if len(rows) > MOST_ROWS + 1:
            raise StatusFileTooLarge
        heading, body = ([str(cell) for cell in rows[0][1]] if rows else []), rows[1:]
        where = mapping.columns(heading, self.names)
        missing = [str(LABELS[one]) for one in mapping.NEEDED if one not in where]
        if missing:
            raise NoSuchColumn(columns=", ".join(missing))
        return [
            self._row(number, {one: text(row[at]) for one, at in where.items() if at < len(row)})
            for number, row in body
        ]

    def _row(self, number: int, cells: Mapping[str, str]) -> Row:
        tracking = cells.get("tracking_number", "").replace("\0", "")[:60]
        try:
            return Row(number, tracking, self._told(tracking, cells))
        except Refused as refusal:
            return Row(number, tracking, refusal=refusal)

    def _told(self, tracking: str, cells: Mapping[str, str]) -> Told:
        if not tracking:
            raise NoTrackingNumber
        word, reason = cells.get("status", ""), cells.get("reason", "").replace("\0", "")
        status = mapping.status(word, self.names)
        if not status:
            raise UnknownWord(word=word[:60])
        return Told(
            tracking, status, _moment(cells.get("time", "")), reason, cells.get("event_id", "").replace("\0", "")[:64]
        )


def _moment(cell: str) -> datetime:
    """With the offset that it names, else local; noon of a day without a time."""
    try:
        iso = datetime.fromisoformat(cell)
    except ValueError:
        iso = None
    if iso and is_aware(iso):
        return iso
    day, clock = moment(cell, "")
    if day is None:
        raise WrongMoment(text=cell[:60])
    return datetime.combine(day, clock or time(12), get_current_timezone())


def _inert(cell: str) -> str:
    """What shoppers typed is text to a spreadsheet, never a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
