"""Bringing the till and the shop to the same state: send, ask what became of it, read what changed.

Whatever breaks, breaking off is harmless: all that is known stands in the store, and the next round goes on from there.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from .clock import now
from .shop import Shop, Trouble, Unacceptable
from .store import Store

BATCH = 500
ASKED = 150  # uuids in one address line
LONGEST = 300.0  # seconds between two tries
Row = dict[str, Any]
Sleep = Callable[[float], None]


def back_off(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures in a row: doubling, and never for all tills alike (`chance` in 0 … 1)."""
    return min(LONGEST, 2.0 ** min(failures, 20)) * (0.5 + chance / 2)


def persistently(
    act: Callable[[], None], *, tries: int, sleep: Sleep = time.sleep,
    chance: Callable[[], float] = random.random, told: Callable[[Trouble, float], None] = lambda *_: None,
) -> None:  # fmt: skip
    """Does it, again and again while the shop is in trouble; after so many tries the trouble is the caller's."""
    for failures in range(1, tries + 1):
        try:
            return act()
        except Trouble as trouble:
            if failures == tries:
                raise
            pause = max(trouble.wait, back_off(failures, chance()))
            told(trouble, pause)
            sleep(pause)


def bring_together(store: Store, shop: Shop, *, patience: int = 0, sleep: Sleep = time.sleep) -> None:
    """One round. `patience`: how many seconds the shop is given to record what it has just received."""
    send(store, shop)
    while not settle(store, shop) and patience > 0:
        patience -= 1
        sleep(1)
    follow(store, shop)
    store.note("synced_at", now().isoformat())
    if store.fact("forgot_on") != str(now().date()):
        store.forget(at=now())


def send(store: Store, shop: Shop) -> None:
    """The shop has every queued event. One that it cannot read is found by halving, and set aside."""
    most, unknown = BATCH, dict[tuple[int, int], int]()
    while batch := store.queued(most):
        try:
            answer = shop.report(batch)
        except Unacceptable as no:
            if len(batch) == 1:
                store.answered([_set_aside(batch[0], no)])
            most = max(1, len(batch) // 2)
            continue
        store.answered(_answers(batch, answer["events"]))
        most = min(BATCH, most * 2)
        gaps = {(gap["first"], gap["last"]) for gap in answer["missing"]}
        unknown |= {gap: store.again(first=gap[0], last=gap[1]) for gap in gaps - set(unknown)}  # each once a round
        store.note("unknown", sum(unknown[gap] for gap in gaps))


def _answers(batch: Sequence[Row], answers: Sequence[Row]) -> list[Row]:
    """Those that belong to what was sent; the shop must answer each, or nothing is believed."""
    sent = {(event["uuid"], event["sequence"]) for event in batch}
    found = [answer for answer in answers if (answer["uuid"], answer["sequence"]) in sent]
    if {(answer["uuid"], answer["sequence"]) for answer in found} != sent:
        raise Trouble("an answer to something else")
    return found


def _set_aside(event: Row, no: Unacceptable) -> Row:
    return {
        "uuid": event["uuid"],
        "sequence": event["sequence"],
        "status": "refused",
        "code": no.code,
        "title": no.title,
    }


def settle(store: Store, shop: Shop) -> bool:
    """What became of the events that were only received; True when the shop has recorded all it has."""
    while uuids := store.waiting(ASKED):
        answers = shop.answers(uuids)
        store.answered(answers)
        store.lost(set(uuids) - {answer["uuid"] for answer in answers})
        if any(answer["status"] == "waiting" for answer in answers):
            return False
    return True


def follow(store: Store, shop: Shop) -> None:
    """The price list says what the shop's says."""
    more = True
    while more:
        through = store.settled()  # before asking: what is recorded by now is in the figures
        page = shop.changes(int(store.fact("cursor") or 0))
        store.learn(page["articles"], cursor=page["cursor"], through=through)
        more = page["more"]
