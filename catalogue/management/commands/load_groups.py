import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from catalogue.actions import load_groups

DATA = Path(__file__).resolve().parents[2] / "data" / "groups.json"


class Command(BaseCommand):
    help = "Loads the six product groups of the programme. Twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        created = load_groups(groups=json.loads(DATA.read_text(encoding="utf-8"))["groups"])
        self.stdout.write(f"groups: {created} new")
