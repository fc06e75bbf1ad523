"""Files of sales and counts: what they would change, and what became of their rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.errors import Refused
from marketplace.people.models import User
from marketplace.tills.actions import REFUSALS
from marketplace.tills.models import TillEvent, Upload, UploadRow
from marketplace.tills.uploads.refusals import ROWS

from . import places

Status = TillEvent.Status


@dataclass(frozen=True)
class Line:
    """A row on the page; `state` is its word, `kind` its colour, `why` what stands in its way."""

    row: UploadRow
    state: str
    kind: str
    why: str = ""
    moves: bool = False


@dataclass(frozen=True)
class Totals:
    """How many rows stand how."""

    rows: int
    refused: int
    before: int
    alike: int
    fresh: int
    recorded: int
    waiting: int
    parked: int


def mine(user: User) -> QuerySet[Upload]:
    """Files of the person's places, the newest first."""
    rows = Upload.objects.filter(location__in=places.mine(user)).select_related("location", "by")
    return rows.order_by("-pk")


def listed(user: User) -> QuerySet[Upload]:
    """The same with the number of rows, and of those that went to the inbox."""
    return mine(user).annotate(count=Count("rows"), booked=Count("rows", filter=Q(rows__booked=True)))


def the_same_file(upload: Upload) -> Upload | None:
    """An earlier booked file with the same cells, while this one is only looked at."""
    if upload.booked_at:
        return None
    rows = Upload.objects.filter(digest=upload.digest, booked_at__isnull=False).exclude(pk=upload.pk)
    return rows.order_by("-pk").first()


def totals(upload: Upload) -> Totals:
    """Three queries, however long the file is."""
    rows = upload.rows.aggregate(
        rows=Count("pk"), refused=Count("pk", filter=~Q(refusal={})), booked=Count("pk", filter=Q(booked=True))
    )
    known = TillEvent.objects.filter(uuid__in=upload.rows.filter(uuid__isnull=False).values("uuid"))
    own = TillEvent.objects.filter(uuid__in=upload.rows.filter(booked=True).values("uuid"))
    events = known.aggregate(known=Count("pk"))["known"]
    states = own.aggregate(**{status.value: Count("pk", filter=Q(status=status)) for status in Status})
    alike = upload.rows.filter(alike__isnull=False, refusal={}, booked=False).count()
    before = events - rows["booked"]
    fresh = rows["rows"] - rows["refused"] - before - alike - rows["booked"]
    return Totals(rows=rows["rows"], refused=rows["refused"], before=before, alike=alike, fresh=fresh, **states)


def lines(upload: Upload, rows: Iterable[UploadRow]) -> Sequence[Line]:
    """The rows of one page, each with what became of it. One query."""
    rows = list(rows)
    events = {event.uuid: event for event in TillEvent.objects.filter(uuid__in=[row.uuid for row in rows if row.uuid])}
    return [_line(upload, row, events.get(row.uuid) if row.uuid else None) for row in rows]


def _line(upload: Upload, row: UploadRow, event: TillEvent | None) -> Line:
    if row.refusal:
        return Line(row, _("Cannot be read"), "stopped", _sentence(ROWS, row.refusal))
    if event and event.status == Status.PARKED:
        return Line(row, _("Not recorded"), "stopped", _sentence(REFUSALS, event.answer))
    if event and not row.booked:
        return Line(row, _("Booked before"), "plain", _("This row was booked before; it changes nothing."))
    if event:
        return Line(row, str(event.get_status_display()), "ok" if event.status == Status.RECORDED else "waiting")
    if row.alike:
        said = _("The file “%(name)s” told the same.") % {"name": row.alike.name}
        return Line(row, _("Left out"), "waiting", said, moves=True)
    return Line(row, "" if upload.booked_at else _("New"), "ok", moves=True)


def _sentence(refusals: dict[str, type[Refused]], told: dict[str, Any]) -> str:
    return str(refusals.get(told.get("code", ""), Refused)(**told.get("facts", {})))
