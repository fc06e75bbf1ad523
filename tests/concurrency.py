"""Many at once, each on a connection of its own, all let go at the same moment; and the moments in which they meet.

A race that only a pause decides is another one on a slow machine. Who calls `in_step` goes on when the others have come as far
as they can, and the database says who waits: it takes as long as it takes, and comes out the same way each time.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connection

from tests.processes import wait_until

Result = TypeVar("Result")
PATIENCE = 60  # seconds until a meeting counts as failed
RUNNING = "SELECT count(*) FROM unnest(%s::int[]) AS backend WHERE cardinality(pg_blocking_pids(backend)) = 0"


class _Runner:
    """One of those who run side by side: its connection in the database, and how often it has called `in_step`."""

    def __init__(self, together: list["_Runner"], look: threading.Lock) -> None:
        self.backend, self.steps, self.done, self.still = 0, 0, False, 0
        self.together, self.look = together, look

    def others(self) -> list["_Runner"]:
        return [one for one in self.together if one is not self]

    def nobody_runs(self) -> bool:
        coming = [one.backend for one in self.others() if not one.done and one.steps < self.steps]
        with self.look, connection.cursor() as cursor:
            cursor.execute(RUNNING, [coming])
            self.still = self.still + 1 if cursor.fetchone() == (0,) else 0
        return self.still == 2  # they are asked one after the other: once might be luck


_mine = threading.local()


def at_once(number: int, act: Callable[[int], Result]) -> list[Result | Exception]:
    """`act(0)` … `act(number - 1)` side by side; what each returned, or the error it raised."""
    gate, look = threading.Barrier(number), threading.Lock()
    runners: list[_Runner] = []
    runners.extend(_Runner(runners, look) for _each in range(number))

    def one(index: int) -> Result | Exception:
        me = _mine.runner = runners[index]
        try:
            connection.ensure_connection()
            me.backend = connection.connection.info.backend_pid
            gate.wait(30)
            return act(index)
        except AssertionError:  # a meeting that did not come about is nobody's answer
            raise
        except Exception as error:  # the caller counts who was refused, and how
            return error
        finally:
            connection.close()
            me.done = True

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def in_step() -> None:
    """Wait until each of the others has called this as often, waits for a lock in the database, or has ended."""
    me: _Runner | None = getattr(_mine, "runner", None)
    if me:  # else nobody runs beside
        me.steps, me.still = me.steps + 1, 0
        wait_until(me.nobody_runs, seconds=PATIENCE, every=0.01)


def when_another_is_in_step() -> None:
    """Wait until one of the others has called `in_step`: from there on it waits for me."""
    me: _Runner | None = getattr(_mine, "runner", None)
    if me:
        wait_until(lambda: any(one.steps for one in me.others()), seconds=PATIENCE, every=0.01)


def only_look(location_ids: Iterable[int], product_ids: Iterable[int], lot_id: int | None = None) -> list[Any]:
    """For the controls of races, instead of the ledger's lock: the same balances, free for others, who read them too."""
    from marketplace.stock.models import Balance

    here = Balance.objects.filter(location__in=list(location_ids), lot__product__in=list(product_ids))
    found = list((here.filter(lot=lot_id) if lot_id else here).select_related("lot").order_by("pk"))
    in_step()
    return found
