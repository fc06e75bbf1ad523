"""What a till may ask: who it is, what became of its events, which products its codes mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from catalogue.models import Product
from marketplace.partner.models import StockRecord

from .models import Till, TillEvent


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


def hashed(token: str) -> str:
    """How a token is kept: 256 random bits need no salt."""
    return sha256(token.encode()).hexdigest()


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
    waiting = TillEvent.objects.filter(till=OuterRef("pk"), status=TillEvent.Status.WAITING).order_by("sequence")
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
