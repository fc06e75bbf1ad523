"""A buyer's bank asks for the money: the order waits, the office answers, and what the bank decides is done.

The gateway is asked, or told, with no row locked; then its answer is applied under the order's lock.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused, one_by_one
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import last_left
from marketplace.journal import actions as journal
from marketplace.money import ZERO
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.payment.disputes import actions as disputes
from marketplace.payment.disputes import queries
from marketplace.payment.gateways import GatewayError, GatewayRefused
from marketplace.payment.gateways import disputes as gateway
from marketplace.payment.models import Dispute, DisputeFile, Source
from marketplace.payment.queries import kept

from .. import notices
from ..dossier import in_fields, papers
from ..queries.evidence import Evidence, gather
from .leaving_out import leave_out

log = logging.getLogger(__name__)
SEEN = timedelta(days=30)  # how far back the gateway is asked for disputes of which no event came


class NoAnswer(Refused):
    """Whether it was done will be known when the gateway is asked again."""

    sentence = _("The payment company does not answer. Please try again in a minute.")
    code = "payment_no_answer"


def follow_disputes(*, order_id: int, at: datetime) -> None:
    """The disputes of an order are as the gateway says."""
    paid = Source.objects.filter(order=order_id).exclude(payment_intent="").order_by("pk")
    for intent in paid.values_list("payment_intent", flat=True):
        for told in reversed(gateway.disputes_of(intent)):
            hear(told=told, at=at)


def follow_dispute(*, dispute_id: int, at: datetime) -> None:
    """One is as the gateway says; when that does not answer it is asked again later."""
    try:
        told = gateway.read_dispute(Dispute.objects.values_list("reference", flat=True).get(pk=dispute_id))
    except (GatewayError, GatewayRefused) as error:
        disputes.ask_later(dispute_id=dispute_id, error=getattr(error, "message", "") or str(error), at=at)
    else:
        hear(told=told, at=at)


def find_disputes(*, at: datetime) -> None:
    """No dispute of the last weeks is unknown, though its events were lost."""
    known = dict(Dispute.objects.values_list("reference", "state"))
    one_by_one(
        (told for told in gateway.disputes_since(at - SEEN) if known.get(told.id) != told.status),
        lambda told: hear(told=told, at=at),
    )


@transaction.atomic
def hear(*, told: gateway.DisputeState, at: datetime) -> None:
    """The dispute is as the gateway says, and its order with it."""
    source = Source.objects.filter(payment_intent=told.payment_intent).exclude(payment_intent="").first()
    if source is None:
        log.error("dispute %s is of no payment of ours: %s", told.id, told.payment_intent)
        return
    order = orders.lock(source.order_id)
    since = max(at, last_left(order.pk) or at)  # what left while the gateway was asked, left before anybody knew
    dispute, before = disputes.heard(source=source, told=told, since=since, at=at)
    if dispute.decided_at:
        _ended(order, dispute, before, at)
    elif not before or (before in Dispute.INQUIRY and not dispute.is_inquiry):
        notices.dispute_opened(order, dispute)


def _ended(order: Order, dispute: Dispute, before: str, at: datetime) -> None:
    """The bank has decided; what has come to stay here, or to go on, does."""
    if before == dispute.state:
        return
    if dispute.is_lost:
        _keep_back(order, dispute, at)
        _go_on_if_whole(order, dispute, at)
    else:
        fulfilments.disputes.go_on(order=order, at=at)
    notices.dispute_decided(order, dispute)


def _keep_back(order: Order, dispute: Dispute, at: datetime) -> None:
    """None of the order's money is left: what is still here goes back on sale. Of a part of it the office decides."""
    left = sum((kept(source) - queries.uncovered(source) for source in order.sources.all()), ZERO)
    if order.status != Order.Status.CONFIRMED or left > 0:
        return
    for parcel in Fulfilment.objects.filter(order=order, status__in=fulfilments.disputes.HERE).order_by("pk"):
        leave_out(order=order, parcel=parcel, because=Order.Because.DISPUTED, by=None, at=at)


