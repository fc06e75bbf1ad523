"""`make bench`: counts each page's queries on 50 and on 5,000 products, then measures the real server. About three minutes."""

import os
import sys

import django

from config import embedded

if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "DEBUG": "0", "WEB_CONCURRENCY": "2"}
    with embedded.running():
        django.setup()
        from .measure import measure

        sys.exit(measure())
