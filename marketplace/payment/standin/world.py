"""Everything the stand-in knows, behind one lock, and kept in a file when it is given one."""

from __future__ import annotations

import copy
import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from . import objects
from .objects import Thing
from .refused import ApiError, missing


@dataclass
class Switches:
    """The troubles a payment company can give; all of them off at the start."""

    webhook_delay: float = 0  # seconds between the event and its first delivery
    webhook_repeat: int = 1  # how often each event is delivered
    webhook_disorder: bool = False  # gathers what happens within half a second, the last one first
    webhook_drop: bool = False  # events are never delivered
    slow_seconds: float = 0  # before each answer of the API
    fail_next: int = 0  # so many calls are answered 500 and do nothing
    drop_next: int = 0  # so many calls are carried out and then hang up without an answer
    pay_late: bool = False  # an expired session can still be paid
    refund_fail: bool = False  # refunds are taken on, and fail seconds later
    clock_ahead: int = 0  # seconds that the stand-in's clock is ahead, to see sessions expire

    def turn(self, changes: dict[str, Any]) -> None:
        """Sets the named switches, all of them or none."""
        kinds = {field.name: type(getattr(Switches(), field.name)) for field in fields(self)}
        for name, value in changes.items():
            if name not in kinds:
                raise ApiError(f"No such switch: {name}. There are {', '.join(kinds)}.", param=name)
            if isinstance(value, bool) != (kinds[name] is bool) or not isinstance(value, int | float):
                raise ApiError(f"Switch {name} takes a {kinds[name].__name__}.", param=name)
            if value < 0:
                raise ApiError(f"Switch {name} is never below zero.", param=name)
        for name, value in changes.items():
            setattr(self, name, value)


@dataclass
class Delivery:
    """One event on its way to the shop, and every try to hand it over."""

    event: str
    kind: str
    object_id: str
    payload: str
    due: float
    state: str = "waiting"  # waiting, delivered, failed, dropped or unsent (nobody to send it to)
    signature: str = ""
    tries: list[dict[str, Any]] = field(default_factory=list)  # at, status, error


@dataclass(frozen=True)
class Call:
    """One call of the API and its answer, for whoever wants to check them."""

    method: str
    path: str
    text: str
    status: int
    body: Thing


class World:
    def __init__(self, *, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.switches = Switches()
        self.url = ""
        self.things: dict[str, Thing] = {}
        self.lines: dict[str, list[Thing]] = {}
        self.intents: dict[str, Thing] = {}  # by session: what its payment intent is to carry
        self.answers: dict[str, Thing] = {}  # by idempotency key
        self.deliveries: list[Delivery] = []
        self.calls: deque[Call] = deque(maxlen=1000)
        self.on_event: Callable[[Thing], None] = lambda event: None
        self.request: tuple[str | None, str | None] = (None, None)  # request id, idempotency key
        self._file, self._unwritten = file, False
        if file and file.exists():
            self._load(file)

    def now(self) -> int:
        return int(time.time()) + self.switches.clock_ahead

    @contextmanager
    def change(self) -> Iterator[None]:
        """One change at a time, written down soon after."""
        with self.lock:
            yield
            self.save()

    def add(self, thing: Thing) -> Thing:
        self.things[thing["id"]] = thing
        return thing

    def find(self, kind: str, id: str, param: str = "id") -> Thing:
        thing = self.things.get(id)
        if thing is None or thing["object"] != kind:
            raise missing(kind, id, param)
        return thing

    def all(self, kind: str) -> list[Thing]:
        """Newest first, as Stripe lists them."""
        return [thing for thing in reversed(self.things.values()) if thing["object"] == kind]

    def tell(self, kind: str, thing: Thing) -> None:
        """Writes down that something happened, with the object as it is now."""
        request, key = self.request
        event = objects.event(at=self.now(), kind=kind, thing=copy.deepcopy(thing), request=request, key=key)
        self.on_event(self.add(event))

    def picture(self) -> Thing:
        """All of it, as it is now."""
        with self.lock:
            return copy.deepcopy(self._everything())

    def _everything(self) -> Thing:
        return {
            "things": self.things,
            "lines": self.lines,
            "intents": self.intents,
            "answers": self.answers,
            "switches": asdict(self.switches),
            "deliveries": [asdict(one) for one in self.deliveries],
        }

    def save(self) -> None:
        """Marks that there is something to write down."""
        self._unwritten = True

    def write(self) -> None:
        """Puts what is new into the file: whole or not at all."""
        if self._file is None or not self._unwritten:
            return
        with self.lock:
            self._unwritten = False
            text = json.dumps(self._everything(), ensure_ascii=False)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        os.replace(fresh, self._file)

    def _load(self, file: Path) -> None:
        kept = json.loads(file.read_text("utf-8"))
        self.things, self.lines = kept["things"], kept["lines"]
        self.intents, self.answers = kept["intents"], kept["answers"]
        self.deliveries = [Delivery(**one) for one in kept["deliveries"]]
        self.switches = Switches(**kept["switches"])
