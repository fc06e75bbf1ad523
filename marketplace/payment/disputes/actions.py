"""Disputes as rows. Callers hold the order's lock and have asked the gateway; what becomes of the order is the conductor's."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.money import ZERO

from ..gateways.disputes import MOST_BYTES, DisputeState
from ..models import Dispute, DisputeFile, Refund, Source, Transaction
from .models import TAKEN, stored
from .queries import bars, beyond, covered, files, moves_of, uncovered

MOST_OF_OFFICE = MOST_BYTES - 500_000  # bytes; the rest is room for what we add ourselves
NEXT_LOOK = timedelta(hours=6)  # at one that nobody has told of since
Status = Refund.Status
WAITING = (Status.DUE, Status.FAILED)


class Disputed(Refused):
    """Until the bank has decided nobody knows whose the money is; then it may have gone back already."""

    sentence = _("The shopper has asked the bank for this money. Until the bank decides, nothing may be given back.")
    code = "payment_disputed"


class NotToAnswer(Refused):
    """Answered already, decided, or too late."""

    sentence = _("This dispute is “%(state)s”; there is nothing to answer any more.")
    code = "dispute_not_to_answer"


class NotHeld(Refused):
    """Nothing of the order waits for it."""

    sentence = _("The order does not wait for this dispute.")
    code = "dispute_not_holding"


class FileTwice(Refused):
    """The company's form takes one of each."""

    sentence = _("There is a file of this kind already. Put all pages into one PDF, or take the other file away first.")
    code = "dispute_file_twice"


class FilesTooLarge(Refused):
    """So much more is refused by the company, and then the whole answer with it."""

    sentence = _("All files together may have %(most)s; with this one they have %(all)s. Smaller pictures are enough.")
    code = "dispute_files_too_large"


class FilesChanged(Refused):
    """Nothing was sent: the bank still waits for the answer."""

    sentence = _("Somebody has added or taken away a file meanwhile. Look at the files and send the answer again.")
    code = "dispute_files_changed"


class FileRefused(Refused):
    """Nothing was sent: the bank still waits for the answer."""

    sentence = _(
        "The payment company does not take the file “%(name)s”: it is damaged, locked or longer than 50 pages. "
        "Take it away, or replace it by another one, and send the answer again."
    )
    code = "dispute_file_refused"


@transaction.atomic
def heard(*, source: Source, told: DisputeState, since: datetime, at: datetime) -> tuple[Dispute, str]:
    """The dispute is as the gateway says, with the refunds that wait for it or need not be made. What it was before: its state, or "".

    One that is new is known `since` then, and so is one of which the bank thinks again.
    """
    known = Dispute.objects.select_for_update().filter(reference=told.id).first()
    if known and known.decided_at and told.status not in Dispute.ENDED:
        return known, known.state  # an answer to an older question, late
    before, was_lost = (known.state, known.is_lost) if known else ("", False)
    dispute = known or Dispute(source=source, reference=told.id, opened_at=told.created_at, heard_at=since)
    now = _as_told(dispute, told, at)
    if known and known.is_won and told.status not in (Dispute.State.WON, Dispute.State.DROPPED):
        now |= {"heard_at": since, "released_at": None}  # what is here waits once more
    for name, value in now.items():
        setattr(dispute, name, value)
    if known:
        known.save(update_fields=list(now))
    else:
        Dispute.objects.bulk_create([dispute])
    if dispute.state != before:
        journal.note(dispute, "dispute.heard", state=dispute.state, amount=int(dispute.amount))
    place_refunds(source=source, at=at, lost=_book(dispute) if dispute.is_lost != was_lost else ZERO)
    return dispute, before


