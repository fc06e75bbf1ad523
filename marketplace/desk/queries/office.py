"""What the office oversees."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.errors import Refused
from marketplace.folding import fold
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.fulfilment.queries import refusals
from marketplace.invoices.models import Invoice
from marketplace.invoices.queries import of_order as of_invoices
from marketplace.journal.models import Entry
from marketplace.notices.queries import bounces
from marketplace.order.models import Line, Order
from marketplace.partner.models import Partner
from marketplace.payment.disputes.queries import of_order as disputes_of
from marketplace.payment.models import Dispute, Refund, Source
from marketplace.people.models import User
from marketplace.people.phones import normal

from ..pages import Link
from .parcels import contact
from .shortages import Lost, of_order

WORDS = {
    "order.placed": gettext_lazy("Placed"),
    "order.confirmed": gettext_lazy("Confirmed"),
    "order.cash_confirmed": gettext_lazy("The shopper confirmed the order in cash"),
    "order.paid": gettext_lazy("Paid"),
    "order.completed": gettext_lazy("Completed"),
    "order.cancelled": gettext_lazy("Cancelled"),
    "order.pieces_taken_off": gettext_lazy("Pieces were taken off"),
    "fulfilment.left_out": gettext_lazy("The order goes on without a parcel"),
    "fulfilment.short": gettext_lazy("Promised pieces were not there"),
    "fulfilment.found": gettext_lazy("Missing pieces were found"),
    "fulfilment.short_answered": gettext_lazy("The shopper has chosen"),
    "fulfilment.new_code": gettext_lazy("A new code was sent"),
    "fulfilment.wrong_code": gettext_lazy("A wrong code was entered"),
    "payment.came": gettext_lazy("A payment came"),
    "payment.cash": gettext_lazy("Cash was taken"),
    "refund.bounced": gettext_lazy("The bank could not send a refund"),
    "return.asked": gettext_lazy("The buyer asked to return goods"),
    "return.awaited": gettext_lazy("A return was accepted"),
    "return.sent": gettext_lazy("Returned goods were sent"),
    "return.settled": gettext_lazy("Returned goods were paid back"),
    "return.declined": gettext_lazy("A return was declined"),
    "return.withdrawn": gettext_lazy("The buyer withdrew a return"),
    "return.expired": gettext_lazy("A return expired"),
    "refund.due": gettext_lazy("A refund is due"),
    "refund.made": gettext_lazy("A refund was made"),
    "refund.failed": gettext_lazy("A refund failed"),
    "refund.again": gettext_lazy("A refund is tried again"),
    "invoice.asked": gettext_lazy("An invoice was asked for"),
    "invoice.prepared": gettext_lazy("An invoice was prepared"),
    "invoice.issued": gettext_lazy("An invoice was issued"),
    "invoice.failed": gettext_lazy("An invoice could not be issued"),
    "invoice.again": gettext_lazy("An invoice is tried again"),
    "refund.covered": gettext_lazy("The buyer's bank has made a refund"),
    "dispute.heard": gettext_lazy("News of a dispute"),
    "dispute.file_added": gettext_lazy("A file for the bank was added"),
    "dispute.file_dropped": gettext_lazy("A file for the bank was taken away"),
    "dispute.answered": gettext_lazy("The bank was answered"),
    "dispute.accepted": gettext_lazy("The dispute was accepted"),
    "dispute.released": gettext_lazy("The order goes on although it is disputed"),
} | {f"fulfilment.{status.value}": status.label for status in Fulfilment.Status}


@dataclass(frozen=True)
class Deed:
    """A line of the journal, in words."""

    at: datetime
    label: str
    by: User | None
    facts: dict[str, Any]
    about: str  # whose codes its reason is one of


@dataclass(frozen=True)
class OrderPage:
    contact: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    parcels: Sequence[Fulfilment]
    sources: Sequence[Source]
    refunds: Sequence[Refund]
    story: Sequence[Deed]
    may_cancel: bool
    may_part: bool  # with a single parcel
    shorts: Sequence[Lost]
    returns: Sequence[Return]
    invoices: Sequence[Invoice]
    disputes: Sequence[Dispute]
    email_bounces: bool


def orders(text: str = "", status: str = "") -> QuerySet[Order]:
    """The newest first; `text` is a number, a phone, an e-mail address or a part of the buyer's name."""
    disputed = Exists(Dispute.objects.undecided().filter(source__order=OuterRef("pk")))
    rows = Order.objects.select_related("user").annotate(disputed=disputed).order_by("-date_placed", "-pk")
    rows = rows.filter(status=status) if status in Order.Status.values else rows
    if not text:
        return rows
    wanted = Q(number__iexact=text) | Q(guest_email__iexact=text) | Q(user__email__iexact=text)
    wanted |= Q(contact_name__icontains=text)
    with suppress(Refused):  # not a telephone number: the other fields may match
        wanted |= Q(phone=normal(text))
    return rows.filter(wanted)


