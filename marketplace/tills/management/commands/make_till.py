"""manage.py make_till LOCATION NAME: a till may report for the location; prints its token, once."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from marketplace.locations.models import Location
from marketplace.tills import actions


class Command(BaseCommand):
    help = "Makes a till at a location (its slug) and prints the token, which is shown only now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("location", help="slug of the location")
        parser.add_argument("name", help="how the people there call the till")

    def handle(self, *args: Any, location: str, name: str, **options: Any) -> None:
        place = Location.objects.filter(slug=location).first()
        if place is None:
            known = ", ".join(Location.objects.sales_points().values_list("slug", flat=True))
            raise CommandError(f"There is no location “{location}”. Sales points: {known or 'none'}")
        _, token = actions.make_till(location=place, name=name)
        self.stdout.write(token)