def _as_told(dispute: Dispute, told: DisputeState, at: datetime) -> dict[str, Any]:
    """By an answer that we never heard of, or at the gateway's own pages, it may have been answered."""
    ended = told.status in Dispute.ENDED
    return {
        "state": told.status, "reason": told.reason, "network_code": told.network_code, "amount": told.amount,
        "refundable": told.refundable, "withdrawn": told.withdrawn, "due_by": told.due_by, "error": "",
        "decided_at": (dispute.decided_at or at) if ended else None, "next_try_at": None if ended else at + NEXT_LOOK,
        "submitted_at": dispute.submitted_at or (at if told.answers else None),
        "evidence": dict(told.evidence) if told.answers and told.evidence else dispute.evidence,
    }  # fmt: skip


def _book(dispute: Dispute) -> Decimal:
    """The loss stands in the source's transactions, or is set off by a further one each time the bank thinks again.

    For how much of what is due back by now banks have paid, if so much is due.
    """
    moves = moves_of(dispute)
    booked: Decimal = moves.aggregate(all=Sum("amount", default=ZERO))["all"]
    time = moves.count() // 2 + 1  # it was taken, and perhaps given back, so often
    reference = dispute.reference if time == 1 else f"{dispute.reference}-{time}"
    about = {"source": dispute.source, "txn_type": TAKEN}
    if dispute.is_lost:
        Transaction.objects.create(**about, reference=reference, amount=dispute.amount)
        return dispute.amount
    Transaction.objects.create(**about, reference=f"{reference}-returned", amount=-booked)
    before = covered(dispute.source)
    rows = Refund.objects.filter(source=dispute.source, status=Status.COVERED)
    rows.update(status=Status.DUE, round=F("round") + 1, made_at=None)
    return before


@transaction.atomic
def place_refunds(*, source: Source, at: datetime, lost: Decimal = ZERO) -> None:
    """What waits to go back to the card is made by the bank already, waits for the bank, or may be made.

    A dispute that is `lost` this moment pays what was due by then; what is due later goes back whole, as far as the card can take it.
    """
    room, barred = max(min(lost, uncovered(source)), beyond(source)), bars(source.pk)
    for refund in source.refunds.select_for_update(of=("self",)).filter(status__in=WAITING).order_by("pk"):
        if room > 0:
            room -= _cover(refund, room, at)
        elif refund.status == Status.DUE and barred != (refund.next_try_at is None):
            refund.next_try_at = None if barred else at
            refund.round += 0 if barred else 1  # a key under which the gateway has not said no
            refund.save(update_fields=["next_try_at", "round"])


def _cover(refund: Refund, room: Decimal, at: datetime) -> Decimal:
    """The buyer has so much of it from the bank; what is more stays a refund of its own."""
    part = min(refund.amount, room)
    if rest := refund.amount - part:
        about = {"source": refund.source, "reason": refund.reason, "amount": rest, "next_try_at": at}
        again = refund.round if refund.round > 1 else ""  # a bank that thought again may pay another part
        Refund.objects.create(key=f"{refund.key}-rest{again}", **about)
    refund.amount, refund.status, refund.next_try_at, refund.error = part, Status.COVERED, None, ""
    refund.made_at = at
    refund.save(update_fields=["amount", "status", "next_try_at", "error", "made_at"])
    journal.note(refund, "refund.covered", amount=int(part))
    return part


def ask_later(*, dispute_id: int, error: str, at: datetime) -> None:
    """The gateway did not answer; it is asked again in an hour."""
    Dispute.objects.filter(pk=dispute_id).update(next_try_at=at + timedelta(hours=1), error=error)


def ready_to_send(*, dispute: Dispute, evidence: Mapping[str, str], words: str, by: Any, at: datetime) -> None:
    """What is to be said of the locked dispute is kept before anybody says it."""
    _check_open(dispute, at)
    _keep(dispute, evidence, words, by)


def _check_open(dispute: Dispute, at: datetime) -> None:
    if not dispute.may_be_answered(at):
        raise NotToAnswer(state=dispute.get_state_display())


def sent(*, dispute: Dispute, evidence: Mapping[str, str], words: str, by: Any, at: datetime) -> None:
    """The bank has this answer to the locked dispute."""
    dispute.submitted_at = at
    dispute.save(update_fields=["submitted_at"])
    _keep(dispute, evidence, words, by)
    journal.note(dispute, "dispute.answered", by=by)


