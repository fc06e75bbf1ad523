"""Disputes as the office works on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.checkout.dossier import Part, parts
from marketplace.checkout.queries.evidence import gather
from marketplace.fulfilment.actions.disputes import HERE
from marketplace.fulfilment.models import Fulfilment
from marketplace.journal.models import Entry
from marketplace.payment.disputes.queries import files, listed
from marketplace.payment.disputes.reasons import what_helps
from marketplace.payment.models import Dispute, DisputeFile

from ..pages import Link
from .office import WORDS, Deed

KINDS = ("", "answered", "ended")


@dataclass(frozen=True)
class DisputePage:
    parts: Sequence[Part]
    helps: str
    may_answer: bool
    may_release: bool  # something of the order waits here
    files: Sequence[DisputeFile]  # by the office, as long as the bank has no answer; then all that it has
    said: Sequence[tuple[str, str]]  # what it has in words
    story: Sequence[Deed]


def tabs(chosen: str) -> list[Link]:
    labels = {"": _("To be answered"), "answered": _("With the bank"), "ended": _("Decided")}
    return [
        Link(labels[kind], f"?show={kind}" if kind else "?", selected=kind == chosen, count=listed(kind).count())
        for kind in KINDS
    ]


def to_answer() -> int:
    """How many wait for the office."""
    return Dispute.objects.to_answer().count()


def page(dispute: Dispute, at: datetime) -> DisputePage:
    """What is known, what helps, and what may be done about it."""
    here = Fulfilment.objects.filter(order=dispute.source.order_id, status__in=HERE, order__status="confirmed")
    return DisputePage(
        parts=parts(gather(dispute)), helps=what_helps(dispute.reason), may_answer=dispute.may_be_answered(at),
        may_release=dispute.holds and here.exists(), story=_story(dispute), files=_files(dispute), said=_said(dispute),
    )  # fmt: skip


def _files(dispute: Dispute) -> list[DisputeFile]:
    return [one for one in files(dispute) if dispute.is_answered or one.kind not in DisputeFile.MADE]


def _said(dispute: Dispute) -> list[tuple[str, str]]:
    """In the words and under the names of the company's form."""
    said = (dispute.evidence or {}) if dispute.is_answered else {}
    return [(name.replace("_", " "), text) for name, text in said.items() if name not in DisputeFile.Kind.values]


def _story(dispute: Dispute) -> list[Deed]:
    rows: Any = Entry.objects.filter(subject="payment.dispute", subject_id=dispute.pk).select_related("by")
    return [_deed(entry) for entry in rows.order_by("at", "pk")]


def _deed(entry: Entry) -> Deed:
    state = entry.facts.get("state")
    label = str(Dispute.State(state).label) if state else str(WORDS.get(entry.action, entry.action))
    return Deed(entry.at, label, entry.by, entry.facts, "dispute")
