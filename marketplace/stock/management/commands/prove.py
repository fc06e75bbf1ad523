"""manage.py prove: asks every rule of every engine on live data; exits 1 when one is broken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

Rule = Callable[[datetime], Iterator[str]]
SHOWN = 50


def rules() -> list[Rule]:
    """Whatever an app lists as RULES in its `proofs` module."""
    engines = [app for app in apps.get_app_configs() if module_has_submodule(app.module, "proofs")]
    return [rule for app in engines for rule in import_module(f"{app.name}.proofs").RULES]


@contextmanager
def one_moment() -> Iterator[None]:
    """All that a rule reads is of the same moment, whatever tills and shoppers write meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class Command(BaseCommand):
    help = "Checks the rules of stock, orders and money on live data and prints the rows that break them."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = sum([self._ask(rule) for rule in rules()])
        if broken:
            raise CommandError(f"{broken} broken", returncode=1)

    def _ask(self, rule: Rule) -> bool:
        with one_moment():
            rows = list(rule(timezone.now()))
        name = rule.__name__.replace("_", " ")
        self.stdout.write(f"{'broken' if rows else 'holds '}  {name}")
        for row in rows[:SHOWN]:
            self.stdout.write(f"        {row}")
        if len(rows) > SHOWN:
            self.stdout.write(f"        and {len(rows) - SHOWN} more")
        return bool(rows)
