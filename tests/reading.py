"""How much an act reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def rows_of(table: str) -> Iterator[list[int]]:
    """How many rows each query that names the table has brought."""
    brought: list[int] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        answer = execute(sql, params, many, context)
        if f'"{table}"' in sql:
            brought.append(context["cursor"].rowcount)
        return answer

    with connection.execute_wrapper(look):
        yield brought
