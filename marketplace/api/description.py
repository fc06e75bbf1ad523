"""What openapi.json says of the API beyond its shapes: how to begin, every refusal, an example of each answer."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import override

from .problems import SENTENCES
from .shapes import COUNT, SALE, WORD, Problem

TITLE = "Chợ OCOP An Giang: tills, bank feeds and carriers"
TEXT = """
For tills at sales points. A till tells what happened (sales, returns, counts) and reads what may be sold.

**Begin.** The office makes a till for a sales point and shows its token once. Send it with each request:
`Authorization: Bearer …`. It opens this till's own events and its own place's figures, nothing else, until it is revoked.

**Tell.** Give each event a uuid and the till's next number, keep both, and send batches in order. The same event sent
again has the same answer and moves nothing twice, so when in doubt send again. What `missing` names was never received.

**Read.** Follow `/tills/changes` from cursor 0 and keep the cursor.

**Bank feeds.** The office makes a token for one bank account; `/bank/transactions` takes what happened on it, each transaction
once by the bank's own number. This token opens nothing else.

**Carriers** have tokens of their own, and tell at `/carriers/events` what happens to the parcels that they took over.

**Limits.** 120 requests a minute and till (429 says in `Retry-After` when to go on); bodies up to 1 MiB with
`Content-Length`; 500 events a batch. Answers are in Vietnamese, or in English with `Accept-Language: en`. Money is in
whole đồng.

**Refusals** are problem documents (RFC 9457). `code` is stable; `title` is for people. On 5xx send the same again later.
""".strip()
NO_BODY = (401, 422, 429, 500, 503)
TRANSACTION: dict[str, Any] = {
    "id": "FT26324000123456", "happened_at": "2026-11-20T10:04:00+07:00", "amount": 150000,
    "text": "NGUYEN THI LAN chuyen tien AG7K3M9Q2XF", "payer": "NGUYEN THI LAN 0011012345678", "balance": 3150000,
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "transactions": {"transactions": [{"id": TRANSACTION["id"], "status": "waiting"}]},
    "report": {
        "events": [
            {"uuid": SALE["uuid"], "sequence": 41, "status": "waiting", "code": "", "title": ""},
            {"uuid": COUNT["uuid"], "sequence": 42, "status": "waiting", "code": "", "title": ""},
        ],
        "last_sequence": 38, "missing": [{"first": 39, "last": 40}],
    },
    "events": {
        "events": [
            {"uuid": SALE["uuid"], "sequence": 41, "status": "recorded", "code": "", "title": ""},
            {
                "uuid": COUNT["uuid"], "sequence": 42, "status": "parked", "code": "stale_count",
                "title": "The stock has changed to 17 since it was looked at (19). Please count again.",
            },
        ],
    },
    "changes": {
        "articles": [
            {
                "product": 12, "for_sale": True, "code": "SP000012", "sku": "DTN-500", "title": "Đường thốt nốt 500 g",
                "price": 95000, "vat_percent": 8.0, "adults_only": False, "on_hand": 19, "available": 17,
            },
            {
                "product": 31, "for_sale": False, "code": "SP000031", "sku": "", "title": "Khô cá lóc", "price": None,
                "vat_percent": 0.0, "adults_only": False, "on_hand": 2, "available": 0,
            },
        ],
        "cursor": 1795145640000031, "more": False,
    },
    "carrier_events": {
        "events": [{"id": WORD["id"], "outcome": "moved", "repeated": False, "code": "", "title": ""}],
    },
    "me": {
        "till": 3, "name": "Quầy 1", "location": {"id": 7, "name": "Điểm bán OCOP Long Xuyên"}, "last_sequence": 38,
        "highest_sequence": 42,
    },
}  # fmt: skip


def of(name: str, *, status: int = 200, refusals: tuple[int, ...] = NO_BODY) -> dict[str, Any]:
    """What openapi.json adds to an operation: an example of its answer, and all it may refuse."""
    told = {status: {"content": {"application/json": {"example": ANSWERS[name]}}}}
    return {"responses": told | {no: _refusal(no) for no in refusals}}


def of_batch() -> dict[str, Any]:
    """The same for the one operation with a body."""
    body = {"content": {"application/json": {"example": {"events": [SALE, COUNT]}}}}
    return {"requestBody": body} | of("report", status=202, refusals=(400, 411, 413, *NO_BODY))


def of_transactions() -> dict[str, Any]:
    """The same for what a bank feed tells."""
    body = {"content": {"application/json": {"example": {"transactions": [TRANSACTION]}}}}
    return {"requestBody": body} | of("transactions", status=202, refusals=(400, 411, 413, *NO_BODY))


def of_words() -> dict[str, Any]:
    """The same for what carriers tell."""
    body = {"content": {"application/json": {"example": {"events": [WORD]}}}}
    return {"requestBody": body} | of("carrier_events", refusals=(400, 411, 413, *NO_BODY))


def problem_shape() -> dict[str, Any]:
    return Problem.model_json_schema(ref_template="#/components/schemas/{model}")


def _refusal(status: int) -> dict[str, Any]:
    code, title = SENTENCES[status]
    with override("en"):
        example = {"type": "about:blank", "title": str(title), "status": status, "code": code}
    schema = {"$ref": "#/components/schemas/Problem"}
    media = {"schema": schema, "example": example}
    told: dict[str, Any] = {
        "description": f"{HTTPStatus(status).phrase}: `{code}`. {example['title']}",
        "content": {"application/problem+json": media},
    }
    if status in (429, 503):
        told["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return told