def order_tabs(chosen: str) -> list[Link]:
    numbers = dict(Order.objects.order_by().values_list("status").annotate(n=Count("pk")))
    every = Link(_("All"), "?", selected=chosen not in Order.Status.values, count=sum(numbers.values()))
    links = [Link(str(s.label), f"?status={s}", selected=s == chosen, count=numbers.get(s)) for s in Order.Status]
    return [every, *links]


def order_page(order: Order) -> OrderPage:
    """The order with its lines, parcels, money and journal."""
    parcels = list(Fulfilment.objects.filter(order=order).select_related("location").order_by("pk"))
    untouched = not Fulfilment.objects.filter(order=order, off_because="").begun().exists()
    about = Q(subject="order.order", subject_id=order.pk)
    refunds = list(Refund.objects.filter(source__order=order).order_by("pk"))
    about |= Q(subject="payment.refund", subject_id__in=[refund.pk for refund in refunds])
    returns = list(Return.objects.filter(fulfilment__order=order).order_by("pk"))
    about |= Q(subject="fulfilment.return", subject_id__in=[one.pk for one in returns])
    disputes = disputes_of(order.pk)
    about |= Q(subject="payment.dispute", subject_id__in=[dispute.pk for dispute in disputes])
    about |= Q(subject="fulfilment.fulfilment", subject_id__in=[parcel.pk for parcel in parcels])
    return OrderPage(
        contact=[*contact(order), *_not_taken(order)],
        lines=list(order.lines.select_related("product", "partner")),
        parcels=parcels,
        sources=list(Source.objects.filter(order=order).select_related("source_type").order_by("pk")),
        refunds=refunds,
        story=[
            Deed(entry.at, str(WORDS.get(entry.action, entry.action)), entry.by, entry.facts, _about(entry.action))
            for entry in Entry.objects.filter(about).select_related("by").order_by("at", "pk")
        ],
        shorts=of_order(order),
        disputes=disputes,
        may_part=order.status == "confirmed" and sum(one.status != Fulfilment.Status.CANCELLED for one in parcels) > 1,
        returns=returns,
        invoices=list(of_invoices(order.pk)),
        email_bounces=bounces(order.email),
        may_cancel=order.status in ("awaiting-payment", "confirmed") and untouched,
    )


def _about(action: str) -> str:
    subject = action.partition(".")[0]
    return subject if subject in ("refund", "return", "dispute") else "ending"


def _not_taken(order: Order) -> list[tuple[str, str]]:
    """How often parcels with cash to pay came back from whoever has this telephone number."""
    times = refusals(order.phone, timezone.now()) if order.phone else 0
    return [(_("Parcels not taken within a year"), str(times))] if times else []


def producers(text: str = "") -> QuerySet[Partner]:
    """Those not verified first."""
    rows = Partner.objects.select_related("commune").annotate(n=Count("products"))
    rows = rows.filter(Q(folded__contains=fold(text)) | Q(registration_number=text)) if text else rows
    return rows.order_by(F("verified_at").asc(nulls_first=True), "name")
