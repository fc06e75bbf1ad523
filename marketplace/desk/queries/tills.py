"""How each till does: heard of, complete, recorded. The queries are the same however many tills there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from marketplace.people.models import User
from marketplace.tills import queries as inbox
from marketplace.tills.models import UNREADABLE, Till, TillEvent, Upload, UploadRow

from . import connectors, places

Status = TillEvent.Status
MOST_GAPS = 3  # shown of one till; the number of missing events counts all


@dataclass(frozen=True)
class Line:
    """A till on the page. `trouble`: why a till that is asked did not answer; `upload`: the last file of its place.

    `ago`: how long since it was heard of; empty for never.
    """

    till: Till
    silent: bool
    gaps: Sequence[tuple[int, int]]
    waiting: int
    parked: int
    trouble: str = ""
    upload: Upload | None = None
    ago: str = ""

    @property
    def missing(self) -> int:
        return sum(last - first + 1 for first, last in self.gaps)

    @property
    def first_gaps(self) -> Sequence[tuple[int, int]]:
        return self.gaps[:MOST_GAPS]

    @property
    def to_look_at(self) -> bool:
        refused = self.upload is not None and bool(self.upload.refused)  # type: ignore[attr-defined]
        return bool(self.silent or self.gaps or self.parked or self.trouble or refused)


@dataclass(frozen=True)
class Reason:
    """Why some events could not be recorded, how many, and one of them."""

    why: str
    events: int
    example: int


@dataclass(frozen=True)
class Overview:
    """The page: its tills (or only those to look at), and how many there are of each."""

    lines: Sequence[Line]
    all: int
    troubled: int
    reasons: Sequence[Reason]
    shut_out: Any


def overview(user: User, *, at: datetime, look: bool) -> Overview:
    """All that the page tells beside the parked events themselves."""
    every = lines(user, at=at)
    troubled = [line for line in every if line.to_look_at]
    return Overview(troubled if look else every, len(every), len(troubled), reasons(user), shut_out(user))


def lines(user: User, *, at: datetime) -> list[Line]:
    """The tills of the person's places that are not shut out, by place and name. Six queries."""
    mine = inbox.heard_of().filter(location__in=places.mine(user), revoked_at=None)
    tills = list(mine.order_by("location__name", "location", "name"))
    ids = [till.pk for till in tills]
    silent, gaps = {till.pk for till in inbox.silent(tills, at=at)}, inbox.gaps(ids)
    waiting, parked = inbox.counted(ids, Status.WAITING), inbox.counted(ids, Status.PARKED)
    files = _last_files([till.location_id for till in tills if till.kind == Till.Kind.UPLOAD])
    return [
        Line(
            till, till.pk in silent, gaps[till.pk], waiting.get(till.pk, 0), parked.get(till.pk, 0),
            connectors.trouble(till.connector) if till.kind == Till.Kind.POLLED else "",
            files.get(till.location_id) if till.kind == Till.Kind.UPLOAD else None, _ago(till.last_contact_at, at),
        )
        for till in tills
    ]  # fmt: skip


def silent_number(*, at: datetime) -> int:
    """Of the tills of all places, how many should have spoken. Three queries."""
    return len(inbox.silent(inbox.heard_of().filter(revoked_at=None), at=at))


def _ago(moment: datetime | None, at: datetime) -> str:
    """In the largest unit of which there are two or more. Django has no Vietnamese words for it."""
    if moment is None:
        return ""
    minutes = max(0, int((at - moment).total_seconds() // 60))
    if minutes < 120:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    hours, days = minutes // 60, minutes // 1440
    if days < 2:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}


def shut_out(user: User) -> Any:
    """They report no more; what they told stays."""
    return places.tills(user).filter(revoked_at__isnull=False)


def reasons(user: User) -> list[Reason]:
    """Why events were parked, where several share a reason that may be gone; the commonest first."""
    rows = places.parked(user).exclude(kind=UNREADABLE).order_by().values("answer")
    counted = rows.annotate(events=Count("pk"), example=Min("pk")).filter(events__gt=1)
    return [
        Reason(places.why(row["answer"]), row["events"], row["example"]) for row in counted.order_by("-events")[:20]
    ]


def _last_files(location_ids: Sequence[int]) -> dict[int, Upload]:
    """By place, with the rows that could not be read."""
    unread = UploadRow.objects.filter(~Q(refusal={}), upload=OuterRef("pk")).order_by().values("upload")
    rows = Upload.objects.filter(location__in=location_ids).order_by("location_id", "-pk").distinct("location_id")
    refused = Subquery(unread.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return {upload.location_id: upload for upload in rows.annotate(refused=Coalesce(refused, 0))}