def _keep(dispute: Dispute, evidence: Mapping[str, str], words: str, by: Any) -> None:
    dispute.evidence, dispute.words, dispute.submitted_by = dict(evidence), words, by
    dispute.save(update_fields=["evidence", "words", "submitted_by"])


def add_file(
    *, dispute: Dispute, kind: str, content: bytes, ending: str, called: str, by: Any, at: datetime
) -> DisputeFile:
    """The file goes to the bank with the answer."""
    name = stored(content, ending, at)  # before the transaction: the store may be far away
    try:
        with transaction.atomic():
            locked = Dispute.objects.select_for_update().get(pk=dispute.pk)
            _check_open(locked, at)
            _check_room(locked, kind, len(content))
            added = _row(locked, kind, name, content, called, by, at)
            journal.note(locked, "dispute.file_added", by=by, kind=kind, called=called, digest=added.digest)
    except Refused:
        default_storage.delete(name)
        raise
    return added


def _check_room(dispute: Dispute, kind: str, size: int) -> None:
    there = files(dispute)
    if any(one.kind == kind for one in there):
        raise FileTwice
    together = size + sum(one.size for one in there if one.kind not in DisputeFile.MADE)
    if together > MOST_OF_OFFICE:
        raise FilesTooLarge(most=filesizeformat(MOST_OF_OFFICE), all=filesizeformat(together))


def add_papers(*, dispute: Dispute, papers: Mapping[str, bytes], by: Any, at: datetime) -> None:
    """What we say ourselves goes to the bank as files, too."""
    for kind, content in papers.items():
        _row(dispute, kind, stored(content, "pdf", at), content, f"{DisputeFile.Kind(kind).name.lower()}.pdf", by, at)


def drop_papers(*, dispute: Dispute) -> None:
    """What we said ourselves when the locked dispute was to be answered in other words goes nowhere."""
    for one in dispute.files.filter(kind__in=DisputeFile.MADE, aside=False):
        _take_away(one)


@transaction.atomic
def drop_file(*, file: DisputeFile, by: Any, at: datetime) -> None:
    """The file does not go to the bank."""
    locked = Dispute.objects.select_for_update().get(pk=file.dispute_id)
    _check_open(locked, at)
    _take_away(file)
    journal.note(locked, "dispute.file_dropped", by=by, kind=file.kind, called=file.called, digest=file.digest)


def at_company(*, file: DisputeFile, reference: str) -> None:
    """The payment company has the file, under its own name for it."""
    file.reference = reference
    DisputeFile.objects.filter(pk=file.pk).update(reference=reference)


def _row(dispute: Dispute, kind: str, name: str, content: bytes, called: str, by: Any, at: datetime) -> DisputeFile:
    about = {"size": len(content), "digest": hashlib.sha256(content).hexdigest(), "added_by": by, "added_at": at}
    about |= {"file": name, "called": called[:200]}
    return DisputeFile.objects.get_or_create(dispute=dispute, kind=kind, aside=False, defaults=about)[0]


def _take_away(file: DisputeFile) -> None:
    """What the company has may be with the bank, if an answer was lost on the way; so it is kept."""
    if DisputeFile.objects.filter(pk=file.pk, reference="").delete()[0]:
        transaction.on_commit(partial(default_storage.delete, str(file.file.name)), robust=True)
    else:
        DisputeFile.objects.filter(pk=file.pk).update(aside=True)


@transaction.atomic
def release(*, dispute: Dispute, by: Any, at: datetime) -> None:
    """The order goes on although its payment is disputed: a person takes it upon themselves, or nothing of its own is lost."""
    if not Dispute.objects.filter(pk=dispute.pk).holding().update(released_at=at):
        raise NotHeld
    dispute.released_at = at
    journal.note(dispute, "dispute.released", by=by)
