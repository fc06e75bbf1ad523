"""What a buyer's bank asks back, as Stripe tells it, and what the shop answers. Knows nothing of our tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal, cast

from .stripe import PATIENT, answers, client

# Kinds of event that tell of one; each is a hint, and the dispute itself is asked for.
NEWS = tuple(
    f"charge.dispute.{what}" for what in ("created", "updated", "funds_withdrawn", "funds_reinstated", "closed")
)
PREFIX = ("du_", "dp_")  # of their ids, new and old
LONGEST = 20_000  # characters of a field
MOST_BYTES = 4_500_000  # of all files together: Stripe names five megabytes, and refuses more than these


Status = Literal[
    "warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review", "won", "lost",
    "prevented",
]  # fmt: skip


@dataclass(frozen=True)
class DisputeState:
    id: str
    payment_intent: str
    amount: Decimal
    reason: str
    network_code: str  # the card scheme's own number of the reason
    status: Status
    refundable: bool  # by an inquiry alone: the money is still here, and may go back
    withdrawn: bool  # the company has taken the money off the shop's account, and not put it back
    due_by: datetime | None  # none where the bank wants no answer
    answers: int  # how often evidence was sent
    created_at: datetime
    evidence: Mapping[str, str] = field(default_factory=dict)  # as it lies there, files by their ids


def read_dispute(dispute_id: str) -> DisputeState:
    """The dispute as Stripe knows it now."""
    with answers():
        return _state(client().v1.disputes.retrieve(dispute_id))


def disputes_of(payment_intent: str) -> list[DisputeState]:
    """All of a payment, the newest first."""
    with answers():
        found = client().v1.disputes.list({"payment_intent": payment_intent, "limit": 100})
        return [_state(one) for one in found.data]


def disputes_since(at: datetime) -> Iterator[DisputeState]:
    """All that were opened since then, page by page: for those of which no event ever came."""
    with answers():
        found = client().v1.disputes.list({"created": {"gte": int(at.timestamp())}, "limit": 100})
        for one in found.auto_paging_iter():
            yield _state(one)


def submit_evidence(dispute_id: str, evidence: Mapping[str, str]) -> DisputeState:
    """The bank has the shop's answer, once for the same words: they are the key."""
    said = json.dumps(evidence, sort_keys=True, ensure_ascii=False)
    key = f"{dispute_id}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"
    params = {"evidence": dict(evidence), "submit": True}
    with answers():
        return _state(client().v1.disputes.update(dispute_id, cast(Any, params), {"idempotency_key": key}))


def send_file(name: str, content: bytes, key: str) -> str:
    """The company has the file, once for each key; its id there."""
    file = BytesIO(content)
    file.name = name
    params: Any = {"purpose": "dispute_evidence", "file": file}
    with answers():
        return client(PATIENT).v1.files.create(params, {"idempotency_key": key}).id


def accept(dispute_id: str) -> DisputeState:
    """The shop does not answer: the dispute is lost, at once."""
    with answers():
        return _state(client().v1.disputes.close(dispute_id, {}, {"idempotency_key": f"{dispute_id}-accepted"}))


def _state(found: Any) -> DisputeState:
    moves = sum(move.amount for move in found.balance_transactions)
    details = found.evidence_details
    card = getattr(getattr(found, "payment_method_details", None), "card", None)
    return DisputeState(
        id=found.id, payment_intent=str(found.payment_intent or ""), amount=Decimal(found.amount), reason=found.reason,
        network_code=getattr(card, "network_reason_code", None) or "", status=cast(Status, found.status),
        refundable=found.is_charge_refundable, withdrawn=moves < 0,
        due_by=datetime.fromtimestamp(details.due_by, UTC) if details.due_by else None,
        answers=details.submission_count, created_at=datetime.fromtimestamp(found.created, UTC),
        evidence={name: said for name, said in found.evidence.to_dict().items() if said and isinstance(said, str)},
    )  # fmt: skip
