"""The project's one settings file, read in the tests' environment."""

import os

from config import messages
from tests import database

database.claim()
messages.compile_all()
os.environ.setdefault("QUIET_HOURS", "")  # tests run at any hour; what quiet hours do has its own

from config.settings import *  # noqa: F403
from config.settings import STORAGES, VAR_DIR

# Quick and local where production is careful: plain static files from their folders, and a hash nobody need wait for.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = VAR_DIR / "test-static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
KEPT_SECONDS = 0  # each request shows what is in the database now; the keeping has its own tests
