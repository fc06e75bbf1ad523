"""What must hold of bank transfers and disputes whatever happened. `manage.py prove` asks."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat

from marketplace.journal.models import Entry
from marketplace.money import ZERO

from .banking.queries import transfers
from .disputes.models import TAKEN
from .models import Dispute, DisputeFile, Refund, Source, StatementLine, Transaction

State = StatementLine.State


def lines_pay_all_or_nothing(at: datetime) -> Iterator[str]:
    """Money that came and was placed is all on sources; money that is left, not ours or went out is on none."""
    rows = StatementLine.objects.annotate(placed=Sum("parts__amount", default=0))
    whole = Q(state=State.TAKEN, amount__gt=0, placed=F("amount"))
    nothing = Q(placed=0) & (~Q(state=State.TAKEN) | Q(amount__lt=0))
    for line in rows.exclude(whole | nothing):
        yield f"line {line.pk} ({line.state}): {line.amount}, of which {line.placed} is on orders"


def transfers_have_what_their_lines_brought(at: datetime) -> Iterator[str]:
    """Money on a transfer came with lines of statements, each part once."""
    taken = Sum("parts__amount", filter=Q(parts__taken_at__isnull=False), default=0)
    for source in transfers().annotate(brought=taken).exclude(amount_debited=F("brought")).select_related("order"):
        yield f"order {source.order.number}: {source.amount_debited} came, its lines brought {source.brought}"


def lines_out_are_the_refunds_they_paid(at: datetime) -> Iterator[str]:
    """A line that paid a refund is as large, and no other matched line takes money out."""
    out = StatementLine.objects.filter(state=State.TAKEN, amount__lt=0).select_related("refund")
    for line in out.exclude(refund__status=Refund.Status.MADE, refund__amount=-F("amount")):
        yield f"line {line.pk}: {line.amount} is matched with no refund of that amount that was made"
    for refund in Refund.objects.filter(line__isnull=False).exclude(line__state=State.TAKEN):
        yield f"refund {refund.pk}: paid by line {refund.line_id}, which says otherwise"


def lost_disputes_are_booked_once(at: datetime) -> Iterator[str]:
    """What a bank took stands in the transactions of its source; what it gave back, or never took, does not."""
    further = Concat(OuterRef("reference"), Value("-"))  # each time that the bank thinks again
    its_own = Q(reference=OuterRef("reference")) | Q(reference__startswith=further)
    moves = Transaction.objects.filter(its_own, source=OuterRef("source"), txn_type=TAKEN)
    booked = Coalesce(Subquery(moves.order_by().values("txn_type").annotate(all=Sum("amount")).values("all")), ZERO)
    for dispute in Dispute.objects.annotate(booked=booked).select_related("source__order"):
        took = dispute.amount if dispute.is_lost else ZERO
        if dispute.booked != took:
            yield f"order {dispute.source.order.number}: {dispute} took {took}, {dispute.booked} is booked"


def banks_pay_no_refund_that_they_did_not_take(at: datetime) -> Iterator[str]:
    """A refund is made by the buyer's bank only out of a lost dispute."""
    covered = Sum("refunds__amount", filter=Q(refunds__status=Refund.Status.COVERED), default=0)
    for source in Source.objects.annotate(covered=covered).filter(covered__gt=0).select_related("order"):
        took = sum((one.amount for one in Dispute.objects.filter(source=source).lost()), ZERO)
        if source.covered > took:
            yield f"order {source.order.number}: the bank took {took}, and is said to have given back {source.covered}"


def undecided_disputes_are_followed(at: datetime) -> Iterator[str]:
    for dispute in Dispute.objects.undecided().filter(next_try_at=None).select_related("source__order"):
        yield f"order {dispute.source.order.number}: nobody asks how {dispute} goes on"


def what_banks_were_sent_is_here(at: datetime) -> Iterator[str]:
    """Every file of an answer that went from here can be opened, as it was sent."""
    answered = Entry.objects.filter(subject="payment.dispute", action="dispute.answered").values("subject_id")
    for dispute in Dispute.objects.filter(pk__in=answered).prefetch_related("files").select_related("source__order"):
        there = {one.reference for one in dispute.files.all()}
        for name in DisputeFile.Kind.values:
            if (sent := (dispute.evidence or {}).get(name)) and sent not in there:
                yield f"order {dispute.source.order.number}: {name} of {dispute} was sent as {sent} and is not here"


RULES = (
    lines_pay_all_or_nothing,
    transfers_have_what_their_lines_brought,
    lines_out_are_the_refunds_they_paid,
    lost_disputes_are_booked_once,
    banks_pay_no_refund_that_they_did_not_take,
    undecided_disputes_are_followed,
    what_banks_were_sent_is_here,
)
