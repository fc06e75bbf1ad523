"""The shape of what tills send and get. Anything else is refused whole, before a row is written."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2020, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC))]
MOST_EVENTS = 500


class Strict(BaseModel):
    """Plain pydantic for all that comes by the hundred: ninja's own Schema reads twenty times slower."""

    model_config = ConfigDict(extra="forbid")


class Line(Strict):
    """A product by the shop's code or its producer's; pieces; price of one piece in đồng, VAT included."""

    code: Code
    lot: Code | None = None
    quantity: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
    price: Annotated[int, Field(strict=True, ge=0, le=10_000_000_000)] | None = None
    seen: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)] | None = None


class Event(Strict):
    """One thing that happened at the till. Of a count, `quantity` is what stands there and `seen` what the till last knew."""

    uuid: UUID
    sequence: Annotated[int, Field(strict=True, ge=1, lt=2**62)]
    occurred_at: Moment
    kind: Literal["sale", "return", "count"]
    lines: Annotated[list[Line], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.kind != "count" and any(line.quantity == 0 for line in self.lines):
            raise ValueError("quantity must be above zero")
        return self


class Batch(Strict):
    events: Annotated[list[Event], Field(min_length=1, max_length=MOST_EVENTS)]


class EventAnswer(BaseModel):
    """`waiting`, `recorded`, `parked` (a person must look) or `refused` (never stored); the last two say why."""

    uuid: UUID
    sequence: int
    status: str
    code: str = ""
    title: str = ""


class Gap(BaseModel):
    first: int
    last: int


class BatchAnswer(BaseModel):
    """`missing` numbers have never arrived: please send them again."""

    events: list[EventAnswer]
    last_sequence: int
    missing: list[Gap]


class Answers(Schema):
    events: list[EventAnswer]


class Article(Schema):
    code: str
    sku: str
    title: str
    price: int
    vat_percent: float
    adults_only: bool
    available: int


class ArticlePage(Schema):
    """Ask again with `next` as cursor; null when this was the end."""

    articles: list[Article]
    next: int | None


class Problem(Schema):
    """RFC 9457, with a stable code for machines and a title in the reader's language."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    errors: list[dict[str, str]] = []
