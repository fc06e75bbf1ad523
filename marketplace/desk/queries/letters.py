"""Messages on their way and messages that did not arrive, and the words of every kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from marketplace.notices import gsm
from marketplace.notices.gateways import zns
from marketplace.notices.kinds import KINDS, Group, kind_of
from marketplace.notices.letters import Letter, Short, letter, sample, short, template_words
from marketplace.notices.models import Attempt, Delivery
from marketplace.notices.queries import bounced
from marketplace.notices.ways import Way

from ..pages import Link

FAILED, AGAIN = "failed", "again"
MOST_BOUNCES = 20
LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Asked:
    """What the office wants to see. `show`: failed, or being tried again; a kind or channel that there is not is none."""

    show: str
    kind: str
    channel: str
    q: str


def asked(data: Any) -> Asked:
    kind, channel = data.get("kind", ""), data.get("channel", "")
    return Asked(
        show=AGAIN if data.get("show") == AGAIN else FAILED, kind=kind if kind in KINDS else "",
        channel=channel if channel in Way.values else "", q=data.get("q", "").replace("\0", "").strip()[:120],
    )  # fmt: skip


def letters(wanted: Asked) -> QuerySet[Delivery]:
    """With their attempts and the last answer; the newest first."""
    last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-pk")
    rows = Delivery.objects.failed() if wanted.show == FAILED else Delivery.objects.tried_again()
    rows = rows.filter(notice__kind=wanted.kind) if wanted.kind else rows
    rows = rows.filter(channel=wanted.channel) if wanted.channel else rows
    if wanted.q:
        rows = rows.filter(Q(notice__email__iexact=wanted.q) | Q(notice__phone=wanted.q) | Q(notice__about=wanted.q))
    tries = Prefetch("attempts", Attempt.objects.order_by("pk"))
    rows = rows.select_related("notice__user").prefetch_related(tries)
    return rows.annotate(answer=Subquery(last.values("answer")[:1]), tried_at=Subquery(last.values("at")[:1])).order_by(
        "-pk"
    )


def tabs(wanted: Asked) -> list[Link]:
    rows = (
        (FAILED, _("Not sent"), Delivery.objects.failed()),
        (AGAIN, _("Being tried again"), Delivery.objects.tried_again()),
    )
    return [
        Link(label, f"?show={show}", selected=show == wanted.show, count=found.count()) for show, label, found in rows
    ]


def failed_kinds() -> Sequence[dict[str, Any]]:
    """How many have failed of each kind and channel, for those who send all of them again."""
    rows = Delivery.objects.failed().order_by().values("notice__kind", "channel").annotate(n=Count("pk"))
    return [
        {"kind": row["notice__kind"], "channel": row["channel"], "way": Way(row["channel"]).label, "n": row["n"]}
        for row in rows.order_by("-n", "notice__kind", "channel")
    ]


def bounces() -> Sequence[Attempt]:
    """Addresses from which letters come back, and whose they are."""
    return list(bounced()[:MOST_BOUNCES])


def choices(wanted: Asked) -> dict[str, Any]:
    """What the list can be narrowed to."""
    return {
        "kinds": [(kind, kind == wanted.kind) for kind in KINDS],
        "ways": [(w.value, w.label, w == wanted.channel) for w in Way],
    }


# --- words of every kind --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """One kind in one language, filled with invented facts."""

    language: str
    letter: Letter
    short: Short | None
    signs: int
    segments: int
    approved: str  # the text for Zalo's approval
    approved_signs: int
    template: str  # Zalo's number for it


def kinds() -> Sequence[tuple[str, Sequence[str]]]:
    """Every kind, by whom it serves."""
    labels = {Group.ORDERS: _("Orders"), Group.WORK: _("Work"), Group.SECURITY: _("Security")}
    return [(label, [kind for kind, row in KINDS.items() if row.group == group]) for group, label in labels.items()]


def words(kind: str) -> Sequence[Words]:
    return [_words(kind, language) for language in LANGUAGES]


def _words(kind: str, language: str) -> Words:
    notice = sample(kind, language)
    told = short(notice) if kind_of(kind).parameters else None
    approved = template_words(kind, language) if told else ""
    return Words(
        language=language, letter=letter(notice), short=told, signs=gsm.length(told.text) if told else 0,
        segments=gsm.segments(told.text) if told else 0, approved=approved,
        approved_signs=len(told.whole) if told else 0, template=zns.template(kind, language),
    )  # fmt: skip
