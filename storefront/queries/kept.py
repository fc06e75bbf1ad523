"""What a page shows, kept for some seconds, as long as no product on it changes.

Prices, stars and stock are never old: whatever changes them marks the product. What marks none (a producer's telephone,
a hold that runs out) may be `KEPT_SECONDS` old. Kept is only what all visitors see alike.
"""

import logging
from collections.abc import Callable, Collection
from hashlib import blake2b
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from redis.exceptions import RedisError

from catalogue import freshness

log = logging.getLogger(__name__)
T = TypeVar("T")


def kept(name: str, *about: object, build: Callable[[], T], products: Callable[[T], Collection[int]]) -> T:
    """What `build` gives, or gave a moment ago. `about`: all that it depends on besides language and products."""
    if not settings.KEPT_SECONDS:
        return build()
    key = "kept:" + blake2b(repr((name, get_language(), *about)).encode(), digest_size=16).hexdigest()
    found, now = _found(key)
    if found is not None:
        return cast(T, found)
    built = build()
    _keep(key, now, built, products)
    return built


def _found(key: str) -> tuple[Any, int | None]:
    """What is kept and still true, or else the time before it is built anew. Pages do without a cache that is away."""
    try:
        since, ids, found = cache.get(key) or (0, (), None)
        if found is not None and freshness.unchanged(ids, since):
            return found, None
        return None, freshness.now()
    except RedisError as error:
        log.warning("nothing is kept: %s", error)
        return None, None


def _keep(key: str, since: int | None, found: T, products: Callable[[T], Collection[int]]) -> None:
    if found is None or since is None:
        return
    try:
        cache.set(key, (since, tuple(products(found)), found), settings.KEPT_SECONDS)
    except RedisError as error:
        log.warning("nothing is kept: %s", error)
