from django.conf import settings
from django.core.management.base import BaseCommand

from config.demonstration.logins import LOGINS, PASSWORD


class Command(BaseCommand):
    help = "Prints one login per role of the demonstration."

    def handle(self, *args, **options):
        for login in LOGINS:
            self.stdout.write(f"  {login.role!s:<22} {login.email:<18} {PASSWORD}")
        self.stdout.write(f"  {settings.SITE_URL}/accounts/sign-in/")
