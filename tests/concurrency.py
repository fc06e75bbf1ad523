"""Many at once, each on a connection of its own, all let go at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

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
