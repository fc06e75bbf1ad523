"""Every rule of `manage.py prove` after every step: those are asked again whose tables were written since, or whose hour came.

PostgreSQL itself counts what a transaction writes, so whoever writes, and however, is seen.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from marketplace.stock.management.commands.prove import Rule, rules

WRITTEN = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
NAME = re.compile(r"\w+")


@dataclass
class Read:
    """What a rule looked at when it was asked last."""

    at: datetime
    words: set[str] = field(default_factory=set)
    clock: bool = False  # it asked for the hour


class Asking:
    """Of one transaction."""

    def __init__(self) -> None:
        self._rules = rules()
        self._read: dict[Rule, Read] = {}
        self._written: dict[str, int] = {}
        self.changed: set[str] = set()  # tables written since they were asked before

    def broken(self, at: datetime, *, everything: bool = False) -> list[str]:
        """The rows that break a rule."""
        written = self._count()
        self.changed = {name for name, rows in written.items() if rows != self._written.get(name)}
        self._written = written
        return [row for rule in self._rules if everything or self._stale(rule, at) for row in self._ask(rule, at)]

    def _count(self) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN)
            return dict(cursor.fetchall())

    def _stale(self, rule: Rule, at: datetime) -> bool:
        before = self._read.get(rule)
        return before is None or (before.clock and before.at != at) or not before.words.isdisjoint(self.changed)

    def _ask(self, rule: Rule, at: datetime) -> Iterable[str]:
        read = self._read[rule] = Read(at)

        def listen(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            read.words.update(NAME.findall(str(sql)))
            read.clock = read.clock or at in (params or ())
            return execute(sql, params, many, context)

        with connection.execute_wrapper(listen):
            return [f"{rule.__name__}: {row}" for row in rule(at)]
