"""The evidence in words: on the office's page, on paper, and in the fields that a bank's form has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.paper import A4, GREY, Paper
from marketplace.money import dong
from marketplace.notices.letters import letter
from marketplace.notices.models import Notice
from marketplace.order.models import Line
from marketplace.payment.disputes.reasons import in_words
from marketplace.payment.gateways.disputes import LONGEST
from marketplace.payment.models import DisputeFile

from .queries.evidence import Evidence, Parcel
from .receipt import receipt

Status = Fulfilment.Status


@dataclass(frozen=True)
class Part:
    """One chapter of what is known."""

    title: str
    facts: Sequence[tuple[str, str]]


def parts(found: Evidence) -> list[Part]:
    """All of it, in the reader's language; chapters of which nothing is known are left out."""
    order = found.order
    all_parts = (
        Part(_("The dispute"), _dispute(found)),
        Part(_("The order"), [*_order(found), *(_line(line) for line in found.lines), (_("Total"), dong(order.due))]),
        Part(_("How the goods reached the buyer"), [_parcel(found, one) for one in found.parcels]),
        Part(_("What the buyer was told, and when"), [(moment(one.sent_at), _subject(one.notice)) for one in found.messages]),
        Part(_("Given back"), [(moment(one.created_at), f"{dong(one.amount)} · {one.get_status_display()}") for one in found.refunds]),
        Part(_("Earlier orders of the same buyer, never disputed"), [(moment(one.date_placed), f"{one.number} · {dong(one.due)}") for one in found.earlier]),
    )  # fmt: skip
    return [one for one in all_parts if one.facts]


def _dispute(found: Evidence) -> list[tuple[str, str]]:
    dispute = found.dispute
    facts = [
        (_("Number"), dispute.reference),
        (_("Reason"), in_words(dispute.reason)),
        (_("Amount"), dong(dispute.amount)),
    ]
    facts += [(_("Code of the card scheme"), dispute.network_code)] if dispute.network_code else []
    return [*facts, (_("Opened"), moment(dispute.opened_at)), (_("Payment"), dispute.source.payment_intent)]


def _order(found: Evidence) -> Iterator[tuple[str, str]]:
    order = found.order
    yield _("Number"), order.number
    yield _("Placed"), moment(order.date_placed)
    if order.paid_at:
        yield _("Paid by card"), moment(order.paid_at)
    yield _("Buyer"), order.contact_name
    yield _("Phone"), found.phone
    yield _("E-mail"), order.email
    if found.address:
        yield _("Address"), found.address
    yield _("Agreed to"), agreed(found)
    if order.adult_confirmed:
        yield _("Age"), _("The buyer said to be 18 years old or older.")


def agreed(found: Evidence) -> str:
    """What the buyer saw and ticked before there was an order."""
    said = _(
        "On the summary before ordering, with sellers, prices, delivery, and how to cancel and return, the buyer ticked “%(tick)s” on %(time)s."
    )
    tick = _("I have read who sells, what it costs and how to cancel, and I order.")
    return said % {"tick": tick, "time": moment(found.order.date_placed)}


def _line(line: Line) -> tuple[str, str]:
    off = _("%(n)s taken off") % {"n": line.cancelled_quantity} if line.cancelled_quantity else ""
    said = (f"{line.quantity} × {line.title}", line.partner_name, dong(line.line_price_incl_tax), off)
    return _("Goods"), " · ".join(one for one in said if one)


def _subject(notice: Notice) -> str:
    """In the language of who reads it now: the bank reads no Vietnamese."""
    notice.language = (translation.get_language() or "vi")[:2]
    return letter(notice).subject


def _parcel(found: Evidence, one: Parcel) -> tuple[str, str]:
    return f"{one.row.get_method_display()}: {', '.join(one.contents)}", reached(found, one)


