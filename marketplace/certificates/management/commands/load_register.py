from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.certificates.actions import Imported, take_in
from marketplace.certificates.register import read
from marketplace.errors import Refused


class Command(BaseCommand):
    help = "Takes in a register of products (CSV or XLSX), reports each row it could not read; twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a .csv or .xlsx file")
        parser.add_argument("--province", default="", help="the province of rows that name none, as “An Giang”")

    def handle(self, *args: Any, file: Path, province: str, **options: Any) -> None:
        try:
            done = take_in(register=read(file, on=timezone.localdate()), province=province)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._report(done)

    def _report(self, done: Imported) -> None:
        for unread in done.unread:
            self.stderr.write(_("Row %(number)d: %(reason)s") % {"number": unread.number, "reason": unread.reason})
        self.stdout.write(
            _("%(producers)d producers, %(products)d products and %(certificates)d certificates are new.")
            % {"producers": done.producers, "products": done.products, "certificates": done.certificates}
        )
        self.stdout.write(
            _("%(unchanged)d rows were known already, %(unread)d could not be read.")
            % {"unchanged": done.unchanged, "unread": len(done.unread)}
        )
