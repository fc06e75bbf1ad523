"""What goes back: due, made by the gateway or by people, failed, tried again. Callers hold the order's lock."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal import actions as journal

from ..disputes import actions as disputes
from ..disputes.queries import bars
from ..models import CARD, Refund, Source, Transaction
from ..queries import owed_by_transfer, owed_in_cash

REFUND_WAITS = [timedelta(minutes=n) for n in (1, 2, 5, 15, 60, 180, 360, 720, 1440)]
BARRED_WAIT = timedelta(hours=1)
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)  # between two looks at a refund that is under way
# What a gateway made, the buyer's bank may still send back, and the word of that be lost: looked at, less and less often.
DAY, MONTH = timedelta(days=1), timedelta(days=30)


class NotSoMuch(Refused):
    """More would go back than came."""

    sentence = _("Only %(left)s ₫ of this payment can still be given back.")
    code = "refund_too_large"


class NotFailed(Refused):
    """Only what failed for good is tried again by a person."""

    sentence = _("This refund has not failed; it needs no further try.")
    code = "refund_not_failed"


class NotByHand(Refused):
    """The payment company makes it, or it is made already."""

    sentence = _("This refund is “%(status)s”; there is nothing to pay back by hand.")
    code = "refund_not_by_hand"


@transaction.atomic
def ask_refund(*, source: Source, amount: Decimal, reason: str, key: str, at: datetime) -> Refund:
    """So much of the source is to go back, once for each key. Cards by a task, cash by people."""
    asked = Refund.objects.filter(source=source).exclude(key=key)
    left = source.amount_debited - sum((one.amount for one in asked), Decimal(0))
    if amount > left:
        raise NotSoMuch(left=int(left))
    by_task = source.source_type.code == CARD
    refund, new = Refund.objects.get_or_create(
        key=key, defaults={"source": source, "amount": amount, "reason": reason, "next_try_at": at if by_task else None}
    )
    if new:
        journal.note(refund, "refund.due", amount=int(amount), reason=reason)
    if new and by_task:
        disputes.place_refunds(source=source, at=at)
    return refund


@transaction.atomic
def refund_made(*, refund_id: int, reference: str, at: datetime) -> bool:
    """The money is on its way back. False where that was known already."""
    under_way = Refund.objects.filter(pk=refund_id, status__in=(Refund.Status.DUE, Refund.Status.PENDING))
    return _made(under_way, reference, None, at)


@transaction.atomic
def refund_paid_back(*, refund: Refund, by: Any, at: datetime) -> None:
    """A person has given the buyer the money: cash or a transfer that was due, or what could not go back to the card."""
    if bars(refund.source_id):
        raise disputes.Disputed
    by_people = owed_in_cash() | owed_by_transfer() | Q(status=Refund.Status.FAILED)
    by_hand = Refund.objects.filter(pk=refund.pk).filter(by_people)
    if not _made(by_hand, "", by, at):  # no reference: what the gateway still says of an old try is no news
        refund.refresh_from_db()
        raise NotByHand(status=refund.get_status_display())


@transaction.atomic
def refund_paid_out(*, refund: Refund, location_id: int, by: Any, at: datetime) -> None:
    """The buyer has the cash that was due, out of the drawer of a place."""
    if not _made(Refund.objects.filter(owed_in_cash(), pk=refund.pk), "", by, at, location_id=location_id):
        refund.refresh_from_db()
        raise NotByHand(status=refund.get_status_display())


def _first(waiting: QuerySet[Refund]) -> Refund | None:
    """Nobody else makes it meanwhile."""
    return waiting.select_for_update(of=("self",)).select_related("source__source_type").first()


def _made(waiting: QuerySet[Refund], reference: str, by: Any, at: datetime, **where: Any) -> bool:
    """The one that waits is made; False when none waits any more. `where`: the place's id, of cash out of its drawer."""
    refund = _first(waiting)
    if refund is None:
        return False
    look = at + DAY if reference and refund.source.source_type.code == CARD else None
    made = {"status": Refund.Status.MADE, "reference": reference, "made_at": at, "next_try_at": look, "error": ""}
    Refund.objects.filter(pk=refund.pk).update(**made)
    Transaction.objects.create(
        source_id=refund.source_id, txn_type=Transaction.REFUND, amount=refund.amount, happened_at=at,
        reference=reference or refund.key, **where,
    )  # fmt: skip
    Source.objects.filter(pk=refund.source_id).update(amount_refunded=F("amount_refunded") + refund.amount)
    journal.note(refund, "refund.made", by=by, amount=int(refund.amount), reference=reference, **where)
    return True


