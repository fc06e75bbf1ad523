"""Tills report, the inbox keeps, a worker records. The same report twice has the same answer and moves nothing twice."""

from marketplace.errors import Refused
from marketplace.stock.actions import StaleCount

from .devices import contacted, make_till, revoke
from .inbox import (
    EventDiffers,
    EventUnreadable,
    Receipt,
    Report,
    SequenceTaken,
    accept,
    replay,
    replay_alike,
)
from .recording import AmbiguousCode, NotRecorded, UnknownCode, record_next
from .watching import watch

REFUSALS: dict[str, type[Refused]] = {
    no.code: no for no in (EventDiffers, SequenceTaken, UnknownCode, AmbiguousCode, NotRecorded, StaleCount)
}

__all__ = [
    "REFUSALS", "AmbiguousCode", "EventDiffers", "EventUnreadable", "NotRecorded", "Receipt", "Report", "SequenceTaken",
    "UnknownCode", "accept", "contacted", "make_till", "record_next", "replay", "replay_alike", "revoke", "watch",
]  # fmt: skip
