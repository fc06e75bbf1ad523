"""What a till may ask: who it is, what became of its events, which products its codes mean. And how each till does."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery

from catalogue.models import Product
from marketplace.locations.hours import open_time
from marketplace.partner.models import StockRecord
from marketplace.tokens import hashed

from .models import Till, TillEvent
from .sequences import REMEMBERED

GAPS = """
    SELECT till.id, steps.before + 1, steps.sequence - 1
      FROM tills_till AS till CROSS JOIN LATERAL (
           SELECT sequence, lag(sequence, 1, till.last_sequence) OVER (ORDER BY sequence) AS before
             FROM (SELECT sequence FROM tills_tillevent
                    WHERE till_id = till.id AND sequence > till.last_sequence
                    ORDER BY sequence LIMIT %(most)s) AS beyond) AS steps
     WHERE till.id = ANY(%(tills)s) AND steps.sequence > steps.before + 1
     ORDER BY till.id, steps.sequence
"""


@dataclass(frozen=True)
class Answer:
    """What became of one reported event. `code` and `facts` name the refusal of one that was parked or refused."""

    uuid: UUID
    sequence: int
    status: str
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, uuid: UUID, sequence: int, status: str, told: dict[str, Any]) -> "Answer":
        """From the columns of an event."""
        return cls(uuid, sequence, status, told.get("code", ""), told.get("facts", {}))


def till_of(token: str) -> Till | None:
    """The till that this token was given to, unless it was revoked."""
    rows = Till.objects.filter(token_hash=hashed(token), revoked_at__isnull=True)
    return rows.select_related("location").first()


def answers(till: Till, uuids: Iterable[UUID]) -> list[Answer]:
    """What became of this till's events; those it never reported are not in the list."""
    events = till.events.filter(uuid__in=list(uuids)).order_by("sequence")
    return [Answer.of(*row) for row in events.values_list("uuid", "sequence", "status", "answer")]


def waiting_tills() -> list[int]:
    """Tills with events that nobody has recorded yet; who waits longest comes first.

    Asked till by till in the index of what waits, so it costs the same however many events were recorded before.
    """
    waiting = TillEvent.objects.filter(till=OuterRef("pk"), status__literally=TillEvent.Status.WAITING).order_by(
        "sequence"
    )
    since = Till.objects.annotate(since=Subquery(waiting.values("received_at")[:1])).filter(since__isnull=False)
    return list(since.order_by("since", "pk").values_list("pk", flat=True))


def products_by_code(codes: Iterable[str]) -> dict[str, set[int]]:
    """The products that a till may mean: by the shop's code, else by their producers' own."""
    wanted = set(codes)
    found: dict[str, set[int]] = {code: set() for code in wanted}
    for code, pk in Product.objects.filter(upc__in=wanted).values_list("upc", "pk"):
        found[code or ""].add(pk)
    others = [code for code, products in found.items() if not products]
    for code, pk in StockRecord.objects.filter(partner_sku__in=others).values_list("partner_sku", "product_id"):
        found[code].add(pk)
    return found


def heard_of() -> QuerySet[Till]:
    """Tills with all that `silent` looks at: two queries, however many they are."""
    return Till.objects.select_related("location", "connector").prefetch_related("location__hours")


def silent(tills: Iterable[Till], *, at: datetime) -> list[Till]:
    """Those that should speak, and were not heard for so long while their place was open."""
    longest = timedelta(hours=settings.TILL_SILENT_HOURS)
    return [till for till in tills if _should_speak(till) and _unheard(till, at) >= longest]


def _should_speak(till: Till) -> bool:
    """Nobody expects a word of files, of what was shut out or is not asked, or from a place that is closed for good."""
    paused = till.kind == Till.Kind.POLLED and till.connector.paused_at is not None
    return till.kind != Till.Kind.UPLOAD and not till.revoked_at and not paused and till.location.active


def _unheard(till: Till, at: datetime) -> timedelta:
    return open_time(till.location.hours.all(), since=till.last_contact_at or till.created_at, until=at)


def gaps(till_ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """What each till has not sent though later numbers came: (first, last) missing number. One query.

    Like the answer to a report it looks at so many numbers beyond the first gap.
    """
    found: dict[int, list[tuple[int, int]]] = {pk: [] for pk in till_ids}
    with connection.cursor() as cursor:
        cursor.execute(GAPS, {"tills": list(found), "most": REMEMBERED})
        for till, first, last in cursor.fetchall():
            found[till].append((first, last))
    return found


def counted(till_ids: Iterable[int], status: str) -> dict[int, int]:
    """How many events of each till stand so; tills without any are not in the answer. One query."""
    rows = TillEvent.objects.filter(till__in=list(till_ids), status__literally=status).order_by().values("till")
    return dict(rows.annotate(events=Count("pk")).values_list("till", "events"))


@dataclass(frozen=True)
class Told:
    """What a till told of a sale or a return: pieces and price of each line, where it named one."""

    till: str
    lines: list[tuple[int, int | None]]


def told(numbers: Iterable[int]) -> dict[int, Told]:
    """The recorded sales and returns among these events, by their numbers in the inbox."""
    events = TillEvent.objects.filter(pk__among=list(numbers), status=TillEvent.Status.RECORDED)
    return {
        pk: Told(till, [(line["quantity"], line.get("price")) for line in body["lines"]])
        for pk, till, body in events.filter(kind__in=["sale", "return"]).values_list("pk", "till__name", "body")
    }
