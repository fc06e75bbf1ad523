"""Production's settings on this process's own database, with one empty page beside: the most that the server could do."""

from tests import database

database.claim()

from config.settings import *  # noqa: E402, F403
from config.settings import VAR_DIR  # noqa: E402

ROOT_URLCONF = "tests.bench.urls"
STATIC_ROOT = VAR_DIR / "bench-static"
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"handlers": [], "level": "ERROR"}}
ORDERS_PER_MINUTE = 10**6  # all shoppers of the bench share one address
