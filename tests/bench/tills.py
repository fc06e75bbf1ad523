"""Till events from the first byte sent until the ledger shows the last of them, in a small ledger and in a large one."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from config import memory
from marketplace.locations.models import Location
from marketplace.stock.models import Balance, Movement
from marketplace.tills import actions, queries, tasks
from marketplace.tills.models import TillEvent

from .server import Ask, visit

TILLS, BATCHES, EVENTS = 10, 4, 500  # of each till so many batches, in each batch so many events
ROUNDS, LARGE = 3, 1_000_000  # movements
WANTED = 5_000  # events per second
TOLD = "till_id, {uuid}, {sequence}, kind, occurred_at, body, body_hash, status, answer, received_at, recorded_at"
MOVED = "balance_id, kind, quantity, {key}, cause, device, reason, happened_at, recorded_at"
TELL, MOVE = TOLD.format(uuid="uuid", sequence="sequence"), MOVED.format(key="key")
TOLD_ANEW = TOLD.format(uuid="gen_random_uuid()", sequence="sequence + 1000000000")
MOVED_ANEW = MOVED.format(key="'till:' || 1000000000 + id || ':0'")
# Sold and brought back in turn, as one till of old would have told it: what the balances say stays true.
PAST = f"""
    CREATE TEMPORARY TABLE past ON COMMIT DROP AS
    SELECT n, nextval('tills_tillevent_id_seq') AS id, gen_random_uuid() AS uuid, shelf.pks[1 + n / 2 %% cardinality(shelf.pks)] AS balance_id
      FROM generate_series(0, %(count)s - 1) AS n, (SELECT array_agg(id ORDER BY id) AS pks FROM stock_balance) AS shelf;
    INSERT INTO tills_tillevent (id, {TELL})
    SELECT id, %(till)s, uuid, n + 1, CASE n %% 2 WHEN 0 THEN 'sale' ELSE 'return' END, now(),
           '{{"lines": [{{"code": "past", "quantity": 1}}]}}', md5(n::text), 'recorded', '{{}}', now(), now() FROM past;
    INSERT INTO stock_movement ({MOVE})
    SELECT balance_id, CASE n %% 2 WHEN 0 THEN 'sold' ELSE 'returned' END, n %% 2 * 2 - 1,
           'till:' || id || ':0', 'till', '', '', now(), now() FROM past
"""


@dataclass(frozen=True)
class Stretch:
    """Events per second end to end, and as bare rows by COPY, in a ledger of so many movements."""

    movements: int
    rate: float
    copied: float

    def __str__(self) -> str:
        share = self.rate / self.copied
        return f"till events{self.rate:>11,.0f}/s at {self.movements:>9,} movements; COPY of the same rows {self.copied:,.0f}/s ({share:.0%})"


def stretches(host: str) -> list[Stretch]:
    """With the movements that are there, and with a million; of several rounds the median."""
    few = _median(host)
    past(LARGE - Movement.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) tills_tillevent, stock_movement")
    return [few, _median(host)]


def _median(host: str) -> Stretch:
    rounds = [stretch(host) for _ in range(ROUNDS)]
    rates, copies = median(each.rate for each in rounds), median(each.copied for each in rounds)
    return Stretch(rounds[0].movements, rates, copies)


def too_slow(found: list[Stretch]) -> list[str]:
    return [f"{each}: {WANTED:,} are wanted." for each in found if each.rate < WANTED]


def stretch(host: str) -> Stretch:
    """The tills of ten places report to the real server; this process is the worker."""
    batches, before = asks(), Movement.objects.count()
    memory.settle()
    began = time.perf_counter()
    with ThreadPoolExecutor(1) as aside:
        visitors = aside.submit(visit, host, batches)
        while not visitors.done() or queries.waiting_tills():
            tasks.record_waiting()
            time.sleep(0.002)
        visitors.result()
    elapsed = time.perf_counter() - began
    events, moved = TILLS * BATCHES * EVENTS, Movement.objects.count() - before
    if TillEvent.objects.filter(status=TillEvent.Status.RECORDED).count() < events or moved < events:
        raise SystemExit("Not all till events were recorded.")
    return Stretch(before, events / elapsed, events / copying(events, moved))


def asks() -> list[Ask]:
    """Sales of one or two products in turn, each fiftieth a return; every till numbers its own."""
    places = list(Location.objects.order_by("pk"))
    tills = [actions.make_till(location=place, name="bench") for place in islice(cycle(places), TILLS)]
    goods = {till.pk: cycle(_codes(till.location_id)) for till, _ in tills}
    return [
        Ask(
            "/api/v1/tills/events", token=token, status=202,
            form=json.dumps({"events": [_event(number * EVENTS + n, goods[till.pk]) for n in range(EVENTS)]}),
        )
        for number in range(BATCHES) for till, token in tills
    ]  # fmt: skip


def _codes(place: int) -> list[str]:
    return list(Balance.objects.filter(location=place).values_list("lot__product__upc", flat=True)[:200])


def _event(number: int, codes: Any) -> dict[str, Any]:
    lines = [{"code": next(codes), "quantity": 1, "price": 45_000} for _ in range(1 + number % 2)]
    kind = "return" if number % 50 == 49 else "sale"
    moment = timezone.now().isoformat()
    return {"uuid": str(uuid4()), "sequence": number + 1, "occurred_at": moment, "kind": kind, "lines": lines}


@transaction.atomic
def past(count: int) -> None:
    """So many events have been told, recorded and moved before."""
    till, _token = actions.make_till(location=Location.objects.earliest("pk"), name="bench, past")
    with connection.cursor() as cursor:
        for statement in PAST.split(";"):
            cursor.execute(statement, {"count": count, "till": till.pk})


def copying(events: int, moved: int) -> float:
    """Seconds to copy the newest rows under other names, keys and constraints checked; then they are taken away."""
    told = _text(f"SELECT {TOLD_ANEW} FROM tills_tillevent ORDER BY id DESC LIMIT {events}")
    movements = _text(f"SELECT {MOVED_ANEW} FROM stock_movement ORDER BY id DESC LIMIT {moved}")
    with transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        for command, text in ((f"tills_tillevent ({TELL})", told), (f"stock_movement ({MOVE})", movements)):
            with cursor.copy(f"COPY {command} FROM STDIN") as stream:
                stream.write(text)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        elapsed = time.perf_counter() - began
        transaction.set_rollback(True)
    return elapsed


def _text(query: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as stream:
        return b"".join(bytes(part) for part in stream)
