from typing import Any

from django.core.management.base import BaseCommand

from marketplace.places.actions import load_places
from marketplace.places.units import Units


class Command(BaseCommand):
    help = "Loads the 34 provinces, the 3,321 communes and the names they had before July 2025. Twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, loaded in load_places(units=Units()).items():
            self.stdout.write(
                f"{kind}: {loaded.total} ({loaded.created} new, {loaded.changed} changed, {loaded.removed} removed)"
            )
