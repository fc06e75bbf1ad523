"""Many at once, each on a connection of its own, all let go at the same moment."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(number: int, act: Callable[[int], Result]) -> list[Result | Exception]:
    """`act(0)` … `act(number - 1)` side by side; what each returned, or the error it raised."""
    gate = threading.Barrier(number)

    def one(index: int) -> Result | Exception:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return act(index)
        except Exception as error:  # the caller counts who was refused, and how
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def only_look(location_ids: Iterable[int], product_ids: Iterable[int], lot_id: int | None = None) -> list[Any]:
    """For the controls of races, instead of the ledger's lock: the same balances, read slowly, and free for others."""
    from marketplace.stock.models import Balance

    here = Balance.objects.filter(location__in=list(location_ids), lot__product__in=list(product_ids))
    found = list((here.filter(lot=lot_id) if lot_id else here).select_related("lot").order_by("pk"))
    time.sleep(0.3)
    return found
