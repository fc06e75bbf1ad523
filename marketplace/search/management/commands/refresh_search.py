"""The search, read anew from the truth: `manage.py refresh_search` for what was touched, `--all` for every product."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from catalogue.models import Product
from marketplace.search import actions


class Command(BaseCommand):
    help = "Reads touched products (or all of them) into the search."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="Every product, touched or not.")

    def handle(self, *args: Any, **options: Any) -> None:
        count = self._all() if options["all"] else self._touched()
        self.stdout.write(f"{count} products read into the search.")

    def _touched(self) -> int:
        count = 0
        while read := actions.refresh(at=timezone.now()):
            count += read
        return count

    def _all(self) -> int:
        ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), actions.AT_ONCE):
            actions.refresh(at=timezone.now(), product_ids=ids[start : start + actions.AT_ONCE])
        return len(ids)
