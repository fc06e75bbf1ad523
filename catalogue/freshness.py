"""When a product last changed, by a clock that counts changes: what was made before is stale.

A mark is set once the change is committed, so whoever reads the clock and then the database never calls old news fresh.
Marks are lost with the cache and at the latest after a few minutes; nothing that leans on them may be kept for longer.
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from redis import Redis

EVERYTHING = 0  # no product has this number: the search has read anew
MARKED = 300  # seconds
_CLOCK = "changes"
# In one step, as Valkey runs a script: no later mark can be hidden by an earlier one.
_MARK = """
local change = redis.call('INCR', KEYS[1])
for i = 2, #KEYS do redis.call('SET', KEYS[i], change, 'EX', ARGV[1]) end
return change
"""


def _valkey() -> Redis:
    return _client(str(settings.CACHES["default"]["LOCATION"]))


@cache
def _client(address: str) -> Redis:
    """The cache's own Valkey, past Django's cache: that has no step that reads and writes."""
    options: Any = settings.CACHES["default"]["OPTIONS"]
    return Redis.from_url(address, **options)


def now() -> int:
    """How many changes there were so far."""
    return int(_valkey().get(_CLOCK) or 0)


def mark(product_ids: Iterable[int]) -> None:
    """These products have changed."""
    keys = [_CLOCK, *map(_mark, product_ids)]
    _valkey().eval(_MARK, len(keys), *keys, MARKED)


def unchanged(product_ids: Collection[int], since: int) -> bool:
    """None of them has changed since the clock showed that."""
    marks = _valkey().mget([_mark(pk) for pk in product_ids]) if product_ids else []
    return max((int(change) for change in marks if change), default=0) <= since


def _mark(product_id: int) -> str:
    return f"changed:{product_id}"