def refund_accepted(*, refund_id: int, reference: str, at: datetime) -> None:
    """The gateway has taken it on; how it ends is asked later."""
    taken = {"status": Refund.Status.PENDING, "reference": reference, "accepted_at": at, "error": ""}
    Refund.objects.filter(pk=refund_id, status=Refund.Status.DUE).update(next_try_at=at + SOONEST, **taken)


def refund_still_so(*, refund_id: int, error: str, at: datetime) -> None:
    """Asked again later: as long as it has been so, but between a minute and six hours; once made, a day at least, for a month."""
    for refund in Refund.objects.filter(pk=refund_id, status__in=(Refund.Status.PENDING, Refund.Status.MADE)):
        since = at - (refund.made_at or refund.accepted_at or at)
        if refund.status == Refund.Status.PENDING:
            refund.next_try_at = at + min(max(since, SOONEST), LATEST)
        else:
            refund.next_try_at = at + max(since, DAY) if since < MONTH else None
        refund.error = error
        refund.save(update_fields=["next_try_at", "error"])


def refund_barred(*, refund_id: int, error: str, at: datetime) -> None:
    """The payment is disputed: tried again later, anew, should nobody tell of it before."""
    due = Refund.objects.filter(pk=refund_id, status=Refund.Status.DUE)
    due.update(round=F("round") + 1, error=error, next_try_at=at + BARRED_WAIT)


@transaction.atomic
def refund_not_made(*, refund_id: int, round: int, error: str, final: bool, at: datetime) -> bool:
    """Tried again later, or, when that is hopeless, left for people: then True. Of a round that is over it is no news."""
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.status != Refund.Status.DUE or refund.round != round:
        return False
    refund.attempts += 1
    if final or refund.attempts > len(REFUND_WAITS):
        _failed(refund, error)
        return True
    refund.error, refund.next_try_at = error, at + REFUND_WAITS[refund.attempts - 1]
    refund.save(update_fields=["attempts", "error", "next_try_at"])
    return False


@transaction.atomic
def refund_returned(*, refund_id: int, reference: str, error: str) -> bool:
    """The gateway had taken it on, and the money did not arrive: it is left for people. False where that was known."""
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    under_way = refund.status in (Refund.Status.PENDING, Refund.Status.MADE)
    if not under_way or refund.reference != reference:  # another has been made since
        return False
    if refund.status == Refund.Status.MADE:
        back = {"source_id": refund.source_id, "txn_type": Transaction.REFUND, "amount": -refund.amount}
        Transaction.objects.create(reference=f"{refund.reference}-returned", **back)
        Source.objects.filter(pk=refund.source_id).update(amount_refunded=F("amount_refunded") - refund.amount)
    refund.attempts += 1
    _failed(refund, error)
    return True


def _failed(refund: Refund, error: str) -> None:
    refund.status, refund.error, refund.next_try_at, refund.made_at = Refund.Status.FAILED, error, None, None
    refund.save(update_fields=["attempts", "error", "status", "next_try_at", "made_at"])
    journal.note(refund, "refund.failed", error=error)


@transaction.atomic
def refund_due_again(*, refund: Refund, by: Any, at: datetime) -> None:
    """What failed for good is due once more, under a key that the gateway has not refused yet."""
    if bars(refund.source_id):
        raise disputes.Disputed
    due = {"status": Refund.Status.DUE, "reference": "", "accepted_at": None, "next_try_at": at}
    failed = Refund.objects.filter(pk=refund.pk, status=Refund.Status.FAILED)
    if not failed.update(round=F("round") + 1, **due):
        raise NotFailed
    journal.note(refund, "refund.again", by=by)
