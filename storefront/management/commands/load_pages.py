from typing import Any

from django.core.management.base import BaseCommand

from storefront import actions


class Command(BaseCommand):
    help = "Makes the home page and the pages of text where there are none yet."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{actions.load_pages()} pages made.")
