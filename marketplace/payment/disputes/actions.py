"""Disputes as rows. Callers hold the order's lock and have asked the gateway; what becomes of the order is the conductor's."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal
from marketplace.money import ZERO

from ..gateways.disputes import DisputeState
from ..models import Dispute, Refund, Source, Transaction
from .models import TAKEN
from .queries import bars, beyond, covered, moves_of, uncovered

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
    if not dispute.may_be_answered(at):
        raise NotToAnswer(state=dispute.get_state_display())
    _keep(dispute, evidence, words, by)


def sent(*, dispute: Dispute, evidence: Mapping[str, str], words: str, by: Any, at: datetime) -> None:
    """The bank has this answer to the locked dispute."""
    dispute.submitted_at = at
    dispute.save(update_fields=["submitted_at"])
    _keep(dispute, evidence, words, by)
    journal.note(dispute, "dispute.answered", by=by)


def _keep(dispute: Dispute, evidence: Mapping[str, str], words: str, by: Any) -> None:
    dispute.evidence, dispute.words, dispute.submitted_by = dict(evidence), words, by
    dispute.save(update_fields=["evidence", "words", "submitted_by"])


@transaction.atomic
def release(*, dispute: Dispute, by: Any, at: datetime) -> None:
    """The order goes on although its payment is disputed: a person takes it upon themselves, or nothing of its own is lost."""
    if not Dispute.objects.filter(pk=dispute.pk).holding().update(released_at=at):
        raise NotHeld
    dispute.released_at = at
    journal.note(dispute, "dispute.released", by=by)
