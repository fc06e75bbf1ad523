"""The shape of what tills send and get. Anything else is refused whole, before a row is written."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from .problems import CARRIERS, REFUSALS, SENTENCES

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2020, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC))]
MOST_EVENTS = 500


SALE: dict[str, Any] = {
    "uuid": "6f1c6a52-8a0e-4a63-9f0b-0d5f3c1c7a10", "sequence": 41, "occurred_at": "2026-11-20T10:04:00+07:00",
    "kind": "sale", "lines": [{"code": "SP000012", "lot": "DTN-2611", "quantity": 2, "price": 95000}],
}  # fmt: skip
COUNT: dict[str, Any] = {
    "uuid": "0b6f3f5e-54f0-4b0e-9a58-3a9a5d2f6a77", "sequence": 42, "occurred_at": "2026-11-20T17:30:00+07:00",
    "kind": "count", "lines": [{"code": "SP000012", "quantity": 18, "seen": 19}],
}  # fmt: skip


class Strict(BaseModel):
    """Plain pydantic for all that comes by the hundred: ninja's own Schema reads twenty times slower."""

    model_config = ConfigDict(extra="forbid")


class Line(Strict):
    """One product of an event."""

    code: Annotated[Code, Field(description="The shop's code of the product, or its producer's own.")]
    lot: Annotated[Code | None, Field(description="The lot, when the till knows it.")] = None
    quantity: Annotated[int, Field(strict=True, ge=0, le=1_000_000, description="Pieces; 0 only in a count.")]
    price: Annotated[
        int | None, Field(strict=True, ge=0, le=10_000_000_000, description="Of one piece, in đồng, VAT included.")
    ] = None
    seen: Annotated[
        int | None,
        Field(
            strict=True, ge=-1_000_000, le=1_000_000,
            description="Of a count: `on_hand` as the till last knew it. When the books say otherwise, the count is stale.",
        ),
    ] = None  # fmt: skip


class Event(Strict):
    """One thing that happened at the till. Of a count, `quantity` is what stands on the shelf."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [SALE, COUNT]})

    uuid: Annotated[UUID, Field(description="Made once by the till and sent again with every repeat.")]
    sequence: Annotated[int, Field(strict=True, ge=1, lt=2**62, description="1, 2, 3 … for each till, without a gap.")]
    occurred_at: Annotated[Moment, Field(description="When it happened, with time zone.")]
    kind: Literal["sale", "return", "count"]
    lines: Annotated[list[Line], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.kind != "count" and any(line.quantity == 0 for line in self.lines):
            raise ValueError("quantity must be above zero")
        return self


class Batch(Strict):
    """Up to 500 events, best in the order of their numbers."""

    events: Annotated[list[Event], Field(min_length=1, max_length=MOST_EVENTS)]


class EventAnswer(BaseModel):
    """What became of one event.

    `waiting`: kept, and soon in the ledger. `recorded`: in the ledger. `parked`: kept, but a person must look.
    `refused`: never kept. The last two say why, by `code` and by `title` in the reader's language.
    """

    uuid: UUID
    sequence: int
    status: Literal["waiting", "recorded", "parked", "refused"]
    code: Annotated[
        str, Field(description="Empty, or: " + ", ".join(f"`{code}`" for code in sorted(REFUSALS)) + ".")
    ] = ""
    title: str = ""


class Gap(BaseModel):
    """Numbers from `first` to `last` have never arrived."""

    first: int
    last: int


class BatchAnswer(BaseModel):
    """One answer for each event, in the order sent. Please send again what is `missing`."""

    events: list[EventAnswer]
    last_sequence: Annotated[int, Field(description="The highest number with none missing below it.")]
    missing: list[Gap]


class Answers(BaseModel):
    """Answers to events sent before."""

    events: list[EventAnswer]


class Article(BaseModel):
    """A product as it is now, at the till's own place. `product` is its lasting name; codes and titles may change."""

    product: int
    for_sale: Annotated[
        bool, Field(description="False: take it off the price list. It may still be returned or counted.")
    ]
    code: Annotated[str, Field(description="What an event calls it.")]
    sku: Annotated[str, Field(description="Its producer's own code; may be empty.")]
    title: str
    price: Annotated[int | None, Field(description="In đồng, VAT included; null when not for sale.")]
    vat_percent: float
    adults_only: Annotated[bool, Field(description="Alcohol: ask for the age (18), never sell it on credit.")]
    on_hand: Annotated[
        int, Field(description="On the books of this place, promised or not; what a count is compared with.")
    ]
    available: Annotated[int, Field(description="Of these, what is promised to nobody and may be sold.")]


