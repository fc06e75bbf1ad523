"""What a till's JSON means: where its answers say what, and its words for a sale, a return and a count.

`fields` names places in the JSON by dots ("data.items"). Nothing named for the lines: the event is itself one line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from marketplace.errors import Refused
from marketplace.tills.gateways import NotUnderstood
from marketplace.tills.models import UNREADABLE

NAMESPACE = UUID("0b7f3b52-2f0f-4c0e-8f0a-5d6a0a6f4e21")
LONGEST_CURSOR = 500
DEFAULTS = {
    "events": "events", "next": "next", "id": "id", "kind": "kind", "occurred_at": "occurred_at", "lines": "lines",
    "code": "code", "lot": "lot", "quantity": "quantity", "price": "price", "seen": "seen",
    "sale": "sale", "return": "return", "count": "count",
}  # fmt: skip
KINDS = ("sale", "return", "count")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]


class EventNotRead(Refused):
    """Of one event; the others of its page go on."""

    sentence = _("The till told this event in a way that cannot be read (%(where)s).")
    code = "event_not_read"


class Line(BaseModel, coerce_numbers_to_str=True):
    code: Text
    lot: Text | None = None
    quantity: Annotated[int, Field(ge=0, le=1_000_000)]
    price: Annotated[int, Field(ge=0, le=10_000_000_000)] | None = None
    seen: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None


class Event(BaseModel):
    kind: Literal["sale", "return", "count"]
    occurred_at: datetime
    lines: Annotated[list[Line], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _moves_something(self) -> "Event":
        if self.kind != "count" and any(line.quantity == 0 for line in self.lines):
            raise ValueError("quantity")
        return self


@dataclass(frozen=True)
class Told:
    """One event: `body` is what the inbox keeps. One that cannot be read keeps the till's own words."""

    uuid: UUID
    kind: str
    occurred_at: datetime
    body: dict[str, Any]
    refusal: EventNotRead | None = None


@dataclass(frozen=True)
class Page:
    events: list[Told]
    cursor: str  # to ask with next time


def page(*, answer: Any, fields: Mapping[str, str], till_id: int, cursor: str, most: int, at: datetime) -> Page:
    """What the till said, in our words. `cursor` is the one it was asked with, and stays where it names no other."""
    where = DEFAULTS | dict(fields)
    found, following = _at(answer, where["events"]), _at(answer, where["next"])
    if not isinstance(found, list) or len(found) > most:
        raise NotUnderstood(where=where["events"])
    if following is not None and (isinstance(following, bool) or not isinstance(following, str | int)):
        raise NotUnderstood(where=where["next"])
    reached = cursor if following is None else str(following)
    if len(reached) > LONGEST_CURSOR or "\0" in reached:
        raise NotUnderstood(where=where["next"])
    return Page([_told(one, where, till_id, at) for one in found], reached)


def _at(found: Any, path: str) -> Any:
    """What stands at a dotted place; the whole for no place, None where nothing stands."""
    for name in path.split(".") if path else ():
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _told(one: Any, where: Mapping[str, str], till_id: int, at: datetime) -> Told:
    number = _at(one, where["id"])
    if isinstance(number, bool) or not isinstance(number, str | int) or not str(number).strip() or not where["id"]:
        raise NotUnderstood(where=where["id"] or "id")  # without its number nobody knows it the second time
    uuid = uuid5(NAMESPACE, f"{till_id}:{number}")
    try:
        event = Event.model_validate(_in_our_words(one, where))
    except ValidationError as error:
        shape = EventNotRead(where=", ".join(sorted(_places(error, where)))[:200])
        own = uuid5(uuid, UNREADABLE)  # once it can be read, it is another event
        return Told(own, UNREADABLE, at, {"id": str(number)[:200], "told": _storable(one)}, shape)
    body = {"id": str(number)[:200], **event.model_dump(mode="json", exclude_none=True)}
    return Told(uuid, event.kind, _aware(event.occurred_at), body)


def _in_our_words(one: Any, where: Mapping[str, str]) -> dict[str, Any]:
    words = {where[kind]: kind for kind in KINDS}
    kind = _at(one, where["kind"]) if where["kind"] else where["sale"]
    lines = _at(one, where["lines"]) if where["lines"] else [one]
    names = ("code", "lot", "quantity", "price", "seen")
    return {
        "kind": words.get(kind) if isinstance(kind, str) else None,
        "occurred_at": _at(one, where["occurred_at"]),
        "lines": [{name: _value(_at(line, where[name])) for name in names if where[name]} for line in lines]
        if isinstance(lines, list)
        else None,
    }


def _value(found: Any) -> Any:
    """An empty text says nothing."""
    return None if isinstance(found, str) and not found.strip() else found


def _aware(moment: datetime) -> datetime:
    """A till's clock without a zone is local; one that is wrong by years is brought to where dates may be kept."""
    local = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    return max(datetime(2020, 1, 1, tzinfo=UTC), min(local, datetime(2100, 1, 1, tzinfo=UTC)))


def _places(error: ValidationError, where: Mapping[str, str]) -> Iterable[str]:
    for fault in error.errors():
        names = [str(part) for part in fault["loc"] if isinstance(part, str)]
        yield where.get(names[-1], names[-1]) if names else where["quantity"]


def _storable(one: Any) -> Any:
    """Nobody reads a novel."""
    return one if len(str(one)) <= 4000 else str(one)[:4000]
