"""What a till may ask: who it is, what became of its events, which products its codes mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

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


def hashed(token: str) -> str:
    """How a token is kept: 256 random bits need no salt."""
    return sha256(token.encode()).hexdigest()


def till_of(token: str) -> Till | None:
    """The till that this token was given to, unless it was revoked."""
    rows = Till.objects.filter(token_hash=hashed(token), revoked_at__isnull=True)
    return rows.select_related("location").first()


def answer(event: TillEvent) -> Answer:
    return Answer(event.uuid, event.sequence, event.status, event.answer.get("code", ""), event.answer.get("facts", {}))


def answers(till: Till, uuids: Iterable[UUID]) -> list[Answer]:
    """What became of this till's events; those it never reported are not in the list."""
    return [answer(event) for event in till.events.filter(uuid__in=list(uuids)).order_by("sequence")]


def waiting_tills() -> list[int]:
    """Tills with events that nobody has recorded yet; who waits longest comes first."""
    waiting = TillEvent.objects.filter(status=TillEvent.Status.WAITING).order_by("pk")
    return list(dict.fromkeys(waiting.values_list("till_id", flat=True)[:5000]))


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