def _go_on_if_whole(order: Order, dispute: Dispute, at: datetime) -> None:
    """All that was lost was to go back anyway, as of an order paid twice: what pays the order is here, so it waits no more.

    Unless somebody else paid with the card: then the rest may be asked back next, and the office looks at it.
    """
    whole = not any(queries.uncovered(source) for source in order.sources.all())
    if whole and dispute.holds and order.status == Order.Status.CONFIRMED and not dispute.by_somebody_else:
        disputes.release(dispute=dispute, by=None, at=at)
        fulfilments.disputes.go_on(order=order, at=at)


def answer_dispute(*, dispute: Dispute, words: str, by: Any, at: datetime) -> None:
    """The bank has what the shop knows of the order, the office's own words, and the files. Once."""
    fields, known = _ready(dispute.pk, words, by, at)
    dispute.refresh_from_db()
    there = {one.kind for one in queries.files(dispute)}
    if not there.issuperset(DisputeFile.MADE):
        made = {kind: paper for kind, paper in papers(known).items() if kind not in there}
        disputes.add_papers(dispute=dispute, papers=made, by=by, at=at)
    try:
        files = {one.kind: _sent_up(one) for one in queries.files(dispute)}
        if files != {one.kind: one.reference for one in queries.files(dispute)}:  # by a colleague, meanwhile
            raise disputes.FilesChanged
        fields |= files
        told = gateway.submit_evidence(dispute.reference, fields)
    except GatewayError as error:
        raise NoAnswer from error
    with transaction.atomic():
        disputes.sent(dispute=_lock(dispute.pk), evidence=fields, words=words, by=by, at=at)
        hear(told=told, at=at)


@transaction.atomic
def _ready(dispute_id: int, words: str, by: Any, at: datetime) -> tuple[dict[str, str], Evidence]:
    """What is sent, kept before it is; and all that is known. Papers with other words are made anew.

    Those with the same go again as they are: the company may have them.
    """
    locked = _lock(dispute_id)
    known, before = gather(locked), locked.evidence
    fields = in_fields(known, words)
    disputes.ready_to_send(dispute=locked, evidence=fields, words=words, by=by, at=at)
    if fields != before:
        disputes.drop_papers(dispute=locked)
    return fields, known


def _sent_up(file: DisputeFile) -> str:
    """The company's id of it. What is there already is not sent again."""
    if not file.reference:
        key = f"{file.dispute.reference}-{file.pk}-{file.digest[:32]}"
        try:
            reference = gateway.send_file(f"{file.kind}.{file.ending}", file.content(), key)
        except GatewayRefused as error:
            log.warning("file %s of %s is refused: %s", file.pk, file.dispute, error.message)
            raise disputes.FileRefused(name=file.called) from error
        disputes.at_company(file=file, reference=reference)
    return file.reference


def accept_dispute(*, dispute: Dispute, by: Any, at: datetime) -> None:
    """The shop does not answer: the buyer keeps the money."""
    with transaction.atomic():
        locked = _lock(dispute.pk)
        if locked.is_inquiry or not locked.may_be_answered(at):  # of a question there is nothing to accept
            raise disputes.NotToAnswer(state=locked.get_state_display())
    try:
        told = gateway.accept(dispute.reference)
    except GatewayError as error:
        raise NoAnswer from error
    with transaction.atomic():
        journal.note(_lock(dispute.pk), "dispute.accepted", by=by)
        hear(told=told, at=at)


@transaction.atomic
def release_order(*, dispute: Dispute, by: Any, at: datetime) -> None:
    """The order goes on although its payment is disputed."""
    locked = _lock(dispute.pk)
    disputes.release(dispute=locked, by=by, at=at)
    fulfilments.disputes.go_on(order=locked.source.order, at=at)


def remind_of_disputes(*, at: datetime) -> None:
    """The office hears once more of each that is not answered while its time runs out."""
    for dispute in queries.nearly_late(at, settings.DISPUTE_DAYS):
        notices.dispute_due(dispute.source.order, dispute)


def _lock(dispute_id: int) -> Dispute:
    """The order first, then the dispute as it is now."""
    order = orders.lock(Dispute.objects.values_list("source__order", flat=True).get(pk=dispute_id))
    found = Dispute.objects.select_for_update(of=("self",)).select_related("source").get(pk=dispute_id)
    found.source.order = order
    return found