class ChangePage(BaseModel):
    """What changed. Keep `cursor` and ask with it next time; ask at once while there is `more`."""

    articles: list[Article]
    cursor: int
    more: bool


class Place(BaseModel):
    id: int
    name: str


class Me(BaseModel):
    """Whose token this is, and with which number the till goes on: `highest_sequence` + 1."""

    till: int
    name: str
    location: Place
    last_sequence: Annotated[int, Field(description="The highest number with none missing below it.")]
    highest_sequence: Annotated[int, Field(description="The highest number ever used.")]


MOST_WORDS = 100
WORD: dict[str, Any] = {
    "id": "BN-2026-000123", "tracking_number": "BN84920117VN", "status": "delivered",
    "happened_at": "2026-11-21T09:30:00+07:00", "reason": "",
}  # fmt: skip
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")]


class CarrierEvent(Strict):
    """One thing that happened to a parcel."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [WORD]})

    id: Annotated[Code, Field(description="Made once by the carrier and sent again with every repeat.")]
    tracking_number: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")
    ]
    status: Annotated[
        Literal["taken", "moving", "out", "delivered", "failed"],
        Field(
            description="Taken over, on its way, out for delivery; the last two end the parcel: `failed` is brought back."
        ),
    ]
    happened_at: Annotated[Moment, Field(description="When it happened, with time zone.")]
    reason: Annotated[Short, Field(description="Of `failed`: why. The buyer reads it.")] = ""
    why: Annotated[
        Literal["", "refused", "no-money", "absent", "unreached", "address", "damaged", "other"],
        Field(description="Of `failed`: the same as one of these words. The first four count against paying in cash."),
    ] = ""


class CarrierEvents(Strict):
    """Up to 100 events, best in the order in which they happened."""

    events: Annotated[list[CarrierEvent], Field(min_length=1, max_length=MOST_WORDS)]


class CarrierAnswer(BaseModel):
    """What became of one event. `repeated`: it was known, and has changed nothing again.

    `moved`: the parcel's state has changed. `noted`: kept. `late`: came after later news. `agreed`: known already.
    `contrary`: the shop's books say otherwise, and a person looks. `unknown`: no parcel has this number yet; it is heard
    as soon as one has. `refused`: `code` and `title` say why; one of `parcel_event_…` was not even kept.
    """

    id: str
    outcome: Literal["moved", "noted", "late", "agreed", "contrary", "refused", "unknown"]
    repeated: bool = False
    code: Annotated[
        str,
        Field(
            description="Empty, or: "
            + ", ".join(f"`{code}`" for code in sorted(CARRIERS))
            + ", or why the order did not allow it."
        ),
    ] = ""
    title: str = ""


class CarrierAnswers(BaseModel):
    """One answer for each event, in the order sent."""

    events: list[CarrierAnswer]


class Fault(BaseModel):
    where: str
    what: str


class Problem(BaseModel):
    """RFC 9457, with a stable code for machines and a title in the reader's language."""

    type: str = "about:blank"
    title: str
    status: int
    code: Annotated[str, Field(json_schema_extra={"enum": [code for code, _ in SENTENCES.values()]})]
    errors: Annotated[list[Fault], Field(description="Of a wrong shape: where, and what is expected there.")] = []