def reached(found: Evidence, one: Parcel) -> str:
    """In one sentence, how far the parcel came."""
    row = one.row
    facts = {
        "place": f"{row.location.name}, {row.location.street}, {row.location.commune}", "carrier": row.carrier,
        "number": row.tracking_number, "sent": row.shipped_at and moment(row.shipped_at), "address": found.address,
        "time": row.finished_at and moment(row.finished_at), "status": row.get_status_display(),
    }  # fmt: skip
    if row.status == Status.COLLECTED:
        return (
            _(
                "Handed over at %(place)s on %(time)s, to the person who showed the secret code that the buyer had been sent."
            )
            % facts
        )
    if row.status == Status.DELIVERED:
        return _("Handed to %(carrier)s (%(number)s) on %(sent)s and delivered on %(time)s to %(address)s.") % facts
    if row.status == Status.SHIPPED:
        return _("Handed to %(carrier)s (%(number)s) on %(sent)s, to be delivered to %(address)s.") % facts
    return _("Has not left the shop: %(status)s.") % facts


def moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"


def in_fields(found: Evidence, words: str) -> dict[str, str]:
    """What the payment company's form asks for, in English, as the bank reads it. Empty fields are left out."""
    with translation.override("en"):
        fields = {
            "product_description": "\n".join(value for _label, value in map(_line, found.lines)),
            "customer_name": found.order.contact_name,
            "customer_email_address": found.order.email,
            "shipping_address": found.address,
            "cancellation_policy_disclosure": agreed(found),
            "refund_policy_disclosure": agreed(found),
            "uncategorized_text": _all_in_words(found, words),
            **_way(found),
        }
    return {name: text[:LONGEST] for name, text in fields.items() if text}


def _way(found: Evidence) -> dict[str, str]:
    """When and how the goods went; of several parcels all carriers and numbers."""
    gone = [one.row for one in found.parcels if one.row.shipped_at]
    had = [one.row for one in found.parcels if one.row.status in Fulfilment.WITH_BUYER and one.row.finished_at]
    return {
        "shipping_carrier": ", ".join(row.carrier for row in gone),
        "shipping_tracking_number": ", ".join(row.tracking_number for row in gone),
        "shipping_date": ", ".join(f"{timezone.localtime(row.shipped_at):%Y-%m-%d}" for row in gone),
        "service_date": ", ".join(f"{timezone.localtime(row.finished_at):%Y-%m-%d}" for row in had),
    }


def _all_in_words(found: Evidence, words: str) -> str:
    """The office's own words first, then every chapter; what is more than is read stands on the paper."""
    chapters = ["\n".join([one.title, *(f"- {label}: {value}" for label, value in one.facts)]) for one in parts(found)]
    return "\n\n".join(one for one in (words.strip(), settings.OSCAR_SHOP_NAME, *chapters) if one)


def papers(found: Evidence) -> dict[str, bytes]:
    """What goes to the bank as files whatever the office adds: all of it in English, and the buyer's receipt."""
    with translation.override("en"):
        return {DisputeFile.Kind.PAPER: sheet(found), DisputeFile.Kind.RECEIPT: receipt(found.order)}


def sheet(found: Evidence) -> bytes:
    """The same on paper, in the reader's language."""
    page = Paper(found.order.number, size=A4)
    page.line_of(settings.OSCAR_SHOP_NAME, 9, colour=GREY)
    page.line_of(_("Evidence: order %(number)s") % {"number": found.order.number}, 17, bold=True)
    if settings.DEMO:
        page.line_of(_("Demonstration: these figures are invented."), 9, colour=GREY)
    if found.dispute.words:
        page.ln(2)
        page.line_of(found.dispute.words, 10)
    for one in parts(found):
        page.ln(4)
        page.line_of(one.title, 12, bold=True)
        for label, value in one.facts:
            page.ln(1)
            page.line_of(label, 8, colour=GREY)
            page.line_of(value, 10)
    return bytes(page.output())
