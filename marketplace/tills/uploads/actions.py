"""A file becomes rows that can be looked at, and these become reports in the place's inbox: each row once."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.tills import actions as tills
from marketplace.tills.models import Till, TillEvent, Upload, UploadRow
from marketplace.tokens import hashed

from . import matching, reading
from .moments import happened_at
from .refusals import READING
from .weighing import Books, weigh

NAMESPACE = UUID("6f0d2f5c-55c1-4f0e-9a35-3a1c8f6a7d10")
BATCH = 500


class NothingToBook(Refused):
    sentence = _("No row of this file is left to book.")
    code = "nothing_to_book"


class BookedAlready(Refused):
    sentence = _("This file was booked; it stays with its report.")
    code = "upload_booked"


@transaction.atomic
def take(*, location: Location, kind: str, name: str, data: bytes, day: date, by: Any, at: datetime) -> Upload:
    """The file's rows are kept with what they would change; nothing is booked."""
    table = reading.read(name=name, data=data, kind=kind)
    upload = Upload.objects.create(
        location=location, kind=kind, name=name[-200:], day=day, by=by, made_at=at, looked_at=at,
        digest=sha256(f"{location.pk}:{kind}:{table.digest}".encode()).hexdigest(),
    )  # fmt: skip
    rows = [_row(upload, told) for told in table.rows]
    _compare(upload, rows, at)
    UploadRow.objects.bulk_create(rows, batch_size=BATCH)
    return upload


def _row(upload: Upload, told: reading.Read) -> UploadRow:
    kind = "count" if upload.kind == Upload.Kind.COUNTS else "sale" if (told.quantity or 0) >= 0 else "return"
    refusal = {"code": told.refusal.code, "facts": told.refusal.facts} if told.refusal else {}
    return UploadRow(
        upload=upload, number=told.number, kind=kind, code=told.code, title=told.title, lot=told.lot,
        receipt=told.receipt, quantity=told.quantity, price=told.price, told_seen=told.told_seen,
        told_at=told.told_at, refusal=refusal,
    )  # fmt: skip


@transaction.atomic
def look_again(*, upload: Upload, at: datetime) -> None:
    """The rows are compared with the books as they stand now; a booked file keeps its report."""
    if not Upload.objects.filter(pk=upload.pk, booked_at__isnull=True).update(looked_at=at):
        raise BookedAlready
    rows = list(upload.rows.order_by("number"))
    _compare(upload, rows, at)
    found = ["refusal", "product", "uuid", "seen", "before", "after", "alike"]
    UploadRow.objects.bulk_update(rows, found, batch_size=BATCH)


@transaction.atomic
def drop(*, upload: Upload, by: Any) -> None:
    """A file that was only looked at is gone."""
    if not Upload.objects.filter(pk=upload.pk, booked_at__isnull=True).exists():
        raise BookedAlready
    note(upload, "upload.dropped", by=by, name=upload.name)
    upload.delete()


@transaction.atomic
def book(*, upload: Upload, by: Any, at: datetime, alike: bool = False) -> None:
    """What can be booked is in the place's inbox, each row once; `alike`: also what an earlier file seems to say."""
    till = _till_of(upload.location)
    if not Upload.objects.filter(pk=upload.pk, booked_at__isnull=True).update(booked_at=at):
        return  # pressed twice
    rows = [row for row in upload.rows.order_by("number") if row.uuid and (alike or row.alike_id is None)]
    known = set(TillEvent.objects.filter(uuid__in=[row.uuid for row in rows]).values_list("uuid", flat=True))
    rows = [row for row in rows if row.uuid not in known]
    if not rows:
        raise NothingToBook
    for reports in _batches(till, upload, rows):
        tills.accept(till=till, reports=reports, at=at)
    upload.rows.filter(pk__in=[row.pk for row in rows]).update(booked=True)
    note(upload, "upload.booked", by=by, rows=len(rows))


def _till_of(location: Location) -> Till:
    """The till that stands for the place's files, locked: two files of one place are booked one after the other."""
    facts = {"name": str(Till.Kind.UPLOAD.label), "token_hash": hashed(secrets.token_urlsafe(32))}
    till, _new = Till.objects.get_or_create(kind=Till.Kind.UPLOAD, location=location, defaults=facts)
    return Till.objects.select_for_update(no_key=True).get(pk=till.pk)


def _batches(till: Till, upload: Upload, rows: Sequence[UploadRow]) -> Iterator[list[tills.Report]]:
    last = till.events.aggregate(last=Max("sequence"))["last"] or 0
    reports = [_report(upload, row, sequence) for sequence, row in enumerate(rows, start=last + 1)]
    for start in range(0, len(reports), BATCH):
        yield reports[start : start + BATCH]


def _report(upload: Upload, row: UploadRow, sequence: int) -> tills.Report:
    assert row.uuid and row.quantity is not None, "only rows that can be read are numbered"
    line = {"code": row.code, "quantity": abs(row.quantity)}
    line |= {name: value for name in ("lot", "price", "seen") if (value := getattr(row, name)) not in (None, "")}
    at = happened_at(upload, row) or upload.made_at
    body = {"uuid": str(row.uuid), "kind": row.kind, "lines": [line], "upload": upload.pk, "row": row.number}
    return tills.Report(row.uuid, sequence, row.kind, min(at, upload.made_at), body)


def _compare(upload: Upload, rows: Sequence[UploadRow], at: datetime) -> None:
    """Each row has its product and its number or says why not; and what it would change, unless it was booked before."""
    for row in rows:
        row.uuid = row.product_id = row.seen = row.before = row.after = row.alike_id = None
        row.refusal = row.refusal if row.refusal.get("code") in READING else {}
    readable = [row for row in rows if not row.refusal]
    matching.find_products(upload, readable, at)
    readable = [row for row in readable if not row.refusal]
    before = _number(upload, readable)
    fresh = [row for row in readable if row.uuid not in before]
    matching.find_alike(upload, fresh)
    pieces = matching.pieces(upload, fresh)
    weigh((row for row in fresh if row.alike_id is None), Books(pieces))
    weigh((row for row in fresh if row.alike_id), Books(pieces))  # what they would change if booked all the same
    for row in fresh:
        row.uuid = None if row.refusal else row.uuid


def _number(upload: Upload, rows: Sequence[UploadRow]) -> set[UUID]:
    """The same row of the same file has the same number; which of them the inbox knows already.

    A count that was refused as stale has changed nothing: counted again, the row gets its next number.
    """
    for row in rows:
        day = upload.day if row.told_at is None and row.kind != "count" else ""
        row.uuid = uuid5(NAMESPACE, f"{upload.digest}:{row.number}:{day}")
    while True:
        events = TillEvent.objects.filter(uuid__in=[row.uuid for row in rows]).only("uuid", "status", "answer")
        known = {event.uuid: event for event in events}
        stale = {uuid for uuid, event in known.items() if event.answer.get("code") == "stale_count"}
        for row in rows:
            if row.uuid in stale:
                row.uuid = uuid5(row.uuid, "again")
        if not stale:
            return set(known)
